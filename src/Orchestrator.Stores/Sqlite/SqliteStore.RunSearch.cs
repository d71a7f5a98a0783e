using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<Page<RunSummary>> SearchRunsAsync(RunSearch search, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.Search(session, search), cancellationToken);

    /// <inheritdoc/>
    public Task<long> LastEventNumberAsync(string runId, CancellationToken cancellationToken) =>
        ReadAsync(session => session.Statement("SELECT coalesce(max(seq), 0) FROM event WHERE run_id = ?1").Bind(1, runId).First(row => row.Number(0)), cancellationToken);
}
