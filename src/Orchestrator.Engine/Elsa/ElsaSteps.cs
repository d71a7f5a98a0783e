using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>Steps of a workflow made in Studio: made when an activity acts on the world, so that attempts, retries, polls, operators and recovery treat them as any other step.</summary>
internal static class ElsaSteps
{
    /// <summary>The outcome of a step that failed and whose failure something around it took care of: it is not for an operator to retry it by itself.</summary>
    public const string Handled = "Handled";

    /// <summary>Among the inputs of a step: where it acts, <c>{target?: {name, kind, settings}, environment?: {…}}</c>. It is no input of its activity.</summary>
    public const string Place = "$place";

    /// <summary>How many changes a run that may be rolled back remembers at most.</summary>
    public const int MostKept = 10_000;

    /// <summary>True for a step whose change a rollback would have to take back. Says nothing about whether its activity can: that must not depend on who folds.</summary>
    public static bool IsKept(RunState run, StepState step) =>
        run.Graph.Definition.OnFailure == OnFailure.Rollback && step is { Status: StepStatus.Completed, Changed: true, Step: { Kind: StepKind.Leaf, Policy.NoUndo: false } };

    /// <summary>The fold of a move that opens a step; its key is in the move. Earlier rounds of the activity are forgotten, except what a rollback needs.</summary>
    public static void Open(RunState run, ActivityState activity, Move move, DateTimeOffset at)
    {
        var state = run.Elsa!;
        var (key, isScript) = (move.Text!, move.Kind == MoveKind.Scripted);
        var name = NameOf(activity, isScript ? move.Value!.Get("input")?.AsString() : null);
        state.Rounds[name] = state.Rounds.GetValueOrDefault(name) + 1;
        foreach (var (old, known) in run.Steps.Where(entry => entry.Value.Step.Id == name && (entry.Value.Status is StepStatus.Completed or StepStatus.Skipped or StepStatus.Cancelled || entry.Value.Outcome == Handled)).ToArray())
            if (!IsKept(run, known)) run.Steps.Remove(old);
        var step = new StepState(key, run.Graph.StepOf(activity.Node, isScript, name), run.Scopes["#body"]) { ReadyAt = at };
        var given = move.Value as MapValue;
        step.Place = given?.Get(Place) as MapValue;
        step.Input = step.Place is null ? given : Value.Map(given!.Entries.Where(entry => entry.Key != Place).Select(entry => (entry.Key, entry.Value)));
        run.Steps[key] = step;
        activity.Step = key;
        if (!isScript && step.Input is { } input) state.Trace?.Acted(activity, input);
        if (move.Wait is { } wait) StepFold.Wait(run, step, wait);
        else StepFold.SetStatus(run, step, StepStatus.Ready);
    }

    /// <summary>The key of an activity's next step.</summary>
    public static string NextKey(ElsaState state, ActivityState activity, string? input = null)
    {
        var name = NameOf(activity, input);
        var round = state.Rounds.GetValueOrDefault(name) + 1;
        return round == 1 ? name : $"{name}[{round}]";
    }

    private static string NameOf(ActivityState activity, string? input) => input is null ? activity.Node.StepId : $"{activity.Node.StepId}.{input}";
}
