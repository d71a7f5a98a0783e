using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Tests.Concurrency;

internal sealed partial class LaneStore
{
    public Task<IReadOnlyList<StoredTrigger>> ListTriggersAsync(CancellationToken cancellationToken) => _inner.ListTriggersAsync(cancellationToken);

    public Task<IReadOnlyList<StoredTrigger>> FindTriggersAsync(string kind, string? match, CancellationToken cancellationToken) => _inner.FindTriggersAsync(kind, match, cancellationToken);

    public Task<IReadOnlyList<StoredTrigger>> ReadDueTriggersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => _inner.ReadDueTriggersAsync(now, limit, cancellationToken);

    public Task<DateTimeOffset?> NextTriggerAsync(CancellationToken cancellationToken) => _inner.NextTriggerAsync(cancellationToken);

    public Task<StoredFiring?> FindFiringAsync(string triggerId, string key, CancellationToken cancellationToken) => _inner.FindFiringAsync(triggerId, key, cancellationToken);
}
