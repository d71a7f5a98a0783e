using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => ReadAsync(SqliteReader.Counts, cancellationToken);
}

internal static partial class SqliteReader
{
    public static StoreCounts Counts(SqliteSession session)
    {
        RunStatus[] open = [RunStatus.Pending, RunStatus.Running, RunStatus.Waiting, RunStatus.Paused];
        var runs = session.Statement($"SELECT status, count(*) FROM run INDEXED BY run_status WHERE status IN ({RunConditions.StatusTexts(open)}) GROUP BY status").All(row => (Status: Statuses[row.Text(0)], Count: row.Number(1)));
        return session.Statement("""
            SELECT (SELECT count(*) FROM timer), (SELECT count(*) FROM bookmark), (SELECT count(*) FROM inbox WHERE result IS NULL),
                (SELECT count(*) FROM stimulus WHERE dead_at IS NULL), (SELECT count(*) FROM stimulus WHERE dead_at IS NOT NULL)
            """).First(row => new StoreCounts(runs.ToDictionary(run => run.Status, run => run.Count), row.Number(0), row.Number(1), row.Number(2), row.Number(3), row.Number(4)))!;
    }
}
