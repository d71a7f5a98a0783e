using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredBookmark>> FindBookmarksAsync(BookmarkQuery query, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredBookmark>>(session => SqliteReader.Bookmarks(session, query), cancellationToken);
}

internal static partial class SqliteReader
{
    public static List<StoredBookmark> Bookmarks(SqliteSession session, BookmarkQuery query) =>
        session.Statement("""
            SELECT run_id, id, name, match, activity_id, correlation_id, created_at FROM bookmark
            WHERE (?1 IS NULL OR name = ?1) AND (?2 IS NULL OR match = ?2) AND (?3 IS NULL OR run_id = ?3) AND (?4 IS NULL OR correlation_id = ?4) ORDER BY created_at, number LIMIT ?5
            """)
            .Bind(1, query.Name).Bind(2, query.Match).Bind(3, query.RunId).Bind(4, query.CorrelationId).Bind(5, query.Limit)
            .All(row => new StoredBookmark(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.TextOrNull(5), row.Instant(6)));
}

internal sealed partial class SqliteWriter
{
    private void WriteBookmarks(WriteSet writes)
    {
        foreach (var (runId, id) in writes.ClearBookmarks)
            session.Statement("DELETE FROM bookmark WHERE run_id = ?1 AND id = ?2").Bind(1, runId).Bind(2, id).Run();
        foreach (var bookmark in writes.SetBookmarks)
            session.Statement("INSERT OR REPLACE INTO bookmark (run_id, id, name, match, activity_id, correlation_id, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
                .Bind(1, bookmark.RunId).Bind(2, bookmark.Id).Bind(3, bookmark.Name).Bind(4, bookmark.Match).Bind(5, bookmark.ActivityId).Bind(6, bookmark.CorrelationId).Bind(7, bookmark.CreatedAt).Run();
        foreach (var runId in writes.ClearRuns) session.Statement("DELETE FROM bookmark WHERE run_id = ?1").Bind(1, runId).Run();
    }
}
