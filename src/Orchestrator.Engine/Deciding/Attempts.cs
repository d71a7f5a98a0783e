using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>The life of an attempt: it starts when it gets a place, and its return is an outcome, a poll, a child run or another attempt.</summary>
internal static class Attempts
{
    public static void Start(Decider decider, string key)
    {
        if (!decider.State.Steps.TryGetValue(key, out var step) || !CanStart(decider, step)) return;
        if (step.Step.Descriptor is null && step.Step.Kind == Graphs.StepKind.Leaf)
        {
            FailForGood(decider, step, new Failure("activity.unknown", FailureKind.Permanent, $"this program has no activity `{step.Step.Node.Type}@{step.Step.Node.Version}`"), null);
            return;
        }

        if (Refreshing.MustWait(decider, step)) return;
        decider.Emit(new StepStarted(step.NeedsVerification), step, step.Failures + 1);
    }

    public static void QueueTimedOut(Decider decider, string key)
    {
        if (!decider.State.Steps.TryGetValue(key, out var step) || !CanStart(decider, step)) return;
        FailForGood(decider, step, new Failure(
            "engine.queueTimeout", FailureKind.Timeout, $"no place became free within {Model.Schemas.Durations.Format(step.Step.Policy.QueueTimeout)}"), null);
    }

    public static void Returned(Decider decider, ReturnedFact returned)
    {
        if (!decider.State.Steps.TryGetValue(returned.Step, out var step)) return; // it was cancelled, and another round has begun
        if (step.Status != StepStatus.Running || step.Attempt != returned.Attempt) return; // too late: it was left to itself
        DateTimeOffset? absorbed = returned.StartIsJournaled ? null : returned.StartedAt;
        if (returned.Check is { } check) Verified(decider, step, check, absorbed);
        else if (returned.Failure is { } failure) Failed(decider, step, failure, absorbed);
        else Succeeded(decider, step, returned, returned.Result!, absorbed);
    }

    /// <summary>A step is done.</summary>
    public static void Complete(Decider decider, StepState step, Value output, bool changed, DateTimeOffset? absorbed)
    {
        try
        {
            output = Outputs(decider, step, output);
        }
        catch (FailureException exception)
        {
            FailForGood(decider, step, exception.Failure, absorbed);
            return;
        }

        var refreshed = step.RefreshedFor;
        decider.Emit(new StepCompleted(decider.Seal(output, step.Key + "/output"), changed, absorbed), step, step.Attempt);
        if (step.Step.Undoes is not null) Undoing.Next(decider);
        else if (refreshed is not null) Refreshing.Refreshed(decider, refreshed);
        else decider.Settled(step);
    }

    /// <summary>A step failed and is not tried again.</summary>
    public static void FailForGood(Decider decider, StepState step, Failure failure, DateTimeOffset? absorbed)
    {
        if (step.Step.Undoes is not null)
        {
            decider.Emit(new StepFailed(failure, absorbed), step, step.Attempt);
            Undoing.Next(decider);
        }
        else if (step.IsStopping)
        {
            decider.Emit(new StepCancelled(failure.Message, absorbed), step, step.Attempt);
            Containers.FlowchartRule.Check(decider, step.Scope);
        }
        else if (failure.Kind == FailureKind.UnknownOutcome)
        {
            decider.Emit(new StepPaused(failure, absorbed), step, step.Attempt);
        }
        else if (step.Step.Policy.AllowFailure)
        {
            decider.Emit(new StepFailed(failure, absorbed), step, step.Attempt);
            decider.Settled(step);
        }
        else if (Failing.HoldsRun(decider, step, failure))
        {
            decider.Emit(new StepPaused(failure, absorbed), step, step.Attempt);
        }
        else
        {
            decider.Emit(new StepFailed(failure, absorbed), step, step.Attempt);
            Failing.Failed(decider, step);
        }
    }

    private static bool CanStart(Decider decider, StepState step) =>
        !step.IsStopping && (step.Status == StepStatus.Ready
            || (step.Status == StepStatus.Waiting && step.Wait is { Kind: "retry" or "poll", Next: { } next } && next <= decider.Now));

    private static void Succeeded(Decider decider, StepState step, ReturnedFact returned, ActivityResult result, DateTimeOffset? absorbed)
    {
        switch (result.Kind)
        {
            case ActivityResultKind.Call:
                Containers.CallRule.Started(decider, step, returned, absorbed);
                break;
            case ActivityResultKind.Waiting:
                Poll(decider, step, result.Reason ?? "the world is not ready", absorbed);
                break;
            default:
                var (output, changed) = (result.Output!, result.Changed);
                if (step.Intent is { } intent && !returned.IntentIsOwn) (output, changed) = (Intending.With(output, intent), true);
                try
                {
                    if (step.Step.Policy.Until is { } until && !Holds(decider, step, until, output))
                        Poll(decider, step, $"until {until}", absorbed);
                    else
                        Complete(decider, step, output, changed, absorbed);
                }
                catch (FailureException exception)
                {
                    FailForGood(decider, step, exception.Failure, absorbed);
                }

                break;
        }
    }

    private static bool Holds(Decider decider, StepState step, Model.Expressions.Expression until, Value result) =>
        until.Evaluate(Evaluating.Context(decider.State, step.Scope, decider.Now, step, result)) is BoolValue flag
            ? flag.Flag
            : throw new FailureException("expression.type", FailureKind.Permanent, $"`until` of `{step.Key}` must be true or false");

    private static Value Outputs(Decider decider, StepState step, Value result)
    {
        var outputs = step.Step.Policy.Outputs;
        if (outputs.Count == 0) return result;
        var context = Evaluating.Context(decider.State, step.Scope, decider.Now, step, result);
        return Value.Map(outputs.Select(output => (output.Name, output.Expression.Evaluate(context))));
    }

    private static void Poll(Decider decider, StepState step, string reason, DateTimeOffset? absorbed)
    {
        var started = step.FirstStartedAt ?? absorbed ?? decider.Now;
        var deadline = step.Step.TotalTimeout is { } total ? started + total : (DateTimeOffset?)null;
        if (step.IsStopping)
        {
            FailForGood(decider, step, new Failure("run.cancelled", FailureKind.Cancelled, "cancelled while waiting"), absorbed);
        }
        else if (deadline <= decider.Now)
        {
            FailForGood(decider, step, TotalTimeout(step, reason), absorbed);
        }
        else
        {
            var next = decider.Now + step.Step.Policy.Every;
            if (deadline < next) next = deadline.Value;
            var isNews = step.Wait is not { Kind: "poll" } before || before.Reason != reason || before.Deadline != deadline;
            decider.Emit(new StepPolled(isNews ? reason : null, next, isNews ? deadline : null, absorbed), step, step.Attempt);
        }
    }

    /// <summary>The failure of a step whose total deadline passed.</summary>
    public static Failure TotalTimeout(StepState step, string last) => new(
        "engine.totalTimeout", FailureKind.Timeout, $"not done within {Model.Schemas.Durations.Format(step.Step.TotalTimeout ?? TimeSpan.Zero)}; last: {last}", LogTail: step.Failure?.LogTail);

    private static void Failed(Decider decider, StepState step, Failure failure, DateTimeOffset? absorbed)
    {
        if (step.IsStopping || Retrying.Due(decider, step, failure) is not { } due) FailForGood(decider, step, failure, absorbed);
        else decider.Emit(new StepRetryScheduled(failure, due, absorbed), step, step.Attempt);
    }

    private static void Verified(Decider decider, StepState step, Check<Value> check, DateTimeOffset? absorbed)
    {
        switch (check.State)
        {
            case CheckState.Satisfied:
                Complete(decider, step, check.Output ?? Value.EmptyMap, true, absorbed);
                break;
            case CheckState.Differs when !step.IsStopping:
                var lost = new Failure("engine.lostAttempt", FailureKind.Transient, "the attempt that a crash cut off did not take effect");
                decider.Emit(new StepRetryScheduled(lost, decider.Now, absorbed), step, step.Attempt);
                decider.Decision.Due.Add(step.Key);
                break;
            default:
                FailForGood(decider, step, new Failure(
                    "engine.unknownOutcome", FailureKind.UnknownOutcome,
                    $"a crash cut the attempt off and it cannot be told whether it took effect{(check.Reason is { } reason ? $" ({reason})" : "")}; `retry` runs it again, `skip` takes it as done"), absorbed);
                break;
        }
    }
}
