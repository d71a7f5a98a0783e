using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

internal static partial class SqliteReader
{
    private const string TriggerColumns =
        "SELECT id, owner, name, definition, kind, match, settings, indexed_at, due, paused, last_at, last_run, refused_at, refusal FROM trigger_index ";

    public static List<StoredTrigger> Triggers(SqliteSession session) => session.Statement(TriggerColumns + "ORDER BY id").All(ReadTrigger);

    public static List<StoredTrigger> Triggers(SqliteSession session, string kind, string? match) =>
        (match is null
            ? session.Statement(TriggerColumns + "WHERE kind = ?1 ORDER BY id").Bind(1, kind)
            : session.Statement(TriggerColumns + "WHERE kind = ?1 AND match = ?2 ORDER BY id").Bind(1, kind).Bind(2, match)).All(ReadTrigger);

    public static List<StoredTrigger> DueTriggers(SqliteSession session, DateTimeOffset now, int limit) =>
        session.Statement(TriggerColumns + "WHERE due <= ?1 AND paused = 0 ORDER BY due, id LIMIT ?2").Bind(1, now).Bind(2, limit).All(ReadTrigger);

    public static DateTimeOffset? NextTrigger(SqliteSession session) =>
        session.Statement("SELECT min(due) FROM trigger_index WHERE due IS NOT NULL AND paused = 0").First(row => InstantOrNull(row, 0));

    public static StoredFiring? Firing(SqliteSession session, string triggerId, string key) =>
        session.Statement("SELECT trigger_id, key, at, run_id, digest, note FROM occurrence WHERE trigger_id = ?1 AND key = ?2").Bind(1, triggerId).Bind(2, key)
            .First(row => new StoredFiring(row.Text(0), row.Text(1), row.Instant(2), row.TextOrNull(3), row.Text(4), row.Text(5)));

    private static StoredTrigger ReadTrigger(SqliteStatement row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Blob(6), row.Instant(7), InstantOrNull(row, 8), row.Number(9) == 1,
        InstantOrNull(row, 10), row.TextOrNull(11), InstantOrNull(row, 12), row.TextOrNull(13));

    private static DateTimeOffset? InstantOrNull(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Instant(column);
}
