namespace Orchestrator.Engine.Storage;

internal sealed partial class InMemoryTables
{
    public Dictionary<string, StoredWorkflow> Workflows { get; } = new(StringComparer.Ordinal);

    public Page<StoredWorkflow> ListWorkflows(WorkflowQuery query)
    {
        var found = Workflows.Values.Where(workflow => Matches(query, workflow)).ToList();
        IOrderedEnumerable<StoredWorkflow> Order<TKey>(Func<StoredWorkflow, TKey> key, IComparer<TKey>? comparer = null) =>
            query.Descending ? found.OrderByDescending(key, comparer) : found.OrderBy(key, comparer);
        var ordered = query.Order switch
        {
            WorkflowOrder.Name => Order(workflow => workflow.Name, StringComparer.OrdinalIgnoreCase),
            WorkflowOrder.Version => Order(workflow => workflow.Version),
            _ => Order(workflow => StoredInstant.Of(workflow.CreatedAt)),
        };
        var rows = ordered.ThenBy(workflow => workflow.DefinitionId, StringComparer.Ordinal).ThenBy(workflow => workflow.Version).Skip(query.Skip);
        return new Page<StoredWorkflow>([.. query.Take is { } take ? rows.Take(take) : rows], found.Count);
    }

    public IEnumerable<(string Hash, string Name)> UnlistedDefinitions()
    {
        var owned = Workflows.Values.Where(workflow => workflow.Origin == WorkflowOrigin.Studio).Select(workflow => workflow.DefinitionId).ToHashSet(StringComparer.Ordinal);
        var rows = Workflows.Values.Where(workflow => workflow.Origin == WorkflowOrigin.Blueprint).ToDictionary(workflow => workflow.Hash, StringComparer.Ordinal);
        foreach (var group in Definitions.Values.Where(stored => !owned.Contains(stored.Definition.Name)).GroupBy(stored => stored.Definition.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var versions = group.OrderBy(stored => stored.Definition.Version).ThenBy(stored => stored.Number).ToList();
            foreach (var stored in versions)
                if (!rows.TryGetValue(stored.Definition.Hash, out var row) || (stored == versions[^1] && !row.IsLatest))
                    yield return (stored.Definition.Hash, group.Key);
        }
    }

    private void ApplyWorkflows(WriteSet writes)
    {
        foreach (var workflow in writes.Workflows)
            Workflows[workflow.VersionId] = workflow with { CreatedAt = StoredInstant.From(StoredInstant.Of(workflow.CreatedAt)) };
        foreach (var runId in writes.ForgetRuns) Forget(runId);
        foreach (var hash in writes.ForgetDefinitions)
            if (!Runs.Values.Any(run => run.Definition == hash) && !Workflows.Values.Any(workflow => workflow.Hash == hash) && !IsInAMigration(hash))
                Definitions.Remove(hash);
    }

    // The run's row names the definition that it has; one that was migrated had others.
    private bool IsInAMigration(string hash) => Events.Values.Any(journal => journal.Any(entry =>
        entry.Type == Journal.RunMigrated.Name && System.Text.Encoding.UTF8.GetString(entry.Body.Span).Contains($"\"{hash}\"", StringComparison.Ordinal)));

    private static bool Matches(WorkflowQuery query, StoredWorkflow workflow) =>
        (query.VersionIds is null ? query.WithDeleted || !workflow.IsDeleted : query.VersionIds.Contains(workflow.VersionId))
        && query.Versions switch
        {
            WorkflowVersions.Latest => workflow.IsLatest,
            WorkflowVersions.Published => workflow.IsPublished,
            WorkflowVersions.LatestOrPublished => workflow.IsLatest || workflow.IsPublished,
            WorkflowVersions.LatestAndPublished => workflow is { IsLatest: true, IsPublished: true },
            WorkflowVersions.Draft => !workflow.IsPublished,
            _ => true,
        }
        && (query.Version is null || query.Version == workflow.Version)
        && (query.DefinitionIds is null || query.DefinitionIds.Contains(workflow.DefinitionId))
        && (query.Hashes is null || query.Hashes.Contains(workflow.Hash))
        && (query.Name is null || query.Name == workflow.Name)
        && (query.IsSystem is null || query.IsSystem == workflow.IsSystem)
        && (query.UsableAsActivity is null || query.UsableAsActivity == workflow.UsableAsActivity)
        && (query.Search is not { Length: > 0 } text || new[] { workflow.Name, workflow.Description, workflow.DefinitionId, workflow.VersionId }.Any(field => field.Contains(text, StringComparison.OrdinalIgnoreCase)));
}
