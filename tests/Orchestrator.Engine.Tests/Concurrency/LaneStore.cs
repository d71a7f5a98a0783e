using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Tests.Concurrency;

/// <summary>An in-memory store whose commits are done by a writer lane, in groups, on another thread: what the engine meets on SQLite.</summary>
internal sealed partial class LaneStore : IStore
{
    private readonly InMemoryStore _inner = new();
    private readonly GroupCommit<WriteSet> _lane;

    public LaneStore() => _lane = new GroupCommit<WriteSet>("test lane", static writes => (writes.Events.Count, 0), group =>
    {
        foreach (var pending in group)
            if (_inner.CommitAsync(pending.Write) is { IsFaulted: true, Exception: { } fault }) pending.Failure = fault.InnerException;
    });

    public long Epoch => _inner.Epoch;

    public Task CommitAsync(WriteSet writes) => _lane.CommitAsync(writes);

    public Task<bool> PostAsync(InboxMessage message, CancellationToken cancellationToken) => _inner.PostAsync(message, cancellationToken);

    public Task<IReadOnlyList<InboxMessage>> ReadInboxAsync(int limit, CancellationToken cancellationToken) => _inner.ReadInboxAsync(limit, cancellationToken);

    public Task<string?> ReadInboxResultAsync(string runId, string key, CancellationToken cancellationToken) => _inner.ReadInboxResultAsync(runId, key, cancellationToken);

    public Task<StoredJournal> ReadJournalAsync(string runId, CancellationToken cancellationToken) => _inner.ReadJournalAsync(runId, cancellationToken);

    public Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long afterSeq, int limit, CancellationToken cancellationToken) => _inner.ReadEventsAsync(runId, afterSeq, limit, cancellationToken);

    public Task<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken) => _inner.FindRunAsync(runId, cancellationToken);

    public Task<RunSummary?> FindRunByStartKeyAsync(string startKey, CancellationToken cancellationToken) => _inner.FindRunByStartKeyAsync(startKey, cancellationToken);

    public Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) => _inner.ListRunsAsync(query, cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadDueTimersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => _inner.ReadDueTimersAsync(now, limit, cancellationToken);

    public Task<DateTimeOffset?> NextTimerAsync(CancellationToken cancellationToken) => _inner.NextTimerAsync(cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(string runId, CancellationToken cancellationToken) => _inner.ReadTimersAsync(runId, cancellationToken);

    public Task<IReadOnlyList<string>> ReadSlotsAsync(string group, CancellationToken cancellationToken) => _inner.ReadSlotsAsync(group, cancellationToken);

    public Task<byte[]?> ReadDefinitionAsync(string hash, CancellationToken cancellationToken) => _inner.ReadDefinitionAsync(hash, cancellationToken);

    public Task<string?> FindDefinitionAsync(string name, int version, CancellationToken cancellationToken) => _inner.FindDefinitionAsync(name, version, cancellationToken);

    public Task<IReadOnlyList<StoredBookmark>> FindBookmarksAsync(BookmarkQuery query, CancellationToken cancellationToken) => _inner.FindBookmarksAsync(query, cancellationToken);

    public Task<byte[]?> ReadBlobAsync(string hash, CancellationToken cancellationToken) => _inner.ReadBlobAsync(hash, cancellationToken);

    public Task<byte[]?> ReadSecretAsync(string reference, CancellationToken cancellationToken) => _inner.ReadSecretAsync(reference, cancellationToken);

    public Task<IReadOnlyList<string>> ListSecretsAsync(string prefix, CancellationToken cancellationToken) => _inner.ListSecretsAsync(prefix, cancellationToken);

    public Task<IReadOnlyList<StoredLogLine>> ReadLogAsync(string runId, long afterNumber, int limit, CancellationToken cancellationToken) => _inner.ReadLogAsync(runId, afterNumber, limit, cancellationToken);

    public Task<long> LastLogNumberAsync(string runId, CancellationToken cancellationToken) => _inner.LastLogNumberAsync(runId, cancellationToken);

    public ValueTask DisposeAsync() => _lane.DisposeAsync();
}
