using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Deciding;

/// <summary>
/// After a crash: what the journal knows as ready or under way starts again as its effect allows. A step that was under way at three crashes in a row holds the run instead, because it may
/// be what kills the engine.
/// </summary>
internal static class Recovery
{
    private const int Quarantine = 3;

    public static void Recover(Decider decider)
    {
        var state = decider.State;
        if (state.IsEnded) return;
        var again = new List<RecoveredStep>();
        foreach (var step in state.Steps.Values)
            if (step.Step.HasAttempts && step.Status is StepStatus.Ready or StepStatus.Running)
                again.Add(Of(state, step));
        if (again.Count == 0)
        {
            decider.Elsa?.Continue();
            return;
        }

        decider.Emit(new RunRecovered(again));
        foreach (var entry in again)
        {
            var step = state.Steps[entry.Key];
            if (entry.Action == "stop")
                Attempts.FailForGood(decider, step, new Failure("run.cancelled", FailureKind.Cancelled, "the engine restarted while it was being cancelled"), null);
            else if (entry.Action == "pause")
                decider.Emit(new StepPaused(new Failure("engine.crashLoop", FailureKind.UnknownOutcome, entry.Reason), null), step, step.Attempt);
        }

        decider.Elsa?.Turn();
    }

    private static RecoveredStep Of(RunState state, StepState step)
    {
        if (step.IsStopping) return new(step.Key, "stop", "it was being cancelled");
        if (!state.Released && step.Crashes + 1 >= Quarantine)
            return new(step.Key, "pause", $"the engine has died {step.Crashes + 1} times in a row while this step was ready or under way");
        if (step.Status == StepStatus.Ready && !step.NeedsVerification)
            return step.Step.StartIsDurable
                ? new(step.Key, "start", "its start is not in the journal, so it has not begun")
                : new(step.Key, "start", $"its outcome is not in the journal; effect {Evaluating.Camel(step.Step.Effect)} may run again");
        return step.Step.Effect switch
        {
            Effect.Once => new(step.Key, "verify", "effect once: it must be found out whether it took effect"),
            Effect.Keyed => new(step.Key, "run", "effect keyed: runs again with the same key"),
            Effect.Reattach => new(step.Key, "reattach", "effect reattach: asks the target for the job"),
            var effect => new(step.Key, "run", $"effect {Evaluating.Camel(effect)}: may run again"),
        };
    }
}
