using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>
/// A compiled workflow: immutable, pinned by its content hash for as long as a run of it exists. On the wire it is an Elsa 3 workflow definition whose root is a
/// Flowchart; what Elsa has no place for stands in <c>customProperties.orchestrator</c>. The same blueprint text gives the same bytes.
/// </summary>
public sealed record Definition
{
    /// <summary>Name of the blueprint, <c>[a-z][a-z0-9-]*</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Major version that <c>call: name@major</c> selects. Default 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>SHA-256 over the definition's canonical JSON without this field, lower-case hex; set by the compiler. Empty in hand-made definitions of tests.</summary>
    public string Hash { get; init; } = "";

    /// <summary>For people; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>The blueprint's file name for messages, and its text; null when there was none (made in Studio).</summary>
    public BlueprintSource? Source { get; init; }

    /// <summary>Labels of the blueprint; runs inherit them.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The inputs, an object schema.</summary>
    public Schema Inputs { get; init; } = Schema.Object();

    /// <summary>Where each input is declared in the blueprint, by name; may be empty.</summary>
    public IReadOnlyDictionary<string, SourceSpan> InputSpans { get; init; } = new Dictionary<string, SourceSpan>();

    /// <summary>Conditions over <c>inputs</c> and <c>vars</c> that must hold before a run exists.</summary>
    public IReadOnlyList<InputCheck> Checks { get; init; } = [];

    /// <summary>Variables, in order; each may use the ones before it and the inputs.</summary>
    public IReadOnlyList<NamedExpression> Vars { get; init; } = [];

    /// <summary>Declared secrets: name to reference (<c>store: env: file: vault:</c>).</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>Declared targets.</summary>
    public IReadOnlyDictionary<string, TargetPlan> Targets { get; init; } = new Dictionary<string, TargetPlan>();

    /// <summary>What starts runs by itself, once the definition is submitted to a server.</summary>
    public IReadOnlyList<TriggerPlan> Triggers { get; init; } = [];

    /// <summary>Concurrency group; null = none.</summary>
    public ConcurrencyPlan? Concurrency { get; init; }

    /// <summary>Deadline of a whole run. Default 7 days.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromDays(7);

    /// <summary>What a run does when a step fails for good and nothing rescues it.</summary>
    public OnFailure OnFailure { get; init; } = OnFailure.Stop;

    /// <summary>How long a finished run is kept. Default 30 days.</summary>
    public TimeSpan Retain { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// The workflow as Studio made it; null for one that was compiled from a blueprint. When it is set, it is what runs and what <see cref="DefinitionJson.Write"/> gives, byte for byte; the steps
    /// below are only for show.
    /// </summary>
    public Elsa.ElsaProgram? Elsa { get; init; }

    /// <summary>The steps: an <see cref="ActivityTypes.Flowchart"/>.</summary>
    public required ActivityNode Root { get; init; }

    /// <summary>Runs when a step failed for good, before <see cref="OnFailure"/> takes effect; never turns the failure into success. Null = nothing.</summary>
    public ActivityNode? Rescue { get; init; }

    /// <summary>Runs at the end of every run, last. Null = nothing.</summary>
    public ActivityNode? Always { get; init; }

    /// <summary>Outputs of a completed run, in order.</summary>
    public IReadOnlyList<NamedExpression> Outputs { get; init; } = [];
}

/// <summary>The text a definition was compiled from.</summary>
/// <param name="File">File name for messages, no folder that only exists on one machine.</param>
/// <param name="Text">The YAML, whole.</param>
public sealed record BlueprintSource(string File, string Text);

/// <summary>A name and what it is worth.</summary>
public sealed record NamedExpression(string Name, Expression Expression);

/// <summary>A condition and what to say when it does not hold.</summary>
public sealed record InputCheck(Expression Require, string Message, SourceSpan Span);

/// <summary>A declared target: kind (<c>local</c>, <c>ssh</c>, <c>docker</c>) and the settings below it, whose values may be expressions.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Settings">One expression that gives the settings map.</param>
/// <param name="Hosts">Names to override maps when the target is a group; null for a single target.</param>
/// <param name="MaxParallel">How many hosts of a group at once. Default 20.</param>
public sealed record TargetPlan(string Kind, Expression Settings, Expression? Hosts = null, int MaxParallel = 20);

/// <summary>How many runs of one group may move at once.</summary>
/// <param name="Group">Gives the group's name from <c>inputs</c> and <c>vars</c>.</param>
/// <param name="Limit">At least 1.</param>
/// <param name="OnLimit">What the one too many does.</param>
public sealed record ConcurrencyPlan(Expression Group, int Limit, OnLimit OnLimit);

/// <summary>What a run does that finds its concurrency group full.</summary>
public enum OnLimit
{
    /// <summary>Waits for its turn.</summary>
    Queue,

    /// <summary>Is refused: no run is made.</summary>
    Reject,

    /// <summary>Cancels the oldest run of the group and takes its place.</summary>
    CancelOldest,
}

/// <summary>What happens when a step fails for good and nothing rescues it.</summary>
public enum OnFailure
{
    /// <summary>The run ends failed; <c>retry</c> continues it from the failed step.</summary>
    Stop,

    /// <summary>The run stops at the step with its reason and waits for a person: retry, skip, edit, cancel.</summary>
    Pause,

    /// <summary>The run undoes what it did, in reverse order of completion, and ends failed.</summary>
    Rollback,
}
