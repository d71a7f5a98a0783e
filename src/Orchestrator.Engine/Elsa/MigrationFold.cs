using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Model.Elsa;

namespace Orchestrator.Engine.Elsa;

/// <summary>The fold of a migration: what is open is put upon the activities of the other version, by node id. Values, inputs and notes stay.</summary>
internal static class MigrationFold
{
    public static void Apply(RunState run, RunMigrated migrated)
    {
        var next = run.Next is { } graph && graph.Definition.Hash == migrated.Definition ? graph
            : throw new FormatException($"the journal of {run.RunId} goes on with definition {migrated.Definition}, which is not at hand");
        if (run.Elsa is not { } state || next.Definition.Elsa is not { } program) throw new FormatException($"the journal of {run.RunId} has a migration, but its definition is no workflow made in Studio");
        (run.Graph, run.Next, state.Program) = (next, null, program);
        foreach (var activity in state.Activities.Values) Put(activity, NodeIn(program, activity.Node));
        for (var i = 0; i < state.Queue.Count; i++) state.Queue[i] = state.Queue[i] with { Node = NodeIn(program, state.Queue[i].Node) };
        foreach (var step in run.Steps.Values.ToArray()) Put(run, step, program);
    }

    private static ElsaActivity NodeIn(ElsaProgram program, ElsaActivity node) =>
        program.Nodes.TryGetValue(node.NodeId, out var there) ? there : throw new FormatException($"a run was migrated to a version without `{node.NodeId}`");

    private static void Put(ActivityState activity, ElsaActivity to)
    {
        var from = activity.Node;
        if (activity.Visits is { } visits) activity.Visits = Carried(from, visits, to);
        activity.Node = to;
        foreach (var variable in from.Variables)
            if (!to.Variables.Any(other => other.Id == variable.Id)) activity.Variables.Remove(variable.Id);
        foreach (var variable in to.Variables)
            activity.Variables[variable.Id] = (variable, activity.Variables.TryGetValue(variable.Id, out var held) ? held.Value : variable.Initial);
    }

    // What has ended stays as long as the version has its activity: a snapshot finds it by that.
    private static void Put(RunState run, StepState step, ElsaProgram program)
    {
        if (step.Step.Elsa is { } node && program.Nodes.TryGetValue(node.NodeId, out var there) && there.Type == node.Type)
            step.Step = run.Graph.StepOf(there, step.Step.Kind == StepKind.Script, step.Step.Id);
        else run.Steps.Remove(step.Key);
    }

    // A connection that the run has not seen counts as passed over as often as its source was left: nobody waits for what will not come.
    private static Flowcharts.FlowVisits Carried(ElsaActivity from, Flowcharts.FlowVisits visits, ElsaActivity to)
    {
        var left = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < from.Children.Count; i++) left[from.Children[i].Id] = visits.Activities[i];
        for (var edge = 0; edge < from.Connections.Count; edge++)
        {
            var source = from.Children[from.Connections[edge].Source].Id;
            left[source] = Math.Max(left[source], visits.Connections[edge]);
        }

        var carried = new Flowcharts.FlowVisits(to.Children.Count, to.Connections.Count);
        for (var i = 0; i < to.Children.Count; i++)
            if (from.Children.FindIndex(child => child.Id == to.Children[i].Id) is >= 0 and var index) carried.Activities[i] = visits.Activities[index];
        for (var edge = 0; edge < to.Connections.Count; edge++) carried.Connections[edge] = left.GetValueOrDefault(to.Children[to.Connections[edge].Source].Id);
        for (var edge = 0; edge < from.Connections.Count; edge++)
            if (Flowcharts.FlowchartRule.EdgeIn(from, edge, to) is >= 0 and var place) (carried.Connections[place], carried.Followed[place]) = (visits.Connections[edge], visits.Followed[edge]);
        return carried;
    }
}
