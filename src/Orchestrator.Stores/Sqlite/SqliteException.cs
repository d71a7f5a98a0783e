using Orchestrator.Model.Failures;
using SQLitePCL;

namespace Orchestrator.Stores.Sqlite;

/// <summary>What SQLite said no with. Stays inside this folder: <see cref="ToFailure"/> is what others see.</summary>
internal sealed class SqliteException(int code, string message) : Exception(message)
{
    /// <summary>The primary result code (https://www.sqlite.org/rescode.html).</summary>
    public int Code { get; } = code & 0xff;

    /// <summary>True when a unique key is taken.</summary>
    public bool IsConstraint => Code == raw.SQLITE_CONSTRAINT;

    /// <summary>True when the trouble lies with the disk or the file, not with what was asked.</summary>
    public bool IsStoreWide => Code is raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_BUSY or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB
        or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_NOMEM or raw.SQLITE_PROTOCOL;

    /// <summary>Makes one from a connection's last error.</summary>
    public static SqliteException Of(sqlite3 handle, int code) => new(code, raw.sqlite3_errmsg(handle).utf8_to_string());

    /// <summary>The failure callers get: <c>store.full</c>, <c>store.busy</c> or <c>store.io</c>.</summary>
    public FailureException ToFailure(string path) => Code switch
    {
        raw.SQLITE_FULL => new("store.full", FailureKind.Transient, $"the disk of {path} is full: nothing is accepted until there is room; reading goes on", this),
        raw.SQLITE_BUSY => new("store.busy", FailureKind.Transient, $"another process has been writing to {path} for too long", this),
        _ => new("store.io", FailureKind.Transient, $"{path}: {Message} (SQLite code {Code}); whether the last write took effect is known after reading it back", this),
    };
}
