using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>Rollback: the steps that changed something are taken back one by one, the last completed first. An undo that fails for good is reported and the next one goes on.</summary>
internal static class Undoing
{
    public static void Next(Decider decider)
    {
        var state = decider.State;
        if (state.Phase != RunPhase.Undo) return;
        StepState? last = null;
        if (state.Cancel is not { IsOver: false })
            foreach (var step in state.Steps.Values)
                if (step.Status == StepStatus.Completed && step.Changed == true && step.Step.Undo is { } undoing && (undoing.Descriptor is not null || step.Step.Policy.Undo is not null) && step.Order > (last?.Order ?? 0) && !WasTried(state, step))
                    last = step;
        if (last is null)
        {
            Ending.Clean(decider, null);
            return;
        }

        var undo = MoveFold.Undo(state, last);
        MapValue? input = null;
        Failure? failure = null;
        try
        {
            if (undo.Step.ConstantInput is null && undo.Step.Kind != StepKind.Call) input = Evaluating.Inputs(decider, undo);
        }
        catch (FailureException exception)
        {
            failure = exception.Failure;
        }

        decider.Do(new Move(MoveKind.Scheduled, undo.Key, input));
        if (failure is not null) Attempts.FailForGood(decider, undo, failure, null);
    }

    /// <summary>The failure of the run, with what could not be undone.</summary>
    public static Failure WithRest(RunState state, Failure failure)
    {
        var left = state.Steps.Values.Where(step => step.Step.Undoes is not null && step.Status == StepStatus.Failed).ToArray();
        if (left.Length == 0) return failure;
        return failure with
        {
            Message = $"{failure.Message}; not undone: {string.Join(", ", left.Select(step => step.Key[..^MoveFold.UndoSuffix.Length]))}",
            Details = Value.Map(("failure", failure.Details ?? Value.Null), ("notUndone", Value.Map(left.Select(step => (step.Key, Value.Of(step.Failure!.ToString())))))),
        };
    }

    private static bool WasTried(RunState state, StepState step) => state.Steps.ContainsKey(step.Key + MoveFold.UndoSuffix);
}
