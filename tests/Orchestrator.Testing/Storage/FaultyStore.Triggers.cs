using Orchestrator.Engine.Storage;

namespace Orchestrator.Testing.Storage;

public sealed partial class FaultyStore
{
    public Task<IReadOnlyList<StoredTrigger>> ListTriggersAsync(CancellationToken cancellationToken) => Alive.ListTriggersAsync(cancellationToken);

    public Task<IReadOnlyList<StoredTrigger>> FindTriggersAsync(string kind, string? match, CancellationToken cancellationToken) => Alive.FindTriggersAsync(kind, match, cancellationToken);

    public Task<IReadOnlyList<StoredTrigger>> ReadDueTriggersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => Alive.ReadDueTriggersAsync(now, limit, cancellationToken);

    public Task<DateTimeOffset?> NextTriggerAsync(CancellationToken cancellationToken) => Alive.NextTriggerAsync(cancellationToken);

    public Task<StoredFiring?> FindFiringAsync(string triggerId, string key, CancellationToken cancellationToken) => Alive.FindFiringAsync(triggerId, key, cancellationToken);
}
