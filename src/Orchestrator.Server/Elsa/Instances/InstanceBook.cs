using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Elsa.Definitions;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>A run with what its activities did.</summary>
/// <param name="Run">Its row.</param>
/// <param name="Execution">Its activities.</param>
internal sealed record Instance(RunSummary Run, Execution Execution)
{
    private readonly Dictionary<string, ActivityExecution> _byId = ById(Execution);

    /// <summary>The execution of an activity by its id.</summary>
    public ActivityExecution? Find(string? executionId) => executionId is null ? null : _byId.GetValueOrDefault(executionId);

    private static Dictionary<string, ActivityExecution> ById(Execution execution)
    {
        var byId = new Dictionary<string, ActivityExecution>(execution.Activities.Count, StringComparer.Ordinal);
        foreach (var activity in execution.Activities) byId.TryAdd(activity.Id, activity);
        return byId;
    }
}

/// <summary>Finds runs as Elsa's API means them, by whole ids only, and the versions they run.</summary>
internal sealed class InstanceBook(IStore store, ExecutionBook executions, Workflows workflows)
{
    /// <summary>The row of a run; null when there is none.</summary>
    public async Task<RunSummary?> FindRunAsync(string id, CancellationToken cancellationToken) =>
        await store.FindRunAsync(id, cancellationToken).ConfigureAwait(false) is { } run && run.RunId == id ? run : null;

    /// <summary>A run with what its activities did; null when there is none.</summary>
    public async Task<Instance?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await FindRunAsync(id, cancellationToken).ConfigureAwait(false) is not { } run) return null;
        var execution = await executions.ReadAsync(id, cancellationToken).ConfigureAwait(false) ?? new Execution(id, [], [], [], [], [], Model.Values.Value.EmptyMap, Model.Values.Value.EmptyMap);
        return new Instance(run, execution);
    }

    /// <summary>Forgets runs that have ended, with all that is theirs.</summary>
    public async Task ForgetAsync(IReadOnlyList<string> runIds)
    {
        await store.CommitAsync(new WriteSet { ForgetRuns = runIds }).ConfigureAwait(false);
        foreach (var runId in runIds) executions.Forget(runId);
    }

    /// <summary>The run that an execution belongs to.</summary>
    public Task<Instance?> OfExecutionAsync(string executionId, CancellationToken cancellationToken) => FindAsync(Engine.Runs.Executions.RunOf(executionId), cancellationToken);

    /// <summary>A version by its id; null when there is none.</summary>
    public Task<StoredWorkflow?> VersionAsync(string versionId, CancellationToken cancellationToken) => workflows.FindVersionAsync(versionId, cancellationToken);

    /// <summary>Which version a run has; null when no list has it.</summary>
    public async Task<StoredWorkflow?> VersionOfAsync(RunSummary run, CancellationToken cancellationToken) =>
        (await VersionsAsync([run], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(run.RunId);

    /// <summary>Which versions runs have, by run.</summary>
    public async Task<IReadOnlyDictionary<string, StoredWorkflow>> VersionsAsync(IReadOnlyList<RunSummary> runs, CancellationToken cancellationToken)
    {
        if (runs.Count == 0) return new Dictionary<string, StoredWorkflow>();
        var hashes = runs.Select(run => run.Definition).Distinct(StringComparer.Ordinal).ToList();
        var found = (await workflows.ListAsync(new WorkflowQuery { Hashes = hashes, WithDeleted = true }, cancellationToken).ConfigureAwait(false)).Items;
        // A draft that was run and then changed has another hash now; it is still that version.
        var missing = runs.Where(run => found.All(workflow => workflow.Hash != run.Definition)).Select(run => run.Blueprint).Distinct(StringComparer.Ordinal).ToList();
        var changed = missing.Count == 0 ? [] : (await workflows.ListAsync(new WorkflowQuery { DefinitionIds = missing, WithDeleted = true }, cancellationToken).ConfigureAwait(false)).Items;
        var versions = new Dictionary<string, StoredWorkflow>(StringComparer.Ordinal);
        foreach (var run in runs)
        {
            var workflow = found.FirstOrDefault(one => one.Hash == run.Definition) ?? changed.FirstOrDefault(one => one.DefinitionId == run.Blueprint && one.Version == run.Version);
            if (workflow is not null) versions[run.RunId] = workflow;
        }

        return versions;
    }
}
