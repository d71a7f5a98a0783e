using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;

namespace Orchestrator.Stores.Sqlite;

/// <summary>
/// Runs in one SQLite file. Its owner holds a lock file and writes through one lane, which commits what gathered while the last commit ran; others may read it and post to its inbox meanwhile.
/// Reads run at once on the caller's thread: SQLite has no asynchronous ones, and theirs take microseconds.
/// </summary>
public sealed partial class SqliteStore : IStore
{
    private readonly string _path;
    private readonly OwnerLock? _ownerLock;
    private readonly SqliteSession _writeSession;
    private readonly SqliteWriter? _writer;
    private readonly GroupCommit<SqliteWrite>? _lane;
    private readonly Lock _postLock = new();
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private volatile bool _closed;

    private SqliteStore(string path, OwnerLock? ownerLock, SqliteSession writeSession, long epoch, Meter? meter)
    {
        (_path, _ownerLock, _writeSession, Epoch) = (path, ownerLock, writeSession, epoch);
        if (ownerLock is null) return;
        _writer = new SqliteWriter(writeSession, epoch);
        _lane = new GroupCommit<SqliteWrite>("store lane", write => write.Weigh(), Commit, meter);
    }

    /// <inheritdoc/>
    public long Epoch { get; }

    /// <summary>
    /// Opens a database file, and creates or migrates it when needed. As owner it fails with <c>store.owned</c> while another process owns it, and its epoch is one higher than that of the last owner;
    /// otherwise it can read and post only. Also fails with <c>store.newer</c>, <c>store.older</c> or <c>store.io</c>.
    /// </summary>
    /// <param name="path">The file. Its folder must exist; files with the suffixes <c>-wal</c>, <c>-shm</c> and <c>.lock</c> lie beside it.</param>
    /// <param name="asOwner">True to run what is in it.</param>
    /// <param name="meter">On which an owner counts its commits; null = it counts nothing.</param>
    /// <param name="cancellationToken">Stops the attempt before it begins.</param>
    public static Task<SqliteStore> OpenAsync(string path, bool asOwner, Meter? meter = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.Run(() => Open(path, asOwner, meter), cancellationToken);
    }

    /// <inheritdoc/>
    public Task CommitAsync(WriteSet writes) =>
        _lane is { } lane ? lane.CommitAsync(new SqliteWrite { Set = writes }) : Task.FromException(new FencedException(Epoch, Read(session => session.Statement("SELECT epoch FROM owner").First(row => row.Number(0)))));

    /// <inheritdoc/>
    public async Task<bool> PostAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var write = new SqliteWrite { Message = message };
        if (_lane is { } lane) await lane.CommitAsync(write).ConfigureAwait(false);
        else await Task.Run(() => PostBesideOwner(write), cancellationToken).ConfigureAwait(false);
        return write.Posted;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<InboxMessage>> ReadInboxAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<InboxMessage>>(session => SqliteReader.Inbox(session, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<string?> ReadInboxResultAsync(string runId, string key, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteReader.InboxResult(session, runId, key), cancellationToken);

    /// <inheritdoc/>
    public Task<StoredJournal> ReadJournalAsync(string runId, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteReader.Journal(session, runId), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long afterSeq, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredEvent>>(session => SqliteReader.Events(session, runId, afterSeq, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.Run(session, runId), cancellationToken);

    /// <inheritdoc/>
    public Task<RunSummary?> FindRunByStartKeyAsync(string startKey, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteReader.RunByStartKey(session, startKey), cancellationToken);

    /// <inheritdoc/>
    public Task<long> LastEventNumberAsync(string runId, CancellationToken cancellationToken) =>
        ReadAsync(session => session.Statement("SELECT coalesce(max(seq), 0) FROM event WHERE run_id = ?1").Bind(1, runId).First(row => row.Number(0)), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTimer>> ReadDueTimersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredTimer>>(session => SqliteReader.DueTimers(session, now, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextTimerAsync(CancellationToken cancellationToken) => ReadAsync(SqliteReader.NextTimer, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(string runId, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredTimer>>(session => SqliteReader.Timers(session, runId), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadSlotsAsync(string group, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(session => SqliteReader.Slots(session, group), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadDefinitionAsync(string hash, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.Definition(session, hash), cancellationToken);

    /// <inheritdoc/>
    public Task<string?> FindDefinitionAsync(string name, int version, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteReader.DefinitionHash(session, name, version), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadBlobAsync(string hash, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.Blob(session, hash), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadSecretAsync(string reference, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.Secret(session, reference), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListSecretsAsync(string prefix, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<string>>(session => SqliteReader.SecretReferences(session, prefix), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredLogLine>> ReadLogAsync(string runId, long afterNumber, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StoredLogLine>>(session => SqliteReader.Log(session, runId, afterNumber, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<long> LastLogNumberAsync(string runId, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.LastLogNumber(session, runId), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        if (_lane is not null) await _lane.DisposeAsync().ConfigureAwait(false);
        while (_readers.TryTake(out var reader)) reader.Dispose();
        lock (_postLock) _writeSession.Dispose();
        _ownerLock?.Dispose();
    }

    /// <summary>Caps the file's size on the writing connection; only tests have a reason to.</summary>
    internal void LimitPages(int pages) => _writeSession.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {pages}"));

    private static SqliteStore Open(string path, bool asOwner, Meter? meter)
    {
        path = Path.GetFullPath(path);
        OwnerLock? ownerLock = null;
        SqliteSession? session = null;
        try
        {
            if (asOwner) ownerLock = OwnerLock.TryTake(path);
            CreateForUserOnly(path);
            session = SqliteSession.Open(path);
            SqliteSchema.Migrate(session, path, mayUpgrade: asOwner && ownerLock is not null);
            if (asOwner && ownerLock is null) throw Owned(session, path);
            var epoch = 0L;
            if (asOwner)
            {
                session.Transaction(() => epoch = session.Statement("UPDATE owner SET epoch = epoch + 1, pid = ?1 RETURNING epoch").Bind(1, Environment.ProcessId).First(row => row.Number(0)));
            }

            return new SqliteStore(path, ownerLock, session, epoch, meter);
        }
        catch (Exception trouble)
        {
            session?.Dispose();
            ownerLock?.Dispose();
            if (trouble is SqliteException said) throw said.ToFailure(path);
            if (trouble is IOException or UnauthorizedAccessException) throw new FailureException("store.io", FailureKind.Permanent, $"cannot open {path}: {trouble.Message}", trouble);
            throw;
        }
    }

    /// <summary>The database's mode is also that of the files SQLite makes beside it. An existing file is never opened here: closing it would drop the locks SQLite has on it in this process.</summary>
    private static void CreateForUserOnly(string path)
    {
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
        }
    }

    private static FailureException Owned(SqliteSession session, string path)
    {
        var pid = session.Statement("SELECT pid FROM owner").First(row => row.Number(0));
        return new FailureException("store.owned", FailureKind.Transient, $"{path} is in use by process {pid}: stop it, or hand it the work (`orchestrator` does so when it is a server)");
    }

    private void Commit(IReadOnlyList<PendingWrite<SqliteWrite>> group)
    {
        try
        {
            // A refused set is taken out and the others are written anew: one set's failure never fails another set. Ends, because each round refuses one more.
            while (!TryCommit(group))
            {
            }
        }
        catch (SqliteException trouble)
        {
            throw trouble.ToFailure(_path);
        }
    }

    /// <summary>False when a set was refused: then nothing was written.</summary>
    private bool TryCommit(IReadOnlyList<PendingWrite<SqliteWrite>> group)
    {
        PendingWrite<SqliteWrite>? current = null;
        var committed = false;
        try
        {
            _writeSession.Transaction(() =>
            {
                _writer!.CheckEpoch();
                foreach (var pending in group)
                {
                    if (pending.Failure is not null) continue;
                    current = pending;
                    if (pending.Write.Set is { } set) _writer.Write(set);
                    else pending.Write.Posted = SqliteWriter.Post(_writeSession, pending.Write.Message!);
                }

                current = null;
            });
            return committed = true;
        }
#pragma warning disable CA1031 // whatever is wrong with a set must not fail its neighbours
        catch (Exception refusal) when (current is not null && refusal is not SqliteException { IsStoreWide: true })
#pragma warning restore CA1031
        {
            current.Failure = refusal;
            return false;
        }
        finally
        {
            if (!committed) _writer!.Forget();
        }
    }

    private void PostBesideOwner(SqliteWrite write)
    {
        lock (_postLock)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            try
            {
                _writeSession.Transaction(() => write.Posted = SqliteWriter.Post(_writeSession, write.Message!));
            }
            catch (SqliteException trouble)
            {
                throw trouble.ToFailure(_path);
            }
        }
    }

    private Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<T>(cancellationToken);
        try
        {
            return Task.FromResult(Read(read));
        }
        catch (FailureException trouble)
        {
            return Task.FromException<T>(trouble);
        }
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        SqliteSession? session = null;
        try
        {
            if (!_readers.TryTake(out session)) session = SqliteSession.Open(_path);
            var result = read(session);
            if (_closed) session.Dispose();
            else _readers.Add(session);
            return result;
        }
        catch (Exception trouble)
        {
            session?.Dispose();
            if (trouble is SqliteException said) throw said.ToFailure(_path);
            throw;
        }
    }
}
