using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>Approve: waits for a person. Denied = the step fails with <c>approve.denied</c>.</summary>
internal static class ApproveRule
{
    public static void Schedule(Decider decider, StepState step)
    {
        try
        {
            var inputs = Evaluating.Inputs(decider, step);
            DateTimeOffset? deadline = Durations.TryParse(inputs.Get("timeout")?.AsString(), out var timeout) ? decider.Now + timeout : null;
            var message = inputs.Get("message") is { IsNull: false } text ? text.ToString() : $"approval of {step.Key}";
            decider.Do(new Move(MoveKind.Scheduled, step.Key, Wait: new WaitState("approval", message, null, deadline, decider.Now)));
        }
        catch (FailureException exception)
        {
            decider.Break(step, exception.Failure);
        }
    }

    public static void Answered(Decider decider, StepState step, bool approved, string by, string comment)
    {
        decider.Emit(new ApprovalGiven(approved, by, comment), step);
        if (approved)
            decider.CompleteContainer(step, Value.Map(("approved", Value.Of(true)), ("by", Value.Of(by)), ("comment", Value.Of(comment))));
        else
            decider.Break(step, new Failure("approve.denied", FailureKind.Permanent, comment.Length == 0 ? $"denied by {by}" : $"denied by {by}: {comment}"));
    }

    public static void Due(Decider decider, StepState step)
    {
        if (step.Wait!.Deadline is not { } deadline || deadline > decider.Now) return;
        var onTimeout = step.Step.Elsa is null ? step.Step.Node.Inputs.GetValueOrDefault("onTimeout")?.ConstantValue : step.Input?.Get("onTimeout");
        if (onTimeout?.AsString() == "continue")
            Attempts.Complete(decider, step, Value.Map(("approved", Value.Of(false)), ("by", Value.Null), ("comment", Value.Of("nobody answered in time"))), false, null);
        else
            Attempts.FailForGood(decider, step, new Failure("approve.timeout", FailureKind.Timeout, "nobody answered in time"), null);
    }
}
