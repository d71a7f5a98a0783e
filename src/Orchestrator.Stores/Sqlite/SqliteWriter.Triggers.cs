using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

internal sealed partial class SqliteWriter
{
    private const string PutTrigger = """
        INSERT INTO trigger_index (id, owner, name, definition, kind, match, settings, indexed_at, due, paused) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (id) DO UPDATE SET owner = ?2, name = ?3, definition = ?4, kind = ?5, match = ?6, settings = ?7, indexed_at = ?8, due = ?9
        """;

    private void WriteTriggers(WriteSet writes)
    {
        foreach (var id in writes.RemoveTriggers) session.Statement("DELETE FROM trigger_index WHERE id = ?1").Bind(1, id).Run();
        foreach (var trigger in writes.Triggers)
        {
            var put = session.Statement(PutTrigger).Bind(1, trigger.Id).Bind(2, trigger.Owner).Bind(3, trigger.Name).Bind(4, trigger.Definition).Bind(5, trigger.Kind).Bind(6, trigger.Match)
                .Bind(7, trigger.Settings.Span).Bind(8, trigger.IndexedAt).Bind(10, trigger.Paused ? 1 : 0);
            BindDue(put, 9, trigger.Due).Run();
        }

        foreach (var firing in writes.Firings) Write(firing);
        foreach (var (id, due) in writes.SetDue)
            BindDue(session.Statement("UPDATE trigger_index SET due = ?2 WHERE id = ?1").Bind(1, id), 2, due).Run();
        foreach (var (id, at, reason) in writes.RefuseFirings)
            session.Statement("UPDATE trigger_index SET refused_at = ?2, refusal = ?3 WHERE id = ?1").Bind(1, id).Bind(2, at).Bind(3, reason).Run();
        foreach (var (id, paused) in writes.PauseTriggers)
            session.Statement("UPDATE trigger_index SET paused = ?2 WHERE id = ?1").Bind(1, id).Bind(2, paused ? 1 : 0).Run();
    }

    private void Write(StoredFiring firing)
    {
        var made = session.Statement("INSERT OR IGNORE INTO occurrence (trigger_id, key, at, run_id, digest, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, firing.TriggerId).Bind(2, firing.Key).Bind(3, firing.At).Bind(4, firing.RunId).Bind(5, firing.Digest).Bind(6, firing.Note).Run();
        if (made == 0) throw new DuplicateKeyException($"occurrence {firing.Key} of trigger {firing.TriggerId}");
        session.Statement("UPDATE trigger_index SET last_at = ?2, last_run = coalesce(?3, last_run) WHERE id = ?1").Bind(1, firing.TriggerId).Bind(2, firing.At).Bind(3, firing.RunId).Run();
    }

    private static SqliteStatement BindDue(SqliteStatement statement, int index, DateTimeOffset? due) =>
        due is { } at ? statement.Bind(index, StoredInstant.NotBefore(at)) : statement.Bind(index, (DateTimeOffset?)null);
}
