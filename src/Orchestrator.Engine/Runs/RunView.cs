using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Runs;

/// <summary>A run as people and programs see it: the fold of its journal, without plain text of secrets.</summary>
/// <param name="RunId">Its id.</param>
/// <param name="Blueprint">Name of the blueprint.</param>
/// <param name="Version">Major version.</param>
/// <param name="Definition">Content hash.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Wait">What it waits for or why it is paused; null when moving or ended.</param>
/// <param name="CreatedAt">When it was accepted.</param>
/// <param name="CompletedAt">When it ended; null while it has not.</param>
/// <param name="Deadline">When it times out as a whole.</param>
/// <param name="Inputs">Its inputs, with defaults.</param>
/// <param name="Outputs">Its outputs; null until it completed.</param>
/// <param name="Failure">Why it failed or is paused; null otherwise.</param>
/// <param name="ParentRunId">The run whose step it is; null for a root.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Steps">The steps that exist so far and those still to come, in order of the source; containers hold their children.</param>
/// <param name="LastSeq">The last event folded in.</param>
public sealed record RunView(
    string RunId, string Blueprint, int Version, string Definition, RunStatus Status, WaitView? Wait,
    DateTimeOffset CreatedAt, DateTimeOffset? CompletedAt, DateTimeOffset Deadline,
    MapValue Inputs, MapValue? Outputs, Failure? Failure, string? ParentRunId,
    IReadOnlyDictionary<string, string> Labels, IReadOnlyList<StepView> Steps, long LastSeq);

/// <summary>A step as people and programs see it.</summary>
/// <param name="Key">Its key in the run, for example <c>hosts[node1]/install</c>.</param>
/// <param name="Id">Its id in the blueprint.</param>
/// <param name="Name">For people.</param>
/// <param name="Type">Activity or container type.</param>
/// <param name="Span">Where it stands in the blueprint.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Attempt">Number of the latest attempt, 0 before the first.</param>
/// <param name="MaxAttempts">How many there may be.</param>
/// <param name="StartedAt">When the first attempt began; null before.</param>
/// <param name="CompletedAt">When it ended; null before.</param>
/// <param name="Changed">True when it changed the world; false when all was so already; null until completed.</param>
/// <param name="Wait">What it waits for; null unless waiting or paused.</param>
/// <param name="Output">Its outputs; null until completed.</param>
/// <param name="Failure">Its latest failure; null when there is none.</param>
/// <param name="ChildRunId">The child run it stands for; null for others.</param>
/// <param name="Children">Steps of a container.</param>
public sealed record StepView(
    string Key, string Id, string Name, string Type, SourceSpan Span, StepStatus Status, int Attempt, int MaxAttempts,
    DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt, bool? Changed, WaitView? Wait, Value? Output, Failure? Failure,
    string? ChildRunId, IReadOnlyList<StepView> Children);

/// <summary>What something waits for.</summary>
/// <param name="Kind"><c>timer</c>, <c>poll</c>, <c>retry</c>, <c>signal</c>, <c>approval</c>, <c>child</c>, <c>slot</c> or <c>person</c>.</param>
/// <param name="Reason">One clause that completes "waiting: …".</param>
/// <param name="Next">When it looks or tries again; null when only an event wakes it.</param>
/// <param name="Deadline">When it gives up; null when it never does.</param>
/// <param name="Since">Since when.</param>
public sealed record WaitView(string Kind, string Reason, DateTimeOffset? Next, DateTimeOffset? Deadline, DateTimeOffset Since);
