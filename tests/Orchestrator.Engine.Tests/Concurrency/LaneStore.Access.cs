using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Tests.Concurrency;

internal sealed partial class LaneStore
{
    public Task<StoredToken?> FindTokenAsync(string hash, CancellationToken cancellationToken) => _inner.FindTokenAsync(hash, cancellationToken);

    public Task<IReadOnlyList<StoredToken>> ListTokensAsync(CancellationToken cancellationToken) => _inner.ListTokensAsync(cancellationToken);

    public Task<StoredSession?> FindSessionAsync(string hash, CancellationToken cancellationToken) => _inner.FindSessionAsync(hash, cancellationToken);

    public Task<IReadOnlyList<AuditLine>> ReadAuditAsync(long before, int limit, CancellationToken cancellationToken) => _inner.ReadAuditAsync(before, limit, cancellationToken);

    public Task<IReadOnlyList<DefinitionRow>> ListDefinitionsAsync(int limit, CancellationToken cancellationToken) => _inner.ListDefinitionsAsync(limit, cancellationToken);
}
