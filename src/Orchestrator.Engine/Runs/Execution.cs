using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Runs;

/// <summary>
/// What the activities of a run did, in the shape that Elsa's API and our run page show: one record for each time an activity was executed, and the events of their lives in order. Made by
/// folding the journal; secrets are masked in it.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Activities">Every execution so far, oldest first; the root activity is the first.</param>
/// <param name="Events">What happened to them, by <see cref="ExecutionEvent.Sequence"/>.</param>
/// <param name="Incidents">What went wrong and was not undone since, oldest first.</param>
/// <param name="Bookmarks">What the run waits for.</param>
/// <param name="Variables">Variables of the workflow and of open containers, with their present values.</param>
/// <param name="Input">The run's inputs.</param>
/// <param name="Output">The run's outputs; empty until it ends.</param>
/// <param name="CorrelationId">Set by the start or by <c>Correlate</c>; null = none.</param>
/// <param name="Name">Set by <c>SetName</c>; null = none.</param>
public sealed record Execution(
    string RunId, IReadOnlyList<ActivityExecution> Activities, IReadOnlyList<ExecutionEvent> Events, IReadOnlyList<Incident> Incidents, IReadOnlyList<Bookmark> Bookmarks,
    IReadOnlyList<VariableState> Variables, MapValue Input, MapValue Output, string? CorrelationId = null, string? Name = null);

/// <summary>One execution of one activity.</summary>
/// <param name="Id">Unique in the store.</param>
/// <param name="ParentId">The execution of the container it ran in; null for the root.</param>
/// <param name="ActivityId">Id in its container.</param>
/// <param name="NodeId">Ids from the root joined by <c>:</c>, beginning with <c>Workflow1</c>.</param>
/// <param name="Type">Activity type as the definition has it, for example <c>Elsa.WriteLine</c> or <c>firewall.open</c>.</param>
/// <param name="Version">Its version.</param>
/// <param name="Name">Name of the activity in the definition; null = none.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="CompletedAt">When it ended, UTC; null while it has not.</param>
/// <param name="Inputs">Evaluated inputs by the descriptor's names, secrets masked.</param>
/// <param name="Outputs">Outputs by name, secrets masked.</param>
/// <param name="Outcomes">Ports it completed with; empty while it has not.</param>
/// <param name="HasBookmarks">True while it waits for a bookmark.</param>
/// <param name="Failure">Why it faulted; null when it did not.</param>
/// <param name="FaultCount">Faults in it and below it.</param>
public sealed record ActivityExecution(
    string Id, string? ParentId, string ActivityId, string NodeId, string Type, int Version, string? Name, ExecutionStatus Status, DateTimeOffset StartedAt, DateTimeOffset? CompletedAt,
    MapValue Inputs, MapValue Outputs, IReadOnlyList<string> Outcomes, bool HasBookmarks, Failure? Failure, int FaultCount);

/// <summary>Where an execution stands.</summary>
public enum ExecutionStatus
{
    /// <summary>Its turn has come; it has not begun.</summary>
    Pending,

    /// <summary>It runs or waits.</summary>
    Running,

    /// <summary>It is done.</summary>
    Completed,

    /// <summary>It was cancelled.</summary>
    Canceled,

    /// <summary>It failed.</summary>
    Faulted,
}

/// <summary>An event in the life of an execution.</summary>
/// <param name="Sequence">1, 2, 3 … in the run.</param>
/// <param name="ExecutionId">Whose.</param>
/// <param name="EventName"><c>Started</c>, <c>Completed</c>, <c>Suspended</c>, <c>Resumed</c>, <c>Faulted</c>, <c>Canceled</c> or a name of the activity's own.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Message">For people; null = none.</param>
/// <param name="Outcomes">The ports, on <c>Completed</c>; else null.</param>
public sealed record ExecutionEvent(long Sequence, string ExecutionId, string EventName, DateTimeOffset At, string? Message = null, IReadOnlyList<string>? Outcomes = null);

/// <summary>Something that went wrong in an activity.</summary>
/// <param name="ExecutionId">Where.</param>
/// <param name="Failure">What.</param>
/// <param name="At">When, UTC.</param>
public sealed record Incident(string ExecutionId, Failure Failure, DateTimeOffset At);

/// <summary>Something an execution waits for.</summary>
/// <param name="Id">Unique in the run.</param>
/// <param name="ExecutionId">Who waits.</param>
/// <param name="Name">What kind of stimulus, by default the activity's type, for example <c>Elsa.Event</c>.</param>
/// <param name="Match">What a stimulus must match, for example the event's name; empty = only by id.</param>
/// <param name="CreatedAt">Since when, UTC.</param>
/// <param name="Due">When it comes by itself, UTC; null when only a stimulus brings it.</param>
public sealed record Bookmark(string Id, string ExecutionId, string Name, string Match, DateTimeOffset CreatedAt, DateTimeOffset? Due = null);

/// <summary>A variable and what it holds.</summary>
/// <param name="Id">Id in the definition.</param>
/// <param name="Name">Name.</param>
/// <param name="ExecutionId">The container that declares it.</param>
/// <param name="Value">Its value, secrets masked.</param>
public sealed record VariableState(string Id, string Name, string ExecutionId, Value Value);
