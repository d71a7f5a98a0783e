using Orchestrator.Model.Failures;
using SQLitePCL;

namespace Orchestrator.Stores.Sqlite;

/// <summary>One connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private const int BusyTimeoutMilliseconds = 10_000;

    private readonly sqlite3 _handle;
    private readonly Dictionary<string, SqliteStatement> _statements = [];

    private SqliteSession(sqlite3 handle) => _handle = handle;

    /// <summary>
    /// Opens a connection whose commits survive a power cut: write-ahead log, flushed at each commit. Both are read back, because SQLite answers a wish it cannot fulfil with silence.
    /// </summary>
    public static SqliteSession Open(string path)
    {
        _ = SqliteLibrary.Version;
        var code = raw.sqlite3_open_v2(path, out var handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        var session = new SqliteSession(handle);
        try
        {
            if (code != raw.SQLITE_OK) throw SqliteException.Of(handle, code);
            raw.sqlite3_busy_timeout(handle, BusyTimeoutMilliseconds);
            session.Require("journal_mode", "WAL", "wal");
            session.Require("synchronous", "FULL", "2");
            session.Require("foreign_keys", "OFF", "0");
            session.Execute("PRAGMA wal_autocheckpoint = 4000");
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>True between BEGIN and COMMIT; false again when SQLite rolled back by itself.</summary>
    public bool InTransaction => raw.sqlite3_get_autocommit(_handle) == 0;

    /// <summary>A statement, prepared at its first use and reset.</summary>
    public SqliteStatement Statement(string sql)
    {
        if (_statements.TryGetValue(sql, out var known)) return known;
        var code = raw.sqlite3_prepare_v2(_handle, sql, out var statement);
        if (code != raw.SQLITE_OK) throw SqliteException.Of(_handle, code);
        var prepared = new SqliteStatement(_handle, statement);
        _statements.Add(sql, prepared);
        return prepared;
    }

    /// <summary>Runs one or more statements without parameters or rows.</summary>
    public void Execute(string sql)
    {
        var code = raw.sqlite3_exec(_handle, sql);
        if (code != raw.SQLITE_OK) throw SqliteException.Of(_handle, code);
    }

    /// <summary>Runs <paramref name="work"/> in a transaction that may write from its start; what it throws rolls back.</summary>
    public void Transaction(Action work)
    {
        Statement("BEGIN IMMEDIATE").Run();
        try
        {
            work();
            Statement("COMMIT").Run();
        }
        catch
        {
            if (InTransaction) Statement("ROLLBACK").Run();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _handle.Dispose();
    }

    private void Require(string pragma, string value, string expected)
    {
        using var set = Prepare($"PRAGMA {pragma} = {value}");
        while (set.Step())
        {
        }

        using var get = Prepare($"PRAGMA {pragma}");
        var actual = get.First(row => row.Text(0)) ?? "nothing";
        if (actual != expected)
            throw new FailureException("store.io", FailureKind.Permanent, $"SQLite answers {pragma} = {actual} where {expected} is needed to keep what was accepted; is the data directory on a network file system?");
    }

    /// <summary>A statement for one use, which its user disposes: for texts that differ from call to call.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var code = raw.sqlite3_prepare_v2(_handle, sql, out var statement);
        return code == raw.SQLITE_OK ? new SqliteStatement(_handle, statement) : throw SqliteException.Of(_handle, code);
    }
}
