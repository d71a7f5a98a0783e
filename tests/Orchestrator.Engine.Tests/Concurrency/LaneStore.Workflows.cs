using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Tests.Concurrency;

internal sealed partial class LaneStore
{
    public Task<Page<StoredWorkflow>> ListWorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) => _inner.ListWorkflowsAsync(query, cancellationToken);

    public Task<IReadOnlyList<(string Hash, string Name)>> ListUnlistedDefinitionsAsync(CancellationToken cancellationToken) => _inner.ListUnlistedDefinitionsAsync(cancellationToken);
}
