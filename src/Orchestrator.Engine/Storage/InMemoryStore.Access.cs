namespace Orchestrator.Engine.Storage;

public sealed partial class InMemoryStore
{
    /// <inheritdoc/>
    public Task<StoredToken?> FindTokenAsync(string hash, CancellationToken cancellationToken) => Read(tables => tables.Tokens.Values.FirstOrDefault(token => token.Hash == hash));

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredToken>> ListTokensAsync(CancellationToken cancellationToken) =>
        ReadList(tables => tables.Tokens.Values.OrderBy(token => token.CreatedAt).ThenBy(token => token.Id, StringComparer.Ordinal));

    /// <inheritdoc/>
    public Task<StoredSession?> FindSessionAsync(string hash, CancellationToken cancellationToken) => Read(tables => tables.Sessions.GetValueOrDefault(hash));

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditLine>> ReadAuditAsync(long before, int limit, CancellationToken cancellationToken) =>
        ReadList(tables => tables.Audit.Where(line => line.Number < before).Reverse().Take(limit));
}

internal sealed partial class InMemoryTables
{
    private long _auditNumber;

    public Dictionary<string, StoredToken> Tokens { get; } = [];

    public Dictionary<string, StoredSession> Sessions { get; } = [];

    public Queue<AuditLine> Audit { get; } = [];

    private DuplicateKeyException? CheckAccess(WriteSet writes)
    {
        var kept = Tokens.Values.Where(token => !writes.RemoveTokens.Contains(token.Id)).ToDictionary(token => token.Id);
        foreach (var token in writes.Tokens)
        {
            if (kept.Values.Any(other => other.Id != token.Id && (other.Name == token.Name || other.Hash == token.Hash))) return new DuplicateKeyException($"token {token.Name}");
            kept[token.Id] = token;
        }

        return null;
    }

    private void ApplyAccess(WriteSet writes)
    {
        foreach (var id in writes.RemoveTokens) Tokens.Remove(id);
        foreach (var token in writes.Tokens)
            Tokens[token.Id] = token with { CreatedAt = Kept(token.CreatedAt), ExpiresAt = token.ExpiresAt is { } end ? Kept(end) : null, UsedAt = token.UsedAt is { } used ? Kept(used) : null };
        foreach (var (id, usedAt) in writes.UseTokens)
            if (Tokens.TryGetValue(id, out var token)) Tokens[id] = token with { UsedAt = Kept(usedAt) };

        foreach (var hash in Sessions.Values.Where(session => writes.EndSessions.Contains(session.Id) || Kept(session.ExpiresAt) <= writes.ForgetSessionsUntil).Select(session => session.Hash).ToArray())
            Sessions.Remove(hash);
        foreach (var session in writes.Sessions) Put(session);
        foreach (var session in writes.MoreOfSessions)
            if (Sessions.Values.Any(one => one.Id == session.Id)) Put(session);
        foreach (var (hash, seenAt, expiresAt) in writes.TouchSessions)
            if (Sessions.TryGetValue(hash, out var session)) Sessions[hash] = session with { SeenAt = Kept(seenAt), ExpiresAt = Kept(expiresAt) };

        foreach (var line in writes.Audit) Audit.Enqueue(line with { Number = ++_auditNumber, At = Kept(line.At) });
        while (Audit.Count > WriteSet.AuditLinesKept) Audit.Dequeue();
    }

    private void Put(StoredSession session) => Sessions[session.Hash] =
        session with { StartedAt = Kept(session.StartedAt), IssuedAt = Kept(session.IssuedAt), SeenAt = Kept(session.SeenAt), ExpiresAt = Kept(session.ExpiresAt) };

    private static DateTimeOffset Kept(DateTimeOffset instant) => StoredInstant.From(StoredInstant.Of(instant));
}
