using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>Call, and every activity that returns a call: the child begins in the same commit as the event; its end wakes the step by a row committed with the child's last events.</summary>
internal static class CallRule
{
    public static void Started(Decider decider, StepState step, ReturnedFact returned, DateTimeOffset? absorbed)
    {
        var child = returned.Child!;
        decider.Emit(new ChildStarted(child.RunId, child.Blueprint, child.Detached, absorbed), step, returned.Attempt);
        if (!child.Detached) return;
        decider.Emit(new StepCompleted(Value.Map(("runId", Value.Of(child.RunId))), true, null), step, returned.Attempt);
        if (step.Step.Undoes is not null) Undoing.Next(decider);
        else decider.Settled(step);
    }

    public static void ChildEnded(Decider decider, ChildEndedFact ended)
    {
        var step = decider.State.Waiting.Find(waiting => waiting.ChildRunId == ended.ChildRunId && waiting.Wait?.Kind == "child");
        if (step is null) return;
        if (ended.Outputs is { } outputs)
        {
            Attempts.Complete(decider, step, outputs.With("runId", Value.Of(ended.ChildRunId)), true, null);
            return;
        }

        if (step.IsStopping)
        {
            decider.Emit(new StepCancelled($"run {ended.ChildRunId} was cancelled", null), step, step.Attempt);
            if (step.Step.Undoes is not null) Undoing.Next(decider);
            else FlowchartRule.Check(decider, step.Scope);
            return;
        }

        var cause = ended.Failure ?? new Failure("run.cancelled", FailureKind.Cancelled, "it was cancelled");
        Attempts.FailForGood(decider, step, new Failure(
            "call.failed", FailureKind.Permanent, $"run {ended.ChildRunId} {(ended.WasCancelled ? "was cancelled" : "failed")}: {cause.Message}",
            Value.Map(("runId", Value.Of(ended.ChildRunId)), ("code", Value.Of(cause.Code)), ("kind", Value.Of(Evaluating.Camel(cause.Kind)))), cause.LogTail), null);
    }
}
