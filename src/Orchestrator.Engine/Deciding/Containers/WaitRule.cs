using System.Globalization;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>Wait: for a duration, an instant or a signal. A signal that came before the wait was kept and counts. One that comes wakes every step that waits for it at that moment.</summary>
internal static class WaitRule
{
    public static void Schedule(Decider decider, StepState step)
    {
        try
        {
            var inputs = Evaluating.InputsOfWait(decider, step);
            if (inputs.Get("signal").AsText() is { } signal) ForSignal(decider, step, signal, inputs);
            else ForTime(decider, step, inputs);
        }
        catch (FailureException exception)
        {
            decider.Break(step, exception.Failure);
        }
    }

    /// <summary>The time has come, or the deadline of a signal has passed.</summary>
    public static void Due(Decider decider, StepState step)
    {
        if (step.Wait!.Next is { } next && next <= decider.Now)
            Attempts.Complete(decider, step, Value.EmptyMap, false, null);
        else if (step.Wait.Deadline is { } deadline && deadline <= decider.Now)
            Attempts.FailForGood(decider, step, new Failure("wait.timeout", FailureKind.Timeout, $"signal `{step.Wait.Signal}` did not come in time"), null);
    }

    /// <summary>A signal came.</summary>
    public static void Received(Decider decider, string name, Value payload)
    {
        foreach (var step in decider.State.Waiting.ToArray())
            if (step.Wait?.Signal == name)
                decider.CompleteContainer(step, Payload(payload));
    }

    private static void ForTime(Decider decider, StepState step, MapValue inputs)
    {
        DateTimeOffset until;
        if (inputs.Get("duration") is { IsNull: false } length)
        {
            if (!Durations.TryParse(length.AsText(), out var duration)) throw Invalid("duration", "a duration such as 90s", length);
            until = decider.Now + duration;
        }
        else
        {
            var given = inputs.Get("until") ?? Value.Null;
            if (!DateTimeOffset.TryParse(given.AsText(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out until))
                throw Invalid("until", "an instant such as 2030-01-31T12:00:00Z", given);
        }

        decider.Do(new Move(MoveKind.Scheduled, step.Key, Wait: new WaitState("timer", "the clock", until, null, decider.Now)));
    }

    private static void ForSignal(Decider decider, StepState step, string signal, MapValue inputs)
    {
        var kept = decider.State.Signals.Find(candidate => candidate.Name == signal);
        DateTimeOffset? deadline = inputs.Get("timeout") is { IsNull: false } given
            ? Durations.TryParse(given.AsText(), out var timeout) ? decider.Now + timeout : throw Invalid("timeout", "a duration such as 90s", given)
            : null;
        decider.Do(new Move(MoveKind.Scheduled, step.Key, Wait: new WaitState("signal", $"signal {signal}", null, deadline, decider.Now, signal)));
        if (kept is null) return;
        // The fold drops the oldest kept signal of that name when the step that waited for it completes by it.
        decider.Do(new Move(MoveKind.Completed, step.Key, Payload(kept.Payload), Text: signal));
        decider.Settled(step);
    }

    private static MapValue Payload(Value payload) => Value.Map(("payload", payload));

    private static FailureException Invalid(string name, string expected, Value found) =>
        new("input.invalid", FailureKind.Permanent, $"input `{name}` must be {expected}, not {found}");

    private static string? AsText(this Value? value) => value?.AsString();
}
