namespace Orchestrator.Engine.Storage;

/// <summary>
/// Where runs live. One process owns a store at a time; its <see cref="Epoch"/> is in every write and an older one is refused with <see cref="FencedException"/>.
/// Every write is a <see cref="WriteSet"/>: all of it becomes durable or none. Implementations gather the sets that arrive while a commit is under way and commit them together.
/// Safe for concurrent use. One contract suite holds for every implementation.
/// </summary>
public partial interface IStore : IAsyncDisposable
{
    /// <summary>The owner's epoch: one more at each opening as owner. 0 for a store opened to read and to post only.</summary>
    long Epoch { get; }

    /// <summary>
    /// Commits. The task completes when the set is on disk (not when it is queued), and fails as a whole: with <see cref="FencedException"/> when the epoch is old, with
    /// <see cref="DuplicateKeyException"/> when a start key, an inbox key or a journal position is taken, with <see cref="JournalGapException"/> when an event before it is missing (a set that
    /// was to come before it failed), with a failure <c>store.full</c> or <c>store.io</c> when the disk refuses. One set's failure never fails another set. Sets of one caller are committed in the
    /// order of the calls.
    /// </summary>
    Task CommitAsync(WriteSet writes);

    /// <summary>
    /// Puts a message into the inbox; the only write that a process which is not the owner may make. False when the run already has a message with that key (which then counts once).
    /// </summary>
    Task<bool> PostAsync(InboxMessage message, CancellationToken cancellationToken);

    /// <summary>Messages not yet consumed, oldest first.</summary>
    Task<IReadOnlyList<InboxMessage>> ReadInboxAsync(int limit, CancellationToken cancellationToken);

    /// <summary>What became of a message: null while it waits, else empty or the reason it was refused.</summary>
    Task<string?> ReadInboxResultAsync(string runId, string key, CancellationToken cancellationToken);

    /// <summary>The latest snapshot of a run (null when there is none) and the journal behind it, in order.</summary>
    Task<StoredJournal> ReadJournalAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Events of a run with a sequence number above <paramref name="afterSeq"/>, in order, at most <paramref name="limit"/>; snapshots play no part.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long afterSeq, int limit, CancellationToken cancellationToken);

    /// <summary>Number of the last event of a run's journal; 0 when there is none.</summary>
    Task<long> LastEventNumberAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The summary row of a run; null when there is no such run. <paramref name="runId"/> may be a unique prefix of at least 4 characters.</summary>
    Task<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>The run that was started under an idempotency key; null when there is none.</summary>
    Task<RunSummary?> FindRunByStartKeyAsync(string startKey, CancellationToken cancellationToken);

    /// <summary>Timers due at or before <paramref name="now"/>, earliest first.</summary>
    Task<IReadOnlyList<StoredTimer>> ReadDueTimersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>When the earliest timer is due; null when there is none.</summary>
    Task<DateTimeOffset?> NextTimerAsync(CancellationToken cancellationToken);

    /// <summary>Timers of one run.</summary>
    Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Runs of a concurrency group that hold a slot, oldest first.</summary>
    Task<IReadOnlyList<string>> ReadSlotsAsync(string group, CancellationToken cancellationToken);

    /// <summary>A stored definition's JSON by content hash; null when there is none.</summary>
    Task<byte[]?> ReadDefinitionAsync(string hash, CancellationToken cancellationToken);

    /// <summary>Hash of the newest stored definition of that name and major version (the highest major when 0); null when there is none.</summary>
    Task<string?> FindDefinitionAsync(string name, int version, CancellationToken cancellationToken);

    /// <summary>A payload by hash; null when there is none.</summary>
    Task<byte[]?> ReadBlobAsync(string hash, CancellationToken cancellationToken);

    /// <summary>The sealed plain text of a secret by reference; null when there is none.</summary>
    Task<byte[]?> ReadSecretAsync(string reference, CancellationToken cancellationToken);

    /// <summary>References of secrets that begin with <paramref name="prefix"/>, in ordinal order.</summary>
    Task<IReadOnlyList<string>> ListSecretsAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Log lines of a run after a number, in order.</summary>
    Task<IReadOnlyList<StoredLogLine>> ReadLogAsync(string runId, long afterNumber, int limit, CancellationToken cancellationToken);

    /// <summary>Number of the last stored log line of a run; 0 when there is none.</summary>
    Task<long> LastLogNumberAsync(string runId, CancellationToken cancellationToken);
}

/// <summary>Things that become durable together. Lists may be empty; order inside a list is kept.</summary>
public sealed partial record WriteSet
{
    /// <summary>Journal events to append. <c>(RunId, Seq)</c> must be new.</summary>
    public IReadOnlyList<StoredEvent> Events { get; init; } = [];

    /// <summary>Summary rows to insert or replace.</summary>
    public IReadOnlyList<RunSummary> Runs { get; init; } = [];

    /// <summary>Timers to set; one with the same run and key is replaced. Written after <see cref="ClearTimers"/>, so that a set can renew a timer.</summary>
    public IReadOnlyList<StoredTimer> SetTimers { get; init; } = [];

    /// <summary>Timers to remove; a missing one is no fault.</summary>
    public IReadOnlyList<(string RunId, string Key)> ClearTimers { get; init; } = [];

    /// <summary>Runs all of whose timers and slots go, also those of this set: they are terminal.</summary>
    public IReadOnlyList<string> ClearRuns { get; init; } = [];

    /// <summary>Ended runs to forget with all that is theirs: journal, log, secrets, messages. One that has not ended stays; the caller has looked.</summary>
    public IReadOnlyList<string> ForgetRuns { get; init; } = [];

    /// <summary>Concurrency slots to take; the caller has counted them.</summary>
    public IReadOnlyList<(string Group, string RunId)> TakeSlots { get; init; } = [];

    /// <summary>Snapshots to keep; only the newest of a run is.</summary>
    public IReadOnlyList<StoredSnapshot> Snapshots { get; init; } = [];

    /// <summary>
    /// Inbox messages consumed, with what became of them: empty = done, else why it was refused. One that was consumed before is a duplicate; one that was never posted is recorded as consumed,
    /// so that a later post with its key does not count.
    /// </summary>
    public IReadOnlyList<(string RunId, string Key, string Result)> ConsumeInbox { get; init; } = [];

    /// <summary>Definitions by hash; one that exists is left alone (but becomes the newest of its name and version).</summary>
    public IReadOnlyList<StoredDefinition> Definitions { get; init; } = [];

    /// <summary>Payloads by hash; one that exists is left alone.</summary>
    public IReadOnlyList<(string Hash, byte[] Content)> Blobs { get; init; } = [];

    /// <summary>Sealed secrets by reference; replaces.</summary>
    public IReadOnlyList<(string Reference, byte[] Sealed)> Secrets { get; init; } = [];

    /// <summary>References of secrets to forget; a missing one is no fault. Removed before <see cref="Secrets"/> are written.</summary>
    public IReadOnlyList<string> RemoveSecrets { get; init; } = [];

    /// <summary>Log lines; one whose number is taken is left alone.</summary>
    public IReadOnlyList<StoredLogLine> Log { get; init; } = [];
}

/// <summary>One row of a journal.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Seq">1, 2, 3 … without gaps.</param>
/// <param name="Type">Name of the event type, past tense, for example <c>StepCompleted</c>.</param>
/// <param name="At">When it was decided, UTC, millisecond precision.</param>
/// <param name="Step">Step key; null for events of the run as a whole.</param>
/// <param name="Attempt">1-based attempt; 0 where it has no meaning.</param>
/// <param name="Body">JSON, UTF-8; empty when the type says it all. Bodies over 8 KiB hold references to blobs.</param>
public readonly record struct StoredEvent(string RunId, long Seq, string Type, DateTimeOffset At, string? Step, int Attempt, ReadOnlyMemory<byte> Body);

/// <summary>A folded state that spares reading the journal from its start.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Seq">The last event folded into it.</param>
/// <param name="State">JSON, UTF-8.</param>
public sealed record StoredSnapshot(string RunId, long Seq, ReadOnlyMemory<byte> State);

/// <summary>What is needed to rebuild a run.</summary>
public sealed record StoredJournal(StoredSnapshot? Snapshot, IReadOnlyList<StoredEvent> Events);

/// <summary>A stored wake-up.</summary>
/// <param name="RunId">Whom it wakes.</param>
/// <param name="Key">What for, unique in the run, for example <c>retry:deploy</c>.</param>
/// <param name="Due">When, UTC. Fires late, never early.</param>
public sealed record StoredTimer(string RunId, string Key, DateTimeOffset Due);

/// <summary>Something from outside for a run: a start, a signal, or what an operator asks.</summary>
/// <param name="RunId">The run; for a start, the id the new run gets.</param>
/// <param name="Key">Counts once per run and key.</param>
/// <param name="Kind"><c>start</c>, <c>signal</c>, <c>approve</c>, <c>cancel</c>, <c>terminate</c>, <c>retry</c>, <c>skip</c>, <c>resume</c>, <c>stimulus</c>, <c>alter</c>.</param>
/// <param name="Body">JSON, UTF-8, shape by kind.</param>
/// <param name="By">Who asked.</param>
/// <param name="At">When, UTC.</param>
public sealed record InboxMessage(string RunId, string Key, string Kind, ReadOnlyMemory<byte> Body, string By, DateTimeOffset At);

/// <summary>A definition as stored.</summary>
/// <param name="Hash">Content hash.</param>
/// <param name="Name">Blueprint name.</param>
/// <param name="Version">Major version.</param>
/// <param name="Json">Canonical JSON, UTF-8.</param>
public sealed record StoredDefinition(string Hash, string Name, int Version, ReadOnlyMemory<byte> Json);

/// <summary>A line of a run's log, redacted.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Number">1, 2, 3 … in the run.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Step">Step key.</param>
/// <param name="Attempt">1-based attempt.</param>
/// <param name="Line">The text, at most 4 KiB.</param>
public sealed record StoredLogLine(string RunId, long Number, DateTimeOffset At, string Step, int Attempt, string Line);

/// <summary>The row that lists and searches read; no payloads in it.</summary>
/// <param name="RunId">The run's id.</param>
/// <param name="Definition">Content hash.</param>
/// <param name="Blueprint">Name.</param>
/// <param name="Version">Major version.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Attention">Why a person should look, short; null when nobody needs to.</param>
/// <param name="CreatedAt">When it was accepted, UTC.</param>
/// <param name="UpdatedAt">When this row last changed, UTC; stores keep no instant before <paramref name="CreatedAt"/>.</param>
/// <param name="CompletedAt">When it ended, UTC, not before <paramref name="CreatedAt"/> either; null while it has not.</param>
/// <param name="ParentRunId">The run whose step it is; null for a root.</param>
/// <param name="StartKey">The idempotency key; unique; null for none.</param>
/// <param name="Labels">Its labels; may be empty.</param>
public sealed record RunSummary(
    string RunId, string Definition, string Blueprint, int Version, Runs.RunStatus Status, string? Attention,
    DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? CompletedAt,
    string? ParentRunId = null, string? StartKey = null, IReadOnlyDictionary<string, string>? Labels = null);

/// <summary>This process is no longer the owner. It must stop acting at once.</summary>
public sealed class FencedException(long epoch, long current) : Exception($"epoch {epoch} was superseded by {current}");

/// <summary>An event came whose predecessor is not in the journal.</summary>
public sealed class JournalGapException(string runId, long seq) : Exception($"event {seq} of run {runId} has no predecessor in the journal");

/// <summary>A unique key is taken.</summary>
/// <param name="key">The key, for people.</param>
public sealed class DuplicateKeyException(string key) : Exception($"{key} is taken")
{
    /// <summary>The key that was taken.</summary>
    public string Key { get; } = key;
}
