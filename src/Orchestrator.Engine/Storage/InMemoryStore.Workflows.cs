namespace Orchestrator.Engine.Storage;

public sealed partial class InMemoryStore
{
    /// <inheritdoc/>
    public Task<Page<StoredWorkflow>> ListWorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) => Read(tables => tables.ListWorkflows(query));

    /// <inheritdoc/>
    public Task<IReadOnlyList<(string Hash, string Name)>> ListUnlistedDefinitionsAsync(CancellationToken cancellationToken) => ReadList(tables => tables.UnlistedDefinitions());
}
