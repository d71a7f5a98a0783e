using System.Globalization;
using System.Text.Json;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

/// <summary>Turns a <see cref="WriteSet"/> into rows, inside a transaction that its caller opened. Throws what <see cref="IStore.CommitAsync"/> says, and leaves the rolling back to the caller.</summary>
internal sealed partial class SqliteWriter(SqliteSession session, long epoch)
{
    private const string PutRun = """
        INSERT INTO run (run_id, definition, blueprint, version, status, attention, created_at, updated_at, completed_at, parent_run_id, start_key, labels)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, max(?7, ?8), max(?7, ?9), ?10, ?11, ?12)
        ON CONFLICT (run_id) DO UPDATE SET definition = ?2, blueprint = ?3, version = ?4, status = ?5, attention = ?6, created_at = ?7, updated_at = excluded.updated_at, completed_at = excluded.completed_at,
            parent_run_id = ?10, start_key = ?11, labels = ?12
        """;

    // Most writes of a row change how it stands and not what it is; then half of its indices are left alone.
    private const string MoveRun = """
        UPDATE run SET status = ?5, attention = ?6, updated_at = max(?7, ?8), completed_at = max(?7, ?9), labels = ?12
        WHERE run_id = ?1 AND definition = ?2 AND blueprint = ?3 AND version = ?4 AND created_at = ?7 AND parent_run_id IS ?10 AND start_key IS ?11
        """;

    private const int KnownTails = 10_000;

    private readonly SqliteStatement _event = session.Statement("INSERT INTO event (run_id, seq, epoch, at, type, step, attempt, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    private readonly SqliteStatement _run = session.Statement(PutRun);
    private readonly SqliteStatement _move = session.Statement(MoveRun);
    private readonly SqliteStatement _epoch = session.Statement("SELECT epoch FROM owner");

    // Last sequence number of runs written lately. Asking SQLite for the predecessor of each event costs as much as inserting it; nobody else writes events while the epoch is ours.
    private readonly Dictionary<string, long> _tails = [];

    /// <summary>Throws when another owner came since.</summary>
    public void CheckEpoch()
    {
        var current = _epoch.First(row => row.Number(0));
        if (current != epoch) throw new FencedException(epoch, current);
    }

    /// <summary>To be called when a transaction was rolled back: what was learnt from it is not so.</summary>
    public void Forget() => _tails.Clear();

    /// <summary>Writes one set.</summary>
    public void Write(WriteSet writes)
    {
        foreach (var entry in writes.Events) Write(entry);
        foreach (var run in writes.Runs) Write(run);
        WriteTriggers(writes);
        WriteWakeUps(writes);
        WriteBookmarks(writes);
        WriteStimuli(writes);
        WritePlans(writes);
        foreach (var (runId, key, result) in writes.ConsumeInbox) Consume(runId, key, result);
        foreach (var snapshot in writes.Snapshots)
        {
            session.Statement("INSERT INTO snapshot (run_id, seq, state) VALUES (?1, ?2, ?3) ON CONFLICT (run_id) DO UPDATE SET seq = ?2, state = ?3 WHERE seq <= ?2")
                .Bind(1, snapshot.RunId).Bind(2, snapshot.Seq).Bind(3, snapshot.State.Span).Run();
        }

        foreach (var definition in writes.Definitions) Write(definition);
        foreach (var (hash, content) in writes.Blobs)
            session.Statement("INSERT OR IGNORE INTO blob (hash, content) VALUES (?1, ?2)").Bind(1, hash).Bind(2, content).Run();
        foreach (var reference in writes.RemoveSecrets)
            session.Statement("DELETE FROM secret WHERE reference = ?1").Bind(1, reference).Run();
        foreach (var (reference, bytes) in writes.Secrets)
            session.Statement("INSERT OR REPLACE INTO secret (reference, sealed) VALUES (?1, ?2)").Bind(1, reference).Bind(2, bytes).Run();
        foreach (var line in writes.Log)
        {
            session.Statement("INSERT OR IGNORE INTO log (run_id, number, at, step, attempt, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .Bind(1, line.RunId).Bind(2, line.Number).Bind(3, line.At).Bind(4, line.Step).Bind(5, line.Attempt).Bind(6, line.Line).Run();
        }

        WriteWorkflows(writes);
        WriteAccess(writes);
    }

    /// <summary>Puts a message into the inbox; false when its run has one with that key.</summary>
    public static bool Post(SqliteSession session, InboxMessage message) =>
        session.Statement("INSERT OR IGNORE INTO inbox (run_id, key, kind, body, by, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, message.RunId).Bind(2, message.Key).Bind(3, message.Kind).Bind(4, message.Body.Span).Bind(5, message.By).Bind(6, message.At).Run() == 1;

    private void Write(in StoredEvent entry)
    {
        if (entry.Seq > 1 && Tail(entry) < entry.Seq - 1) throw new JournalGapException(entry.RunId, entry.Seq);
        _event.Bind(1, entry.RunId).Bind(2, entry.Seq).Bind(3, epoch).Bind(4, entry.At).Bind(5, entry.Type).Bind(6, entry.Step).Bind(7, entry.Attempt).Bind(8, entry.Body.Span);
        try
        {
            _event.Run();
        }
        catch (SqliteException taken) when (taken.IsConstraint)
        {
            throw new DuplicateKeyException(string.Create(CultureInfo.InvariantCulture, $"event {entry.Seq} of run {entry.RunId}"));
        }

        if (_tails.Count >= KnownTails) _tails.Clear();
        _tails[entry.RunId] = entry.Seq;
    }

    private long Tail(in StoredEvent entry) => _tails.TryGetValue(entry.RunId, out var seq)
        ? seq
        : session.Statement("SELECT coalesce(max(seq), 0) FROM event WHERE run_id = ?1").Bind(1, entry.RunId).First(row => row.Number(0));

    private void Write(RunSummary run)
    {
        // A row that is there is moved; one that is not, or is to become another, is put.
        if (Bound(_move, run).Run() == 1) return;
        try
        {
            Bound(_run, run).Run();
        }
        catch (SqliteException taken) when (taken.IsConstraint)
        {
            throw new DuplicateKeyException($"start key {run.StartKey}");
        }
    }

    private static SqliteStatement Bound(SqliteStatement statement, RunSummary run) =>
        statement.Bind(1, run.RunId).Bind(2, run.Definition).Bind(3, run.Blueprint).Bind(4, run.Version).Bind(5, SqliteReader.StatusText(run.Status)).Bind(6, run.Attention)
            .Bind(7, run.CreatedAt).Bind(8, run.UpdatedAt).Bind(9, run.CompletedAt).Bind(10, run.ParentRunId).Bind(11, run.StartKey)
            .Bind(12, run.Labels is { Count: > 0 } labels ? JsonSerializer.Serialize(labels) : null);

    private void WriteWakeUps(WriteSet writes)
    {
        foreach (var (runId, key) in writes.ClearTimers)
            session.Statement("DELETE FROM timer WHERE run_id = ?1 AND key = ?2").Bind(1, runId).Bind(2, key).Run();
        foreach (var timer in writes.SetTimers)
        {
            session.Statement("INSERT INTO timer (run_id, key, due) VALUES (?1, ?2, ?3) ON CONFLICT (run_id, key) DO UPDATE SET due = ?3")
                .Bind(1, timer.RunId).Bind(2, timer.Key).Bind(3, StoredInstant.NotBefore(timer.Due)).Run();
        }

        foreach (var (group, runId) in writes.TakeSlots)
            session.Statement("INSERT OR IGNORE INTO slot (group_name, run_id) VALUES (?1, ?2)").Bind(1, group).Bind(2, runId).Run();
        foreach (var runId in writes.ClearRuns)
        {
            session.Statement("DELETE FROM timer WHERE run_id = ?1").Bind(1, runId).Run();
            session.Statement("DELETE FROM slot WHERE run_id = ?1").Bind(1, runId).Run();
            _tails.Remove(runId);
        }
    }

    private void Consume(string runId, string key, string result)
    {
        if (session.Statement("UPDATE inbox SET result = ?3 WHERE run_id = ?1 AND key = ?2 AND result IS NULL").Bind(1, runId).Bind(2, key).Bind(3, result).Run() == 1) return;
        var recorded = session.Statement("INSERT OR IGNORE INTO inbox (run_id, key, kind, body, by, at, result) VALUES (?1, ?2, '', x'', '', 0, ?3)").Bind(1, runId).Bind(2, key).Bind(3, result).Run();
        if (recorded == 0) throw new DuplicateKeyException($"message {key} of run {runId}");
    }

    private void Write(StoredDefinition definition) =>
        session.Statement("""
            INSERT INTO definition (hash, name, version, number, json) VALUES (?1, ?2, ?3, (SELECT coalesce(max(number), 0) + 1 FROM definition WHERE name = ?2 AND version = ?3), ?4)
            ON CONFLICT (hash) DO UPDATE SET number = excluded.number
            """).Bind(1, definition.Hash).Bind(2, definition.Name).Bind(3, definition.Version).Bind(4, definition.Json.Span).Run();
}
