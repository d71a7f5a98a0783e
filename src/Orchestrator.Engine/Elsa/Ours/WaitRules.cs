using Orchestrator.Engine.Folding;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Ours;

/// <summary>Our approval in a workflow made in Studio: a step that waits for a person, and fails when it is denied.</summary>
internal sealed class ApprovalRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var now = interpreter.Now;
        var deadline = activity.Inputs.Get("timeout") is { IsNull: false } timeout and not StringValue { Text: "" } && ElsaTypes.ToSpan(timeout) is { } span ? now + span : (DateTimeOffset?)null;
        var message = activity.Inputs.Get("message")?.AsString() is { Length: > 0 } text ? text : $"approval of {activity.Node.StepId}";
        interpreter.ActWaiting(activity, Value.Map(
            ("message", Value.Of(message)), ("by", activity.Inputs.Get("by") ?? Value.Null), ("timeout", deadline is null ? Value.Null : Value.Of(Durations.Format(deadline.Value - now))),
            ("onTimeout", activity.Inputs.Get("onTimeout") ?? Value.Null)), new WaitState("approval", message, null, deadline, now));
    }
}

/// <summary>Our wait in a workflow made in Studio: for a duration, an instant or a signal.</summary>
internal sealed class PauseRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var now = interpreter.Now;
        if (activity.Inputs.Get("signal")?.AsString() is { Length: > 0 } signal)
        {
            var deadline = Given(activity, "timeout") is { } timeout ? now + (ElsaTypes.ToSpan(timeout) ?? throw Invalid("timeout", timeout)) : (DateTimeOffset?)null;
            var kept = interpreter.Run.Signals.Find(candidate => candidate.Name == signal);
            interpreter.ActWaiting(activity, Value.Map(("signal", Value.Of(signal)), ("timeout", deadline is null ? Value.Null : Value.Of(Durations.Format(deadline.Value - now)))), new WaitState("signal", $"signal {signal}", null, deadline, now, signal));
            // One that came before was kept and counts; the fold drops it with this move.
            if (kept is null) return;
            interpreter.Decider.Do(new Journal.Move(Journal.MoveKind.Completed, activity.Step!, Value.Map(("payload", kept.Payload)), Text: signal));
            interpreter.Decider.Settled(interpreter.Run.Steps[activity.Step!]);
            return;
        }

        var until = Given(activity, "duration") is { } duration ? now + (ElsaTypes.ToSpan(duration) ?? throw Invalid("duration", duration))
            : Given(activity, "until") is { } instant ? ElsaTypes.ToInstant(instant) ?? throw Invalid("until", instant)
            : throw new FailureException("elsa.input", FailureKind.Permanent, "a wait needs `duration`, `until` or `signal`");
        interpreter.ActWaiting(activity, Value.EmptyMap, new WaitState("timer", "the clock", until, null, now));
    }

    private static Value? Given(ActivityState activity, string name) => activity.Inputs.Get(name) is { IsNull: false } value and not StringValue { Text: "" } ? value : null;

    private static FailureException Invalid(string name, Value found) => new("elsa.input", FailureKind.Permanent, $"`{name}` cannot be {found}");
}

/// <summary>Our call in a workflow made in Studio: another blueprint or workflow as a child run.</summary>
internal sealed class CallRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity) => interpreter.Act(activity, Value.Map(
        ("blueprint", activity.Inputs.Get("blueprint") ?? Value.Null), ("with", activity.Inputs.Get("withWith") as MapValue ?? Value.EmptyMap),
        ("detached", Value.Of(ElsaTypes.ToFlag(activity.Inputs.Get("detached") ?? Value.Null)))));

    public override void StepDone(Interpreter interpreter, ActivityState activity, StepState step, Value output) =>
        interpreter.Complete(activity, null, (output as MapValue ?? Value.EmptyMap).With("result", output));
}
