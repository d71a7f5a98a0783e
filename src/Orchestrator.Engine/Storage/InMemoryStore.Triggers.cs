namespace Orchestrator.Engine.Storage;

public sealed partial class InMemoryStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTrigger>> ListTriggersAsync(CancellationToken cancellationToken) => ReadList(tables => tables.Triggers.Values);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTrigger>> FindTriggersAsync(string kind, string? match, CancellationToken cancellationToken) =>
        ReadList(tables => tables.Triggers.Values.Where(trigger => trigger.Kind == kind && (match is null || trigger.Match == match)));

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTrigger>> ReadDueTriggersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadList(tables => Schedules(tables).Where(trigger => trigger.Due <= now).Take(limit));

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextTriggerAsync(CancellationToken cancellationToken) => Read(tables => Schedules(tables).FirstOrDefault()?.Due);

    /// <inheritdoc/>
    public Task<StoredFiring?> FindFiringAsync(string triggerId, string key, CancellationToken cancellationToken) => Read(tables => tables.Firings.GetValueOrDefault((triggerId, key)));

    private static IEnumerable<StoredTrigger> Schedules(InMemoryTables tables) =>
        tables.Triggers.Values.Where(trigger => trigger is { Due: not null, Paused: false }).OrderBy(trigger => trigger.Due);
}
