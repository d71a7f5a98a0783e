using System.Globalization;
using System.Text;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<(StoredStimulus Stimulus, StoredBookmark Bookmark)>> MatchStimuliAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<(StoredStimulus, StoredBookmark)>>(session => SqliteReader.MatchedStimuli(session, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<Page<StoredStimulus>> ListStimuliAsync(StimulusQuery query, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.Stimuli(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> KnowsStimulusAsync(string key, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.KnowsStimulus(session, key), cancellationToken);
}

internal static partial class SqliteReader
{
    private const string StimulusColumns = "s.key, s.name, s.match, s.correlation_id, s.run_id, s.body, s.by, s.at, s.dead_at, s.reason";

    public static List<(StoredStimulus Stimulus, StoredBookmark Bookmark)> MatchedStimuli(SqliteSession session, int limit) => session.Statement($"""
        SELECT {StimulusColumns}, b.run_id, b.id, b.name, b.match, b.activity_id, b.correlation_id, b.created_at
        FROM stimulus AS s CROSS JOIN bookmark AS b ON b.name = s.name AND b.match = s.match
        WHERE s.dead_at IS NULL AND (s.run_id IS NULL OR b.run_id = s.run_id) AND (s.correlation_id IS NULL OR b.correlation_id = s.correlation_id){IsFree("b")}
        ORDER BY s.at, s.number, b.created_at, b.number LIMIT ?1
        """).Bind(1, limit).All(row => (ReadStimulus(row), new StoredBookmark(row.Text(10), row.Text(11), row.Text(12), row.Text(13), row.Text(14), row.TextOrNull(15), row.Instant(16))));

    public static Page<StoredStimulus> Stimuli(SqliteSession session, StimulusQuery query)
    {
        var column = query.Dead ? "dead_at" : "at";
        var where = new StringBuilder($"FROM stimulus AS s WHERE dead_at IS {(query.Dead ? "NOT " : "")}NULL");
        if (query.Before is not null) where.Append(CultureInfo.InvariantCulture, $" AND {column} < ?1");
        if (query.RunId is not null) where.Append(" AND run_id = ?2");
        var total = Bound(session.Statement($"SELECT count(*) {where}")).First(row => row.Number(0));
        if (query.Take == 0) return new Page<StoredStimulus>([], total);
        var order = query.Dead ? "DESC" : "ASC";
        var rows = Bound(session.Statement($"SELECT {StimulusColumns} {where} ORDER BY {column} {order}, number {order} LIMIT ?3 OFFSET ?4")).Bind(3, query.Take).Bind(4, query.Skip);
        return new Page<StoredStimulus>(rows.All(ReadStimulus), total);

        SqliteStatement Bound(SqliteStatement statement)
        {
            if (query.Before is { } before) statement.Bind(1, before);
            if (query.RunId is { } run) statement.Bind(2, run);
            return statement;
        }
    }

    // Keys of messages are KEY/BOOKMARK, and `0` follows `/`.
    public static bool KnowsStimulus(SqliteSession session, string key) =>
        session.Statement("SELECT EXISTS (SELECT 1 FROM stimulus WHERE key = ?1) OR EXISTS (SELECT 1 FROM inbox WHERE kind = 'stimulus' AND key >= ?1 || '/' AND key < ?1 || '0')")
            .Bind(1, key).First(row => row.Number(0)) == 1;

    private static StoredStimulus ReadStimulus(SqliteStatement row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.TextOrNull(3), row.TextOrNull(4), row.Blob(5), row.Text(6), row.Instant(7), InstantOrNull(row, 8), row.TextOrNull(9));
}

internal sealed partial class SqliteWriter
{
    private void WriteStimuli(WriteSet writes)
    {
        foreach (var key in writes.RemoveStimuli) session.Statement("DELETE FROM stimulus WHERE key = ?1").Bind(1, key).Run();
        foreach (var kept in writes.PutStimuli)
        {
            session.Statement("""
                INSERT INTO stimulus (key, name, match, correlation_id, run_id, body, by, at, dead_at, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                ON CONFLICT (key) DO UPDATE SET name = ?2, match = ?3, correlation_id = ?4, run_id = ?5, body = ?6, by = ?7, at = ?8, dead_at = ?9, reason = ?10
                """).Bind(1, kept.Key).Bind(2, kept.Name).Bind(3, kept.Match).Bind(4, kept.CorrelationId).Bind(5, kept.RunId).Bind(6, kept.Body.Span).Bind(7, kept.By).Bind(8, kept.At)
                .Bind(9, kept.DeadAt).Bind(10, kept.Reason).Run();
        }

        foreach (var message in writes.Post) Post(session, message);
    }
}
