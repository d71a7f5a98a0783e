using Orchestrator.Engine.Storage;

namespace Orchestrator.Testing.Storage;

public sealed partial class FaultyStore
{
    public Task<Page<StoredWorkflow>> ListWorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) => Alive.ListWorkflowsAsync(query, cancellationToken);

    public Task<IReadOnlyList<(string Hash, string Name)>> ListUnlistedDefinitionsAsync(CancellationToken cancellationToken) => Alive.ListUnlistedDefinitionsAsync(cancellationToken);

    public Task<Page<RunSummary>> SearchRunsAsync(RunSearch search, CancellationToken cancellationToken) => Alive.SearchRunsAsync(search, cancellationToken);

    public Task<long> LastEventNumberAsync(string runId, CancellationToken cancellationToken) => Alive.LastEventNumberAsync(runId, cancellationToken);
}
