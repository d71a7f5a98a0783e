using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>
/// Walks a Flowchart as a run without failures would, with one more answer to "is this connection followed?": unknown, when a decision hangs on what a step has yet to give.
/// </summary>
internal sealed class FlowPlanner
{
    private const string Done = "Done";
    private const string True = "True";
    private const string False = "False";
    private const int MostOpenDecisions = 10;

    private readonly ActivityNode _flow;
    private readonly PlanScope _scope;
    private readonly Dictionary<string, Visit> _visits = new(StringComparer.Ordinal);

    private FlowPlanner(ActivityNode flow, PlanScope scope) => (_flow, _scope) = (flow, scope);

    /// <summary>Plans every step of a flow that can be reached; rows in order of the source.</summary>
    public static async Task<IReadOnlyList<StepPlan>> PlanAsync(ActivityNode flow, PlanScope scope, CancellationToken cancellationToken)
    {
        var planner = new FlowPlanner(flow, scope);
        while (planner.Next() is { } node)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var visit = await planner.VisitAsync(node, cancellationToken).ConfigureAwait(false);
            planner._visits.Add(node.Id, visit with { Order = planner._visits.Count });
        }

        return [.. flow.Activities.Select(node => planner._visits.GetValueOrDefault(node.Id)?.Row).OfType<StepPlan>()];
    }

    /// <summary>The first step in order of the source all of whose predecessors are planned; in a loop, one of whose predecessors is.</summary>
    private ActivityNode? Next()
    {
        var start = _flow.Start ?? _flow.Activities.FirstOrDefault(node => !Inbound(node).Any())?.Id;
        var open = _flow.Activities.Where(node => !_visits.ContainsKey(node.Id)).ToArray();
        return open.FirstOrDefault(node => node.Id == start)
            ?? open.FirstOrDefault(node => Inbound(node).Any() && Inbound(node).All(connection => _visits.ContainsKey(connection.Source)))
            ?? open.FirstOrDefault(node => Inbound(node).Any(connection => _visits.ContainsKey(connection.Source)));
    }

    private async Task<Visit> VisitAsync(ActivityNode node, CancellationToken cancellationToken)
    {
        var (reached, waitsFor) = Reached(node);
        switch (reached)
        {
            case false:
                _scope.Skip(node);
                return new Visit(node, false, [], null, Row(node, PlanState.Skipped, WhySkipped(node)));
            case null:
                _scope.Await(node);
                return new Visit(node, null, waitsFor, null, Row(node, PlanState.DecidedAfter, PlanNodes.After(waitsFor)));
        }

        if (node.Type == ActivityTypes.FlowDecision) return Decide(node);
        if (node.Type == ActivityTypes.Fork) return new Visit(node, true, [], null, null);
        return new Visit(node, true, [], null, await ContainerPlanner.PlanAsync(node, _scope, cancellationToken).ConfigureAwait(false));
    }

    private Visit Decide(ActivityNode node)
    {
        try
        {
            var condition = node.Inputs.TryGetValue("condition", out var expression) ? _scope.Evaluate(expression, node) : Value.Null;
            if (condition is UnknownValue unknown)
            {
                _scope.Await(node);
                return new Visit(node, true, [unknown.After], null, Row(node, PlanState.DecidedAfter, PlanNodes.After([unknown.After])));
            }

            if (condition is not BoolValue flag)
                throw new FailureException("expression.type", FailureKind.Permanent, $"the condition must be true or false, not {condition}");
            return new Visit(node, true, [], flag.Flag ? True : False, Row(node, PlanState.Unchanged, flag.Flag ? "holds" : "does not hold"));
        }
        catch (FailureException failure)
        {
            // The row is shown even for a decision that the compiler added: it is where the run would stop.
            _scope.Await(node);
            return new Visit(node, true, [node.Id], null, node.Plan(_scope, PlanState.WouldFail, _scope.Run.Secrets.Describe(failure.Failure)));
        }
    }

    /// <summary>True, false, or null with the steps that decide it.</summary>
    private (bool? Reached, IReadOnlyList<string> WaitsFor) Reached(ActivityNode node)
    {
        var inbound = Inbound(node).Where(connection => _visits.ContainsKey(connection.Source)).ToArray();
        if (inbound.Length == 0) return (true, []);
        var open = new List<string>();
        foreach (var connection in inbound) OpenDecisions(connection.Source, open);
        if (open.Count > MostOpenDecisions) return (null, WaitsFor(inbound));
        // Where the two branches of an open decision meet again, the way on is certain although each way there is not: so every outcome is tried.
        var (always, never) = (true, true);
        for (var outcomes = 0; outcomes < 1 << open.Count; outcomes++)
        {
            var follows = inbound.Any(connection => IsFollowed(connection, open, outcomes));
            (always, never) = (always && follows, never && !follows);
        }

        return always ? (true, []) : never ? (false, []) : (null, WaitsFor(inbound));
    }

    private bool IsFollowed(Connection connection, List<string> open, int outcomes)
    {
        var source = _visits[connection.Source];
        if (source.Reached == false) return false;
        var reached = source.Reached == true || Before(source).Any(inbound => IsFollowed(inbound, open, outcomes));
        var port = open.IndexOf(connection.Source) is >= 0 and var index ? (outcomes >> index & 1) == 1 ? True : False : source.Port;
        return reached && (connection.Port ?? Done) == (port ?? Done);
    }

    /// <summary>Collects the decisions without an outcome between a step and the certain ones before it.</summary>
    private void OpenDecisions(string id, List<string> open)
    {
        var visit = _visits[id];
        if (visit.IsOpenDecision && !open.Contains(id)) open.Add(id);
        if (visit.Reached is not null) return;
        foreach (var inbound in Before(visit)) OpenDecisions(inbound.Source, open);
    }

    /// <summary>What led to a step when it was planned; a connection that leads back into a loop did not.</summary>
    private IEnumerable<Connection> Before(Visit visit) => Inbound(visit.Node).Where(inbound => _visits.TryGetValue(inbound.Source, out var source) && source.Order < visit.Order);

    private string[] WaitsFor(Connection[] inbound) => [.. inbound.SelectMany(connection => _visits[connection.Source].WaitsFor).Distinct()];

    /// <summary>The condition that keeps a step from running, when there is exactly one.</summary>
    private string? WhySkipped(ActivityNode node) =>
        Inbound(node).ToArray() is [var only] && _flow.Activities.FirstOrDefault(source => source.Id == only.Source) is { Type: ActivityTypes.FlowDecision } decision
            && decision.Inputs.TryGetValue("condition", out var condition) && _visits[decision.Id].Reached == true
            ? $"`{condition}` is {(only.Port == True ? "false" : "true")}"
            : null;

    private IEnumerable<Connection> Inbound(ActivityNode node) =>
        _flow.Connections.Where(connection => connection.Target == node.Id && _flow.Activities.Any(source => source.Id == connection.Source));

    private StepPlan? Row(ActivityNode node, PlanState state, string? reason) => PlanNodes.IsAdded(node.Id) ? null : node.Plan(_scope, state, reason);

    /// <summary>What became of a step.</summary>
    /// <param name="Node">The step.</param>
    /// <param name="Reached">Whether it would run; null when that is not known. A step that runs is taken to end well.</param>
    /// <param name="WaitsFor">The steps that decide it, or its outcome.</param>
    /// <param name="Port">The outcome of a decision; null for other steps.</param>
    /// <param name="Row">Its row; null for what the compiler added.</param>
    private sealed record Visit(ActivityNode Node, bool? Reached, IReadOnlyList<string> WaitsFor, string? Port, StepPlan? Row)
    {
        /// <summary>How many steps of the flow were planned before it.</summary>
        public int Order { get; init; }

        public bool IsOpenDecision => Node.Type == ActivityTypes.FlowDecision && Port is null && Reached != false;
    }
}
