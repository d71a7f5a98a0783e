using System.Globalization;
using System.Text.Json;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

/// <summary>The queries behind <see cref="IStore"/>'s reading half. Each runs on a session that its caller lends.</summary>
internal static partial class SqliteReader
{
    public const string RunColumns = "SELECT run_id, definition, blueprint, version, status, attention, created_at, updated_at, completed_at, parent_run_id, start_key, labels ";

    private const string EventColumns = "SELECT run_id, seq, type, at, step, attempt, body FROM event ";

    private static readonly Dictionary<RunStatus, string> StatusTexts = Enum.GetValues<RunStatus>().ToDictionary(status => status, status => JsonNamingPolicy.CamelCase.ConvertName(status.ToString()));
    private static readonly Dictionary<string, RunStatus> Statuses = StatusTexts.ToDictionary(pair => pair.Value, pair => pair.Key);

    public static string StatusText(RunStatus status) => StatusTexts[status];

    public static List<InboxMessage> Inbox(SqliteSession session, int limit) =>
        session.Statement("SELECT run_id, key, kind, body, by, at FROM inbox WHERE result IS NULL ORDER BY number LIMIT ?1").Bind(1, limit)
            .All(row => new InboxMessage(row.Text(0), row.Text(1), row.Text(2), row.Blob(3), row.Text(4), row.Instant(5)));

    public static string? InboxResult(SqliteSession session, string runId, string key) =>
        session.Statement("SELECT result FROM inbox WHERE run_id = ?1 AND key = ?2").Bind(1, runId).Bind(2, key).First(row => row.TextOrNull(0));

    /// <summary>Snapshot and tail from one view of the database: a commit between the two reads would leave a hole.</summary>
    public static StoredJournal Journal(SqliteSession session, string runId)
    {
        session.Statement("BEGIN").Run();
        try
        {
            var snapshot = session.Statement("SELECT run_id, seq, state FROM snapshot WHERE run_id = ?1").Bind(1, runId)
                .First(row => new StoredSnapshot(row.Text(0), row.Number(1), row.Blob(2)));
            return new StoredJournal(snapshot, Events(session, runId, snapshot?.Seq ?? 0, -1));
        }
        finally
        {
            session.Statement("COMMIT").Run();
        }
    }

    /// <summary>A limit of -1 is none.</summary>
    public static List<StoredEvent> Events(SqliteSession session, string runId, long afterSeq, int limit) =>
        session.Statement(EventColumns + "WHERE run_id = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3").Bind(1, runId).Bind(2, afterSeq).Bind(3, limit)
            .All(row => new StoredEvent(row.Text(0), row.Number(1), row.Text(2), row.Instant(3), row.TextOrNull(4), (int)row.Number(5), row.Blob(6)));

    public static RunSummary? Run(SqliteSession session, string runId)
    {
        var exact = session.Statement(RunColumns + "FROM run WHERE run_id = ?1").Bind(1, runId).First(ReadRun);
        if (exact is not null || runId.Length < 4) return exact;
        var found = session.Statement(RunColumns + "FROM run WHERE run_id >= ?1 AND run_id < ?2 LIMIT 2").Bind(1, runId).Bind(2, runId + "\U0010FFFF").All(ReadRun);
        return found.Count == 1 ? found[0] : null;
    }

    public static RunSummary? RunByStartKey(SqliteSession session, string startKey) =>
        session.Statement(RunColumns + "FROM run WHERE start_key = ?1").Bind(1, startKey).First(ReadRun);

    public static List<StoredTimer> DueTimers(SqliteSession session, DateTimeOffset now, int limit) =>
        session.Statement("SELECT run_id, key, due FROM timer WHERE due <= ?1 ORDER BY due, run_id, key LIMIT ?2").Bind(1, now).Bind(2, limit).All(ReadTimer);

    public static DateTimeOffset? NextTimer(SqliteSession session) =>
        session.Statement("SELECT min(due) FROM timer").First(row => row.IsNull(0) ? (DateTimeOffset?)null : row.Instant(0));

    public static List<StoredTimer> Timers(SqliteSession session, string runId) =>
        session.Statement("SELECT run_id, key, due FROM timer WHERE run_id = ?1 ORDER BY due, key").Bind(1, runId).All(ReadTimer);

    public static List<string> Slots(SqliteSession session, string group) =>
        session.Statement("SELECT run_id FROM slot WHERE group_name = ?1 ORDER BY number").Bind(1, group).All(row => row.Text(0));

    public static byte[]? Definition(SqliteSession session, string hash) => OneBlob(session, "SELECT json FROM definition WHERE hash = ?1", hash);

    public static string? DefinitionHash(SqliteSession session, string name, int version) =>
        session.Statement("SELECT hash FROM definition WHERE name = ?1 AND (?2 = 0 OR version = ?2) ORDER BY version DESC, number DESC LIMIT 1").Bind(1, name).Bind(2, version)
            .First(row => row.Text(0));

    public static byte[]? Blob(SqliteSession session, string hash) => OneBlob(session, "SELECT content FROM blob WHERE hash = ?1", hash);

    public static byte[]? Secret(SqliteSession session, string reference) => OneBlob(session, "SELECT sealed FROM secret WHERE reference = ?1", reference);

    public static List<string> SecretReferences(SqliteSession session, string prefix) =>
        session.Statement("SELECT reference FROM secret WHERE substr(reference, 1, length(?1)) = ?1 ORDER BY reference").Bind(1, prefix).All(row => row.Text(0));

    public static List<StoredLogLine> Log(SqliteSession session, string runId, long afterNumber, int limit) =>
        session.Statement("SELECT run_id, number, at, step, attempt, line FROM log WHERE run_id = ?1 AND number > ?2 ORDER BY number LIMIT ?3").Bind(1, runId).Bind(2, afterNumber).Bind(3, limit)
            .All(row => new StoredLogLine(row.Text(0), row.Number(1), row.Instant(2), row.Text(3), (int)row.Number(4), row.Text(5)));

    public static long LastLogNumber(SqliteSession session, string runId) =>
        session.Statement("SELECT coalesce(max(number), 0) FROM log WHERE run_id = ?1").Bind(1, runId).First(row => row.Number(0));

    private static byte[]? OneBlob(SqliteSession session, string sql, string key) => session.Statement(sql).Bind(1, key).First(row => row.Blob(0));

    private static StoredTimer ReadTimer(SqliteStatement row) => new(row.Text(0), row.Text(1), row.Instant(2));

    public static RunSummary ReadRun(SqliteStatement row)
    {
        var status = Statuses.TryGetValue(row.Text(4), out var known) ? known : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"run {row.Text(0)} has the unknown status {row.Text(4)}"));
        return new RunSummary(
            row.Text(0), row.Text(1), row.Text(2), (int)row.Number(3), status, row.TextOrNull(5),
            row.Instant(6), row.Instant(7), row.IsNull(8) ? null : row.Instant(8), row.TextOrNull(9), row.TextOrNull(10),
            row.TextOrNull(11) is { } labels ? JsonSerializer.Deserialize<Dictionary<string, string>>(labels) : null);
    }
}
