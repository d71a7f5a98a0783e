using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Activities;

/// <summary>What <c>ApplyAsync</c> came to. Failures are thrown.</summary>
/// <typeparam name="TOutput">The activity's output record.</typeparam>
public sealed class Outcome<TOutput>
    where TOutput : class
{
    private Outcome(TOutput? output, bool changed, ActivityResult? result) => (Output, Changed, Result) = (output, changed, result);

    /// <summary>The output; null when <see cref="Result"/> is set.</summary>
    public TOutput? Output { get; }

    /// <summary>True when the world was changed.</summary>
    public bool Changed { get; }

    /// <summary>A result other than done.</summary>
    public ActivityResult? Result { get; }

    /// <summary>Done, and something was changed.</summary>
    public static Outcome<TOutput> Changes(TOutput output) => new(output, true, null);

    /// <summary>Done; nothing was changed (reads, and applies that found nothing to do).</summary>
    public static Outcome<TOutput> Same(TOutput output) => new(output, false, null);

    /// <summary>
    /// Not yet: look again after the step's <c>every</c>, until its total deadline. Holds no thread meanwhile. <paramref name="reason"/> completes "waiting: …" and
    /// says what is missing, on what, for example <c>push permission on ssh://git@host/r: permission denied</c>.
    /// </summary>
    public static Outcome<TOutput> Waiting(string reason) => new(null, false, ActivityResult.Waiting(reason));

    /// <summary>Run this definition as a child run; the step's output is the child's outputs plus <c>runId</c>.</summary>
    public static Outcome<TOutput> Call(Definition definition, MapValue inputs) => new(null, true, ActivityResult.Call(definition, inputs));
}

/// <summary>What the engine gets back from an activity.</summary>
/// <param name="Kind">Which of the three.</param>
/// <param name="Output">The output when done; else null.</param>
/// <param name="Changed">True when the world was changed.</param>
/// <param name="Reason">What it waits for; null unless waiting.</param>
/// <param name="Definition">What to run as a child; null unless calling.</param>
/// <param name="Inputs">The child's inputs; null unless calling.</param>
public sealed record ActivityResult(
    ActivityResultKind Kind, Value? Output, bool Changed, string? Reason, Definition? Definition, MapValue? Inputs)
{
    /// <summary>The step is complete.</summary>
    public static ActivityResult Done(Value output, bool changed) => new(ActivityResultKind.Done, output, changed, null, null, null);

    /// <summary>The step looks again later.</summary>
    public static ActivityResult Waiting(string reason) => new(ActivityResultKind.Waiting, null, false, reason, null, null);

    /// <summary>The step continues as a child run.</summary>
    public static ActivityResult Call(Definition definition, MapValue inputs) => new(ActivityResultKind.Call, null, true, null, definition, inputs);
}

/// <summary>The three ways an activity returns.</summary>
public enum ActivityResultKind
{
    /// <summary>Complete, with an output.</summary>
    Done,

    /// <summary>Not yet: poll again.</summary>
    Waiting,

    /// <summary>Continue as a child run.</summary>
    Call,
}
