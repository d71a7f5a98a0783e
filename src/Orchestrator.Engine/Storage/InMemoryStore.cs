namespace Orchestrator.Engine.Storage;

/// <summary>
/// A store that lives as long as its process: for runs that are not worth keeping, and for tests. A commit takes effect at once. <see cref="Reopen"/> stands for a restart: it opens the same
/// content as a new owner, and fences this one.
/// </summary>
public sealed partial class InMemoryStore : IStore
{
    private readonly Lock _lock;
    private readonly InMemoryTables _tables;

    /// <summary>Opens an empty store as owner.</summary>
    public InMemoryStore()
        : this(new InMemoryTables(), new Lock(), asOwner: true)
    {
    }

    private InMemoryStore(InMemoryTables tables, Lock guard, bool asOwner)
    {
        (_tables, _lock) = (tables, guard);
        lock (_lock) Epoch = asOwner ? ++_tables.Epoch : 0;
    }

    /// <inheritdoc/>
    public long Epoch { get; }

    /// <summary>Opens the same content as a new owner; this store's commits are refused from now on.</summary>
    public InMemoryStore Reopen() => new(_tables, _lock, asOwner: true);

    /// <summary>Opens the same content to read and to post only, as another process would beside the owner.</summary>
    public InMemoryStore OpenBeside() => new(_tables, _lock, asOwner: false);

    /// <inheritdoc/>
    public Task CommitAsync(WriteSet writes)
    {
        lock (_lock)
        {
            if (Epoch != _tables.Epoch) return Task.FromException(new FencedException(Epoch, _tables.Epoch));
            if (_tables.Check(writes) is { } refusal) return Task.FromException(refusal);
            _tables.Apply(writes);
            return Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public Task<bool> PostAsync(InboxMessage message, CancellationToken cancellationToken) => Read(tables => tables.Post(message));

    /// <inheritdoc/>
    public Task<IReadOnlyList<InboxMessage>> ReadInboxAsync(int limit, CancellationToken cancellationToken) =>
        ReadList(tables => tables.Waiting.Values.Take(limit));

    /// <inheritdoc/>
    public Task<string?> ReadInboxResultAsync(string runId, string key, CancellationToken cancellationToken) =>
        Read(tables => tables.Inbox.TryGetValue((runId, key), out var entry) ? entry.Result : null);

    /// <inheritdoc/>
    public Task<StoredJournal> ReadJournalAsync(string runId, CancellationToken cancellationToken) => Read(tables =>
    {
        var snapshot = tables.Snapshots.GetValueOrDefault(runId);
        return new StoredJournal(snapshot, [.. EventsAfter(tables, runId, snapshot?.Seq ?? 0)]);
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        ReadList(tables => EventsAfter(tables, runId, afterSeq).Take(limit));

    /// <inheritdoc/>
    public Task<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken) => Read(tables =>
    {
        if (tables.Runs.TryGetValue(runId, out var run) || runId.Length < 4) return run;
        var found = tables.Runs.Values.Where(candidate => candidate.RunId.StartsWith(runId, StringComparison.Ordinal)).Take(2).ToArray();
        return found.Length == 1 ? found[0] : null;
    });

    /// <inheritdoc/>
    public Task<RunSummary?> FindRunByStartKeyAsync(string startKey, CancellationToken cancellationToken) =>
        Read(tables => tables.StartKeys.TryGetValue(startKey, out var runId) ? tables.Runs[runId] : null);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) => ReadList(tables => tables.List(query));

    /// <inheritdoc/>
    public Task<RunCount> CountRunsAsync(RunQuery query, CancellationToken cancellationToken) => Read(tables => tables.Count(query));

    /// <inheritdoc/>
    public Task<long> LastEventNumberAsync(string runId, CancellationToken cancellationToken) => Read(tables => tables.Events.TryGetValue(runId, out var journal) ? journal[^1].Seq : 0);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTimer>> ReadDueTimersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadList(tables => tables.Timers.TakeWhile(timer => timer.Due <= StoredInstant.Of(now)).Take(limit).Select(ToTimer));

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextTimerAsync(CancellationToken cancellationToken) =>
        Read(tables => tables.Timers.Count == 0 ? (DateTimeOffset?)null : StoredInstant.From(tables.Timers.Min.Due));

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(string runId, CancellationToken cancellationToken) =>
        ReadList(tables => tables.Timers.Where(timer => timer.RunId == runId).Select(ToTimer));

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadSlotsAsync(string group, CancellationToken cancellationToken) =>
        ReadList(tables => tables.Slots.Where(slot => slot.Group == group).Select(slot => slot.RunId));

    /// <inheritdoc/>
    public Task<byte[]?> ReadDefinitionAsync(string hash, CancellationToken cancellationToken) =>
        Read(tables => tables.Definitions.TryGetValue(hash, out var stored) ? stored.Definition.Json.ToArray() : null);

    /// <inheritdoc/>
    public Task<string?> FindDefinitionAsync(string name, int version, CancellationToken cancellationToken) => Read(tables => tables.Definitions.Values
        .Where(stored => stored.Definition.Name == name && (version == 0 || stored.Definition.Version == version))
        .OrderByDescending(stored => stored.Definition.Version).ThenByDescending(stored => stored.Number)
        .Select(stored => stored.Definition.Hash).FirstOrDefault());

    /// <inheritdoc/>
    public Task<byte[]?> ReadBlobAsync(string hash, CancellationToken cancellationToken) => Read(tables => tables.Blobs.GetValueOrDefault(hash));

    /// <inheritdoc/>
    public Task<byte[]?> ReadSecretAsync(string reference, CancellationToken cancellationToken) => Read(tables => tables.Secrets.GetValueOrDefault(reference));

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListSecretsAsync(string prefix, CancellationToken cancellationToken) =>
        Read<IReadOnlyList<string>>(tables => [.. tables.Secrets.Keys.Where(reference => reference.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredLogLine>> ReadLogAsync(string runId, long afterNumber, int limit, CancellationToken cancellationToken) =>
        ReadList(tables => tables.Log.TryGetValue(runId, out var log) ? log.Values.Where(line => line.Number > afterNumber).Take(limit) : []);

    /// <inheritdoc/>
    public Task<long> LastLogNumberAsync(string runId, CancellationToken cancellationToken) =>
        Read(tables => tables.Log.TryGetValue(runId, out var log) ? log.Keys.Last() : 0);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static IEnumerable<StoredEvent> EventsAfter(InMemoryTables tables, string runId, long seq) =>
        tables.Events.TryGetValue(runId, out var journal) ? journal.Skip((int)Math.Max(0, seq)) : [];

    private static StoredTimer ToTimer((long Due, string RunId, string Key) timer) => new(timer.RunId, timer.Key, StoredInstant.From(timer.Due));

    private Task<T> Read<T>(Func<InMemoryTables, T> read)
    {
        lock (_lock) return Task.FromResult(read(_tables));
    }

    private Task<IReadOnlyList<T>> ReadList<T>(Func<InMemoryTables, IEnumerable<T>> read) => Read<IReadOnlyList<T>>(tables => [.. read(tables)]);
}
