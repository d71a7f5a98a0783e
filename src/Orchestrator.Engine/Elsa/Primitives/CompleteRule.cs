using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Primitives;

/// <summary>
/// Complete: the workflow is done, by the outcomes it names. From inside a nested flowchart it fails in counter mode, as it does on an Elsa server: the outer flowchart is asked to go on behind
/// itself. Workflows that were tried there behave the same here.
/// </summary>
internal sealed class CompleteRule : Rule
{
    /// <summary>Says that an execution is remembered beyond its end.</summary>
    public const string Stays = "stays";

    public override bool IsTerminal => true;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var state = interpreter.State;
        var outcomes = activity.Inputs.Get("outcomes") as ListValue ?? Value.EmptyList;
        if (outcomes.Items.Count > 0) interpreter.NoteRun("outcomes", outcomes);
        var workflow = state.Find(1);
        var outer = state.ChildrenOf(workflow ?? activity).FirstOrDefault(child => child.Node.Type == "Elsa.Flowchart" && child.Number != activity.Owner);
        var fails = outer is not null && !state.Program.UsesTokens;
        if (fails) interpreter.Note(activity, Stays, Value.Of(true));
        interpreter.Complete(activity, outcomes.Items.Count > 0 ? [.. outcomes.Items.Select(outcome => outcome.AsString() ?? "")] : null);
        if (fails)
        {
            interpreter.Cancel(outer!);
            throw new FailureException("elsa.unreachable", FailureKind.Permanent, Flowcharts.CounterMode.Unreachable(outer!.Node.Id));
        }

        if (workflow is { Status: ExecutionStatus.Running }) interpreter.Complete(workflow);
    }
}
