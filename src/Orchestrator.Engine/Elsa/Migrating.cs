using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>
/// Whether a run can go on with another version of its definition, and what changes with it. Everything open must be there under the same node id and with the same type; what has ended may be gone,
/// unless a rollback needs it.
/// </summary>
internal static class Migrating
{
    public static string? Migrate(Interpreter elsa, RunGraph? target, Value body, string by)
    {
        var (run, state) = (elsa.Run, elsa.State);
        var asked = body.Get("targetVersion");
        if (asked is null or NullValue) return "Migrate needs a `targetVersion`: the number of a version of the same definition";
        if (target?.Definition.Elsa is not { } program) return $"`{state.Program.DefinitionId}` has no version {asked}";
        if (target.Definition.Hash == run.Graph.Definition.Hash) return $"the run is on version {asked} already";
        var hindrances = Hindrances(run, target.Definition).ToArray();
        if (hindrances.Length > 0) return $"version {asked} cannot take the run over: {string.Join("; ", hindrances)}";
        // Both are looked up before the event, because its fold changes what they are read from.
        var (notes, conversions) = (Notes(state, program).ToArray(), Conversions(state, program).ToArray());
        run.Next = target;
        elsa.Decider.Emit(new RunMigrated(target.Definition.Hash, run.Graph.Definition.Hash, program.Version, by));
        if (notes.Length + conversions.Length == 0) return null;
        elsa.Decider.Emit(new RunAltered("migrate", "", by));
        foreach (var (activity, name, value) in notes) elsa.Note(state.Activities[activity], name, value);
        foreach (var (activity, id, value) in conversions) Memory.Assign(elsa, state.Activities[activity], id, value);
        return null;
    }

    private static IEnumerable<string> Hindrances(RunState run, Definition target)
    {
        var (state, program) = (run.Elsa!, target.Elsa!);
        if (program.UsesTokens != state.Program.UsesTokens) yield return "its flowcharts run in another mode (`Flowchart:ExecutionMode`)";
        if ((target.OnFailure == OnFailure.Rollback) != (run.Graph.Definition.OnFailure == OnFailure.Rollback)) yield return "one of both rolls back when it fails and the other does not";
        foreach (var activity in state.Activities.Values)
        {
            var node = activity.Node;
            if (Hindrance(node, program) is { } hindrance) yield return $"{hindrance}, and is open";
            else if (Rules.Of(node).Carry(activity, program.Nodes[node.NodeId]) is null) yield return $"`{node.Id}` ({node.Type}) is under way and has other children there";
            else if (activity.Step is { } key && run.Steps.ContainsKey(key) && program.Nodes[node.NodeId].StepId != node.StepId) yield return $"`{node.Id}` has a step under way, which is called `{program.Nodes[node.NodeId].StepId}` there";
        }

        foreach (var item in state.Queue)
            if (item.Again == 0 && Hindrance(item.Node, program) is { } hindrance) yield return $"{hindrance}, and is queued";
        foreach (var step in run.Steps.Values)
            if (ElsaSteps.IsKept(run, step) && step.Step.Elsa is { } node && Hindrance(node, program) is { } hindrance) yield return $"{hindrance}, and a rollback would have to take it back";
    }

    private static string? Hindrance(ElsaActivity node, ElsaProgram program)
    {
        if (!program.Nodes.TryGetValue(node.NodeId, out var there)) return $"`{node.Id}` ({node.Type}) is not there as {node.NodeId}";
        return there.Type == node.Type ? null : $"`{node.Id}` ({node.Type}) is of type {there.Type} there";
    }

    private static IEnumerable<(int Activity, string Name, Value Value)> Notes(ElsaState state, ElsaProgram program) =>
        from activity in state.Activities.Values
        from note in Rules.Of(activity.Node).Carry(activity, program.Nodes[activity.Node.NodeId])!
        where !note.Value.Equals(activity.Note(note.Name))
        select (activity.Number, note.Name, note.Value);

    // Variables whose type is another there.
    private static IEnumerable<(int Activity, string Id, Value Value)> Conversions(ElsaState state, ElsaProgram program) =>
        from activity in state.Activities.Values
        from declared in program.Nodes[activity.Node.NodeId].Variables
        let held = activity.Variables.GetValueOrDefault(declared.Id)
        where held.Variable is not null && (held.Variable.TypeName != declared.TypeName || held.Variable.IsArray != declared.IsArray)
        select (activity.Number, declared.Id, held.Value);
}
