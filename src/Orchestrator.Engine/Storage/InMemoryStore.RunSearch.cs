namespace Orchestrator.Engine.Storage;

public sealed partial class InMemoryStore
{
    /// <inheritdoc/>
    public Task<Page<RunSummary>> SearchRunsAsync(RunSearch search, CancellationToken cancellationToken) => Read(tables => tables.Search(search));

    /// <inheritdoc/>
    public Task<long> LastEventNumberAsync(string runId, CancellationToken cancellationToken) => Read(tables => tables.Events.TryGetValue(runId, out var journal) ? journal[^1].Seq : 0);
}
