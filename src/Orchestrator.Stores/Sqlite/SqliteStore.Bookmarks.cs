using System.Text;
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
    // A message's key is KEY/BOOKMARK.
    private static string IsFree(string bookmark) =>
        $" AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.run_id = {bookmark}.run_id AND inbox.kind = 'stimulus' AND inbox.result IS NULL AND inbox.key LIKE '%/' || {bookmark}.id)";

    public static List<StoredBookmark> Bookmarks(SqliteSession session, BookmarkQuery query)
    {
        // Only what is asked for stands in the statement, so that an index finds it.
        var sql = new StringBuilder("SELECT run_id, id, name, match, activity_id, correlation_id, created_at FROM bookmark WHERE 1");
        if (query.Name is not null) sql.Append(" AND name = ?1");
        if (query.Match is not null) sql.Append(" AND match = ?2");
        if (query.RunId is not null) sql.Append(" AND run_id = ?3");
        if (query.CorrelationId is not null) sql.Append(" AND correlation_id = ?4");
        if (query.Free) sql.Append(IsFree("bookmark"));
        var statement = session.Statement(sql.Append(" ORDER BY created_at, number LIMIT ?5").ToString());
        if (query.Name is { } name) statement.Bind(1, name);
        if (query.Match is { } match) statement.Bind(2, match);
        if (query.RunId is { } run) statement.Bind(3, run);
        if (query.CorrelationId is { } correlation) statement.Bind(4, correlation);
        return statement.Bind(5, query.Limit)
            .All(row => new StoredBookmark(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.TextOrNull(5), row.Instant(6)));
    }
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
