using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>Something that happened outside of a run's state. It carries everything a decision may depend on besides the state: the instant, the draw, new ids.</summary>
internal abstract record Fact
{
    /// <summary>When, UTC, whole milliseconds.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>A number drawn evenly from [0, 1), for jitter.</summary>
    public double Draw { get; init; }
}

/// <summary>The run is to exist.</summary>
/// <param name="Inputs">Checked, with defaults, secrets sealed.</param>
/// <param name="Vars">Values of the variables.</param>
/// <param name="Labels">All labels.</param>
/// <param name="By">Who asked.</param>
/// <param name="Queued">True when its concurrency group is full.</param>
/// <param name="Group">Its concurrency group; null for none.</param>
/// <param name="StartKey">Idempotency key; null for none.</param>
/// <param name="ParentRunId">The parent; null for a root.</param>
/// <param name="ParentStep">Step of the parent.</param>
internal sealed record StartedFact(
    MapValue Inputs, MapValue Vars, IReadOnlyDictionary<string, string> Labels, string By,
    bool Queued = false, string? Group = null, string? StartKey = null, string? ParentRunId = null, string? ParentStep = null) : Fact
{
    /// <summary>For a workflow made in Studio: its correlation id, name, and what triggered it. Null = none.</summary>
    public StudioStart? Studio { get; init; }
}

/// <summary>A workflow made in Studio has more in its queue than one decision takes.</summary>
internal sealed record ContinuedFact : Fact;

/// <summary>Its concurrency group has a place for it.</summary>
internal sealed record AdmittedFact : Fact;

/// <summary>A place for an attempt was given.</summary>
internal sealed record PlaceGivenFact(string Step) : Fact;

/// <summary>A step waited too long for a place.</summary>
internal sealed record QueueTimedOutFact(string Step) : Fact;

/// <summary>An attempt came to its end: exactly one of result, check and failure is set.</summary>
/// <param name="Step">Key.</param>
/// <param name="Attempt">Number of the attempt it ends.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="StartIsJournaled">True when its <see cref="Journal.StepStarted"/> is in the journal or will be.</param>
internal sealed record ReturnedFact(string Step, int Attempt, DateTimeOffset StartedAt, bool StartIsJournaled) : Fact
{
    public ActivityResult? Result { get; init; }

    public Check<Value>? Check { get; init; }

    public Failure? Failure { get; init; }

    /// <summary>True when the step's recorded intent is this attempt's own: its result then says all of what it did.</summary>
    public bool IntentIsOwn { get; init; }

    /// <summary>For a call: the child's id and what it starts with; null for others.</summary>
    public ChildPlan? Child { get; init; }
}

/// <summary>A child run ready to be started.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Blueprint">Its name and version, for people.</param>
/// <param name="Detached">True when the step does not wait for it.</param>
internal sealed record ChildPlan(string RunId, string Blueprint, bool Detached);

/// <summary>A stored wake-up came due.</summary>
internal sealed record WokenFact : Fact;

/// <summary>A child run came to its end.</summary>
/// <param name="ChildRunId">The child.</param>
/// <param name="Outputs">Its outputs when it completed; else null.</param>
/// <param name="Failure">Why it did not complete; null when it did.</param>
/// <param name="WasCancelled">True when it was cancelled.</param>
internal sealed record ChildEndedFact(string ChildRunId, MapValue? Outputs, Failure? Failure, bool WasCancelled) : Fact;

/// <summary>Another run wants this one to end: the parent was cancelled, or a younger run of the concurrency group takes its place.</summary>
/// <param name="Timer">The stored wake-up that says so.</param>
/// <param name="By">Who.</param>
/// <param name="Reason">Why.</param>
internal sealed record ToEndFact(string Timer, string By, string Reason) : Fact
{
    public static ToEndFact Of(string timer, DateTimeOffset now) => timer == Running.TimerKeys.Supersede
        ? new(timer, "concurrency", "a younger run took its place in the group") { Now = now }
        : new(timer, "parent", "the parent run was cancelled") { Now = now };
}

/// <summary>The engine starts and finds the run under way.</summary>
internal sealed record RecoveredFact : Fact;

/// <summary>The engine stops in good order while attempts are under way.</summary>
internal sealed record ReleasedFact : Fact;

/// <summary>Someone asks for something.</summary>
/// <param name="Message">The inbox row.</param>
/// <param name="Body">Its body, read.</param>
internal sealed record OperatorFact(InboxMessage Message, Value Body) : Fact
{
    /// <summary>For a migration: the version that is asked for; null when the definition has none of that number.</summary>
    public Graphs.RunGraph? Target { get; init; }
}
