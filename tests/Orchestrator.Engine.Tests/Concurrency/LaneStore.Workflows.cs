using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Tests.Concurrency;

internal sealed partial class LaneStore
{
    public Task<Page<StoredWorkflow>> ListWorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) => _inner.ListWorkflowsAsync(query, cancellationToken);

    public Task<IReadOnlyList<(string Hash, string Name)>> ListUnlistedDefinitionsAsync(CancellationToken cancellationToken) => _inner.ListUnlistedDefinitionsAsync(cancellationToken);

    public Task<Page<RunSummary>> SearchRunsAsync(RunSearch search, CancellationToken cancellationToken) => _inner.SearchRunsAsync(search, cancellationToken);

    public Task<long> LastEventNumberAsync(string runId, CancellationToken cancellationToken) => _inner.LastEventNumberAsync(runId, cancellationToken);
}
