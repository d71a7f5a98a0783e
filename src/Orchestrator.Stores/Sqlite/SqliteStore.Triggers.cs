using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTrigger>> ListTriggersAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredTrigger>>(SqliteReader.Triggers, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTrigger>> FindTriggersAsync(string kind, string? match, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredTrigger>>(session => SqliteReader.Triggers(session, kind, match), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTrigger>> ReadDueTriggersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredTrigger>>(session => SqliteReader.DueTriggers(session, now, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextTriggerAsync(CancellationToken cancellationToken) => ReadAsync(SqliteReader.NextTrigger, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredFiring?> FindFiringAsync(string triggerId, string key, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteReader.Firing(session, triggerId, key), cancellationToken);
}
