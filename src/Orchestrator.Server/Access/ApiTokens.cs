using Orchestrator.Engine.Storage;

namespace Orchestrator.Server.Access;

/// <summary>API tokens: for programs, with a role and perhaps an end. Looked up at every request, so a revocation holds from the next one on.</summary>
internal sealed class ApiTokens(IStore store, TimeProvider time)
{
    /// <summary>Beginning of every API token, so that a scanner of leaked secrets can know one.</summary>
    public const string Prefix = "orc_";

    /// <summary>Longest name.</summary>
    public const int LongestName = 80;

    private static readonly TimeSpan UseNotedEvery = TimeSpan.FromMinutes(1);

    /// <summary>Makes a token. The text is given once and never again. Throws <see cref="DuplicateKeyException"/> when the name is taken.</summary>
    public async Task<(StoredToken Token, string Text)> CreateAsync(string name, Role role, DateTimeOffset? expiresAt, string by)
    {
        var text = Prefix + Credential.New();
        var token = new StoredToken(Guid.NewGuid().ToString("n")[..12], Credential.Hash(text), name, role.Text(), time.GetUtcNow(), by, expiresAt, null);
        await store.CommitAsync(new WriteSet { Tokens = [token] }).ConfigureAwait(false);
        return (token, text);
    }

    /// <summary>Every token, oldest first.</summary>
    public Task<IReadOnlyList<StoredToken>> ListAsync(CancellationToken cancellationToken) => store.ListTokensAsync(cancellationToken);

    /// <summary>Revokes by id or name; null when there is none.</summary>
    public async Task<StoredToken?> RevokeAsync(string idOrName, CancellationToken cancellationToken)
    {
        var tokens = await store.ListTokensAsync(cancellationToken).ConfigureAwait(false);
        if ((tokens.FirstOrDefault(token => token.Id == idOrName) ?? tokens.FirstOrDefault(token => token.Name == idOrName)) is not { } found) return null;
        await store.CommitAsync(new WriteSet { RemoveTokens = [found.Id] }).ConfigureAwait(false);
        return found;
    }

    /// <summary>Hash of an API token, by which what it began knows it; null when the text is no API token.</summary>
    private static string? HashOf(string text) => text.StartsWith(Prefix, StringComparison.Ordinal) ? Credential.Hash(text) : null;

    /// <summary>True while the token of a hash is neither revoked nor expired.</summary>
    public async Task<bool> WorksAsync(string hash, CancellationToken cancellationToken) =>
        await FindLiveAsync(hash, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Who a token speaks for; null when it is unknown, revoked or expired.</summary>
    public async Task<Caller?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (HashOf(text) is not { } hash) return null;
        if (await FindLiveAsync(hash, cancellationToken).ConfigureAwait(false) is not { } token || RoleText.Parse(token.Role) is not { } role) return null;
        var now = time.GetUtcNow();
        if (token.UsedAt is not { } used || now - used >= UseNotedEvery)
            await store.CommitAsync(new WriteSet { UseTokens = [(token.Id, now)] }).ConfigureAwait(false);
        return new Caller($"token:{token.Name}", role, hash);
    }

    private async Task<StoredToken?> FindLiveAsync(string hash, CancellationToken cancellationToken) =>
        await store.FindTokenAsync(hash, cancellationToken).ConfigureAwait(false) is { } token && !(token.ExpiresAt <= time.GetUtcNow()) ? token : null;
}
