using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Kit;

/// <summary>Makes definitions in the shape the compiler gives them.</summary>
internal static class Make
{
    public static readonly RetryPolicy Steady = new() { Delay = TimeSpan.FromSeconds(10), Backoff = Backoff.Constant, Jitter = false };

    public static Definition Definition(params ActivityNode[] steps) => new() { Name = "test", Root = Sequence("root", steps) };

    /// <summary>Steps one after another.</summary>
    public static ActivityNode Sequence(string id, params ActivityNode[] steps) => new()
    {
        Id = id, Type = ActivityTypes.Flowchart, Activities = steps,
        Connections = [.. steps.Zip(steps.Skip(1), (from, to) => new Connection(from.Id, null, to.Id))],
    };

    public static ActivityNode Flow(string id, ActivityNode[] steps, params string[] connections) => new()
    {
        Id = id, Type = ActivityTypes.Flowchart, Activities = steps,
        Connections = [.. connections.Select(text => text.Split(' ')).Select(parts => parts.Length == 3 ? new Connection(parts[0], parts[1], parts[2]) : new Connection(parts[0], null, parts[1]))],
    };

    /// <summary>A test step; inputs as <c>name=expression</c>.</summary>
    public static ActivityNode Step(string id, string type = "test.idempotent", params string[] inputs) => new()
    {
        Id = id, Type = type, Inputs = Inputs(inputs), Policy = StepPolicy.Default with { Retry = Steady },
    };

    public static ActivityNode Node(string id, string type, params string[] inputs) => new() { Id = id, Type = type, Inputs = Inputs(inputs) };

    public static ActivityNode If(string id, string condition) => Node(id + "-if", ActivityTypes.FlowDecision, "condition=" + condition);

    public static ActivityNode Block(string id, ActivityNode[] body, ActivityNode[]? rescue = null, ActivityNode[]? always = null)
    {
        var bodies = new Dictionary<string, ActivityNode> { ["body"] = Sequence(id + "-body", body) };
        if (rescue is not null) bodies["rescue"] = Sequence(id + "-rescue", rescue);
        if (always is not null) bodies["always"] = Sequence(id + "-always", always);
        return new ActivityNode { Id = id, Type = ActivityTypes.Block, Bodies = bodies };
    }

    /// <summary>Branches at once; needs as <c>from to</c>.</summary>
    public static ActivityNode Parallel(string id, ActivityNode[] branches, string[]? needs = null, bool failFast = true)
    {
        var after = (needs ?? []).Select(need => need.Split(' ')).ToArray();
        var fork = Node(id + "-fork", ActivityTypes.Fork);
        return new ActivityNode
        {
            Id = id, Type = ActivityTypes.Parallel, Inputs = Inputs($"failFast={(failFast ? "true" : "false")}"),
            Bodies = new Dictionary<string, ActivityNode>
            {
                ["body"] = new()
                {
                    Id = id + "-body", Type = ActivityTypes.Flowchart, Activities = [fork, .. branches],
                    Connections =
                    [
                        .. branches.Where(branch => after.All(need => need[1] != branch.Id)).Select(branch => new Connection(fork.Id, null, branch.Id)),
                        .. after.Select(need => new Connection(need[0], null, need[1])),
                    ],
                },
            },
        };
    }

    public static ActivityNode ForEach(ActivityNode step, string list, params string[] inputs) => new()
    {
        Id = step.Id, Type = ActivityTypes.ForEach, Inputs = Inputs([$"in={list}", .. inputs]),
        Bodies = new Dictionary<string, ActivityNode> { ["body"] = Sequence(step.Id + "-body", step) },
    };

    public static ActivityNode With(this ActivityNode node, Func<StepPolicy, StepPolicy> change) => node with { Policy = change(node.Policy) };

    private static Dictionary<string, Expression> Inputs(params string[] inputs) => inputs
        .Select(input => input.Split('=', 2))
        .ToDictionary(parts => parts[0], parts => Constant(Expression.Parse(parts[1])));

    private static Expression Constant(Expression expression) => expression;
}
