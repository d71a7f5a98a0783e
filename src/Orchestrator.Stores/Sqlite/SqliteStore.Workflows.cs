using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<Page<StoredWorkflow>> ListWorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) =>
        ReadAsync(session => SqliteReader.Workflows(session, query), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<(string Hash, string Name)>> ListUnlistedDefinitionsAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<(string, string)>>(SqliteReader.UnlistedDefinitions, cancellationToken);
}
