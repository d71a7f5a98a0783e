using Orchestrator.Engine.Folding;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Deciding;

/// <summary>Whether and when a failed attempt is tried again.</summary>
internal static class Retrying
{
    /// <summary>The instant of the next attempt; null when there is none.</summary>
    public static DateTimeOffset? Due(Decider decider, StepState step, Failure failure)
    {
        var policy = step.Step.Policy.Retry;
        // A lost attempt that verification found without effect never counts as tried.
        if (failure.Kind == FailureKind.UnknownOutcome || !Matches(policy, failure) || step.Attempt >= step.Step.MaxAttempts) return null;
        var due = decider.Now + Pause(policy, step.Attempt, decider.Fact.Draw);
        var first = step.FirstStartedAt ?? decider.Now;
        if (policy.For is { } limit && due > first + limit) return null;
        if (step.TotalDeadline is { } deadline && due >= deadline) return null;
        return due;
    }

    /// <summary>The pause after the attempt of that number, jitter included; whole milliseconds.</summary>
    public static TimeSpan Pause(RetryPolicy policy, int attempt, double draw)
    {
        var first = policy.Delay.TotalMilliseconds;
        var pause = policy.Backoff switch
        {
            Backoff.Constant => first,
            Backoff.Linear => first * attempt,
            _ => first * Math.Pow(policy.Factor, attempt - 1),
        };
        pause = Math.Min(pause, policy.MaxDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Ceiling(policy.Jitter ? pause * draw : pause));
    }

    private static bool Matches(RetryPolicy policy, Failure failure)
    {
        var kind = Evaluating.Camel(failure.Kind);
        foreach (var name in policy.On)
            if (name == kind || name == failure.Code) return true;
        return false;
    }
}
