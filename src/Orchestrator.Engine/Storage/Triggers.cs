namespace Orchestrator.Engine.Storage;

public partial interface IStore
{
    /// <summary>Every trigger, by id.</summary>
    Task<IReadOnlyList<StoredTrigger>> ListTriggersAsync(CancellationToken cancellationToken);

    /// <summary>Triggers of a kind whose <see cref="StoredTrigger.Match"/> is that, by id; null = all of the kind.</summary>
    Task<IReadOnlyList<StoredTrigger>> FindTriggersAsync(string kind, string? match, CancellationToken cancellationToken);

    /// <summary>Schedules due at or before <paramref name="now"/> that are not paused, earliest first.</summary>
    Task<IReadOnlyList<StoredTrigger>> ReadDueTriggersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>When the earliest schedule that is not paused is due; null when there is none.</summary>
    Task<DateTimeOffset?> NextTriggerAsync(CancellationToken cancellationToken);

    /// <summary>What came of an occurrence; null when it has not been.</summary>
    Task<StoredFiring?> FindFiringAsync(string triggerId, string key, CancellationToken cancellationToken);
}

public sealed partial record WriteSet
{
    /// <summary>Triggers to keep. One that exists keeps its <see cref="StoredTrigger.Paused"/> and what it last did. Written after <see cref="RemoveTriggers"/>.</summary>
    public IReadOnlyList<StoredTrigger> Triggers { get; init; } = [];

    /// <summary>Ids of triggers to forget; a missing one is no fault. Their occurrences stay, so that one that comes back does not fire again for them.</summary>
    public IReadOnlyList<string> RemoveTriggers { get; init; } = [];

    /// <summary>Occurrences that are settled, with the run they start when there is one. One that was settled before fails the set with <see cref="DuplicateKeyException"/>.</summary>
    public IReadOnlyList<StoredFiring> Firings { get; init; } = [];

    /// <summary>When a schedule comes next; null = never again.</summary>
    public IReadOnlyList<(string TriggerId, DateTimeOffset? Due)> SetDue { get; init; } = [];

    /// <summary>Occurrences that were refused and may come again: kept as the trigger's last refusal only.</summary>
    public IReadOnlyList<(string TriggerId, DateTimeOffset At, string Reason)> RefuseFirings { get; init; } = [];

    /// <summary>Triggers that a person stops or lets go on.</summary>
    public IReadOnlyList<(string TriggerId, bool Paused)> PauseTriggers { get; init; } = [];
}

/// <summary>What starts runs by itself, as the index has it: one row a trigger of a live definition.</summary>
/// <param name="Id">Unique in the store: <c>owner/name</c>.</param>
/// <param name="Owner">Name of the definition it belongs to.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Definition">Hash of the definition it starts.</param>
/// <param name="Kind"><c>webhook</c>, <c>cron</c>, <c>drift</c>, <c>event</c>, <c>http</c>, <c>timer</c> or <c>startAt</c>.</param>
/// <param name="Match">What brings it: the path of a webhook, method and route of an endpoint, name of an event; empty for schedules.</param>
/// <param name="Settings">JSON, UTF-8, shape by kind.</param>
/// <param name="IndexedAt">Since when it is in force with these settings, UTC.</param>
/// <param name="Due">When a schedule comes next, UTC; null for the other kinds and for one that is over.</param>
/// <param name="Paused">True while a person stopped it.</param>
/// <param name="LastAt">When it last started a run or settled an occurrence, UTC; null = never.</param>
/// <param name="LastRun">The run it last started; null = none.</param>
/// <param name="RefusedAt">When an occurrence was last refused, UTC; null = never.</param>
/// <param name="Refusal">Why; null = never.</param>
public sealed record StoredTrigger(
    string Id, string Owner, string Name, string Definition, string Kind, string Match, ReadOnlyMemory<byte> Settings, DateTimeOffset IndexedAt, DateTimeOffset? Due = null,
    bool Paused = false, DateTimeOffset? LastAt = null, string? LastRun = null, DateTimeOffset? RefusedAt = null, string? Refusal = null);

/// <summary>An occurrence that is settled: it started a run, or was passed over on purpose.</summary>
/// <param name="TriggerId">Whose.</param>
/// <param name="Key">Which: the delivery id, or the scheduled instant. Counts once per trigger.</param>
/// <param name="At">When, UTC.</param>
/// <param name="RunId">The run it started; null when it was passed over.</param>
/// <param name="Digest">What was delivered, as a hash, so that another delivery under the same key is told; empty for schedules.</param>
/// <param name="Note">Why it was passed over; empty when it started a run.</param>
public sealed record StoredFiring(string TriggerId, string Key, DateTimeOffset At, string? RunId, string Digest = "", string Note = "");
