using Orchestrator.Blueprints.Binding;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;

namespace Orchestrator.Blueprints.Lowering;

/// <summary>Lists of steps as Flowcharts: order, <c>if</c> and <c>needs</c> become connections.</summary>
internal static class FlowLowering
{
    /// <summary>Steps one after the other. A step with <c>if</c> is entered through its decision; what follows it also follows the decision's <c>False</c>.</summary>
    public static ActivityNode Sequence(string id, IReadOnlyList<StepPlan> steps, StepLowering lowering)
    {
        var nodes = new List<ActivityNode>();
        var connections = new List<Connection>();
        IReadOnlyList<(string Id, string? Port)> before = [];
        foreach (var step in steps)
        {
            Enter(step, before, nodes, connections);
            nodes.Add(lowering.Lower(step));
            before = Exits(step);
        }

        return Flowchart(id, nodes, connections, nodes[0].Id);
    }

    /// <summary>Branches that fan out from a fork; <c>needs</c> are connections between them.</summary>
    public static ActivityNode Parallel(StepPlan parallel, StepLowering lowering)
    {
        var fork = new ActivityNode { Id = parallel.Id + "-fork", Type = ActivityTypes.Fork, Name = parallel.Id + "-fork", Span = parallel.Place };
        var nodes = new List<ActivityNode> { fork };
        var connections = new List<Connection>();
        foreach (var branch in parallel.Steps)
        {
            var needs = branch.Needs.Select(need => parallel.Steps.Find(other => other.Id == need.Text)!).Distinct().ToArray();
            Enter(branch, needs.Length == 0 ? [(fork.Id, null)] : [.. needs.SelectMany(Exits)], nodes, connections);
            nodes.Add(lowering.Lower(branch));
        }

        return Flowchart(parallel.Id + "-body", nodes, connections, fork.Id);
    }

    public static ActivityNode Flowchart(string id, IReadOnlyList<ActivityNode> nodes, IReadOnlyList<Connection> connections, string start) => new()
    {
        Id = id, Type = ActivityTypes.Flowchart, Name = id, Span = nodes[0].Span, Activities = nodes, Connections = connections, Start = start,
    };

    private static void Enter(StepPlan step, IReadOnlyList<(string Id, string? Port)> from, List<ActivityNode> nodes, List<Connection> connections)
    {
        var entry = step.Id;
        if (step.Values.TryGetValue("if", out var condition))
        {
            entry += "-if";
            nodes.Add(new ActivityNode
            {
                Id = entry, Type = ActivityTypes.FlowDecision, Name = entry, Span = condition.Node.Span,
                Inputs = new Dictionary<string, Expression> { ["condition"] = condition.Expression! },
            });
        }

        connections.AddRange(from.Select(exit => new Connection(exit.Id, exit.Port, entry)));
        if (entry != step.Id) connections.Add(new Connection(entry, "True", step.Id));
    }

    private static IReadOnlyList<(string Id, string? Port)> Exits(StepPlan step) =>
        step.Values.ContainsKey("if") ? [(step.Id, null), (step.Id + "-if", "False")] : [(step.Id, null)];
}
