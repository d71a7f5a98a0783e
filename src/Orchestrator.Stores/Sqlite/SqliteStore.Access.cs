using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<StoredToken?> FindTokenAsync(string hash, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.Token(session, hash), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredToken>> ListTokensAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<StoredToken>>(SqliteReader.Tokens, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredSession?> FindSessionAsync(string hash, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.SignedIn(session, hash), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditLine>> ReadAuditAsync(long before, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<AuditLine>>(session => SqliteReader.Audit(session, before, limit), cancellationToken);
}

internal static partial class SqliteReader
{
    private const string TokenColumns = "SELECT id, hash, name, role, created_at, created_by, expires_at, used_at FROM token ";

    public static StoredToken? Token(SqliteSession session, string hash) => session.Statement(TokenColumns + "WHERE hash = ?1").Bind(1, hash).First(ReadToken);

    public static List<StoredToken> Tokens(SqliteSession session) => session.Statement(TokenColumns + "ORDER BY created_at, id").All(ReadToken);

    public static StoredSession? SignedIn(SqliteSession session, string hash) =>
        session.Statement("SELECT hash, id, kind, name, role, started_at, issued_at, seen_at, expires_at, token FROM session WHERE hash = ?1").Bind(1, hash)
            .First(row => new StoredSession(row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Text(4), row.Instant(5), row.Instant(6), row.Instant(7), row.Instant(8), row.TextOrNull(9)));

    public static List<AuditLine> Audit(SqliteSession session, long before, int limit) =>
        session.Statement("SELECT number, at, by, action, subject, outcome, origin FROM audit WHERE number < ?1 ORDER BY number DESC LIMIT ?2").Bind(1, before).Bind(2, limit)
            .All(row => new AuditLine(row.Number(0), row.Instant(1), row.Text(2), row.Text(3), row.Text(4), row.Text(5), row.Text(6)));

    private static StoredToken ReadToken(SqliteStatement row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Text(3), row.Instant(4), row.Text(5), row.IsNull(6) ? null : row.Instant(6), row.IsNull(7) ? null : row.Instant(7));
}

internal sealed partial class SqliteWriter
{
    private void WriteAccess(WriteSet writes)
    {
        foreach (var id in writes.RemoveTokens) session.Statement("DELETE FROM token WHERE id = ?1").Bind(1, id).Run();
        foreach (var token in writes.Tokens) Write(token);
        foreach (var (id, usedAt) in writes.UseTokens) session.Statement("UPDATE token SET used_at = ?2 WHERE id = ?1").Bind(1, id).Bind(2, usedAt).Run();
        WriteSessions(writes);
        foreach (var line in writes.Audit)
        {
            session.Statement("INSERT INTO audit (at, by, action, subject, outcome, origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .Bind(1, line.At).Bind(2, line.By).Bind(3, line.Action).Bind(4, line.Subject).Bind(5, line.Outcome).Bind(6, line.From).Run();
        }

        if (writes.Audit.Count > 0) session.Statement("DELETE FROM audit WHERE number <= (SELECT max(number) FROM audit) - ?1").Bind(1, WriteSet.AuditLinesKept).Run();
    }

    private void WriteSessions(WriteSet writes)
    {
        foreach (var id in writes.EndSessions) session.Statement("DELETE FROM session WHERE id = ?1").Bind(1, id).Run();
        if (writes.ForgetSessionsUntil is { } until) session.Statement("DELETE FROM session WHERE expires_at <= ?1").Bind(1, until).Run();
        foreach (var one in writes.Sessions) Write(one, "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
        foreach (var one in writes.MoreOfSessions) Write(one, "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE EXISTS (SELECT 1 FROM session WHERE id = ?2)");
        foreach (var (hash, seenAt, expiresAt) in writes.TouchSessions)
            session.Statement("UPDATE session SET seen_at = ?2, expires_at = ?3 WHERE hash = ?1").Bind(1, hash).Bind(2, seenAt).Bind(3, expiresAt).Run();
    }

    private void Write(StoredSession one, string row) =>
        session.Statement($"INSERT INTO session (hash, id, kind, name, role, started_at, issued_at, seen_at, expires_at, token) {row}")
            .Bind(1, one.Hash).Bind(2, one.Id).Bind(3, one.Kind).Bind(4, one.Name).Bind(5, one.Role).Bind(6, one.StartedAt).Bind(7, one.IssuedAt).Bind(8, one.SeenAt).Bind(9, one.ExpiresAt).Bind(10, one.Token).Run();

    private void Write(StoredToken token)
    {
        try
        {
            session.Statement("""
                INSERT INTO token (id, hash, name, role, created_at, created_by, expires_at, used_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                ON CONFLICT (id) DO UPDATE SET hash = ?2, name = ?3, role = ?4, created_at = ?5, created_by = ?6, expires_at = ?7, used_at = ?8
                """).Bind(1, token.Id).Bind(2, token.Hash).Bind(3, token.Name).Bind(4, token.Role).Bind(5, token.CreatedAt).Bind(6, token.CreatedBy).Bind(7, token.ExpiresAt).Bind(8, token.UsedAt).Run();
        }
        catch (SqliteException taken) when (taken.IsConstraint)
        {
            throw new DuplicateKeyException($"token {token.Name}");
        }
    }
}
