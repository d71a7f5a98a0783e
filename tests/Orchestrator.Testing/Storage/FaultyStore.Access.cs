using Orchestrator.Engine.Storage;

namespace Orchestrator.Testing.Storage;

public sealed partial class FaultyStore
{
    public Task<StoredToken?> FindTokenAsync(string hash, CancellationToken cancellationToken) => Alive.FindTokenAsync(hash, cancellationToken);

    public Task<IReadOnlyList<StoredToken>> ListTokensAsync(CancellationToken cancellationToken) => Alive.ListTokensAsync(cancellationToken);

    public Task<StoredSession?> FindSessionAsync(string hash, CancellationToken cancellationToken) => Alive.FindSessionAsync(hash, cancellationToken);

    public Task<IReadOnlyList<AuditLine>> ReadAuditAsync(long before, int limit, CancellationToken cancellationToken) => Alive.ReadAuditAsync(before, limit, cancellationToken);

    public Task<IReadOnlyList<DefinitionRow>> ListDefinitionsAsync(int limit, CancellationToken cancellationToken) => Alive.ListDefinitionsAsync(limit, cancellationToken);
}
