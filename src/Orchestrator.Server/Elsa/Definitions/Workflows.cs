using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>
/// The workflows of the store and what may be done to them. A version that was published is never changed: saving over it makes the next version. Every change is one transaction, and changes come
/// one after another, so that two savers cannot both make the same next version.
/// </summary>
internal sealed class Workflows(IStore store, TimeProvider time, Func<Task<ActivityTree>> tree) : IDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly BlueprintWorkflows _blueprints = new(store, time);

    /// <summary>Called after each change, when it is on disk: the triggers of what is published follow it.</summary>
    public Func<CancellationToken, Task> Changed { get; set; } = _ => Task.CompletedTask;

    /// <summary>Versions of workflows, blueprints among them.</summary>
    public async Task<Page<StoredWorkflow>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken)
    {
        await TakeUpBlueprintsAsync(cancellationToken).ConfigureAwait(false);
        return await store.ListWorkflowsAsync(query, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One version of a definition; null when there is none.</summary>
    public async Task<StoredWorkflow?> FindAsync(string definitionId, string? versionOptions, CancellationToken cancellationToken)
    {
        var (versions, number) = ElsaRequest.VersionOptions(versionOptions);
        var query = new WorkflowQuery { DefinitionIds = [definitionId], Versions = versions, Version = number, Order = WorkflowOrder.Version, Descending = true, Take = 1 };
        return (await ListAsync(query, cancellationToken).ConfigureAwait(false)).Items is [var found, ..] ? found : null;
    }

    /// <summary>A version by its id, also one that was deleted and has runs; null when there is none.</summary>
    public async Task<StoredWorkflow?> FindVersionAsync(string versionId, CancellationToken cancellationToken) =>
        (await ListAsync(new WorkflowQuery { VersionIds = [versionId] }, cancellationToken).ConfigureAwait(false)).Items is [var found] ? found : null;

    /// <summary>What a version consists of.</summary>
    public async Task<JsonObject> ModelAsync(StoredWorkflow workflow, CancellationToken cancellationToken)
    {
        var model = (JsonObject)JsonNode.Parse((await JsonAsync(workflow, cancellationToken).ConfigureAwait(false)).Json)!;
        return workflow.Origin == WorkflowOrigin.Blueprint ? BlueprintDrawing.Of(model) : model;
    }

    /// <summary>The stored JSON of a version and its hash.</summary>
    public async Task<(byte[] Json, string Hash)> JsonAsync(StoredWorkflow workflow, CancellationToken cancellationToken)
    {
        if (await store.ReadDefinitionAsync(workflow.Hash, cancellationToken).ConfigureAwait(false) is { } json) return (json, workflow.Hash);
        // Somebody saved the draft since its row was read, and what it was before is forgotten.
        if (await FindVersionAsync(workflow.VersionId, cancellationToken).ConfigureAwait(false) is { } now && await store.ReadDefinitionAsync(now.Hash, cancellationToken).ConfigureAwait(false) is { } newer) return (newer, now.Hash);
        throw new InvalidDataException($"definition {workflow.Hash} of workflow {workflow.VersionId} is missing");
    }

    /// <summary>Saves a model: over the latest version when it is a draft, else as the next version.</summary>
    public Task<(StoredWorkflow Workflow, JsonObject Model)> SaveAsync(JsonObject model, bool publish, CancellationToken cancellationToken) => ChangeAsync(async () =>
    {
        var definitionId = model.Text("definitionId") ?? NewId();
        var stored = WorkflowModel.Of(model, await tree().ConfigureAwait(false));
        if (publish) await PolicyCheck.RunAsync(WorkflowModel.Seal(stored).Json).ConfigureAwait(false);
        var versions = await VersionsAsync(definitionId, cancellationToken).ConfigureAwait(false);
        var latest = versions.FirstOrDefault(version => version.IsLatest);
        if (latest is { IsReadonly: true })
            throw new ElsaRejectedException("model.definitionId", latest.Origin == WorkflowOrigin.Blueprint ? $"`{definitionId}` is compiled from a blueprint: change its YAML instead." : $"`{definitionId}` is read-only.");

        var inPlace = latest is { IsPublished: false };
        var version = inPlace ? latest!.Version : versions.Select(one => one.Version).DefaultIfEmpty().Max() + 1;
        var row = NewRow(stored, definitionId, inPlace ? latest!.VersionId : NewId(), version, inPlace ? latest!.CreatedAt : time.GetUtcNow(), publish);
        var others = versions.Where(one => one.VersionId != row.VersionId && (one.IsLatest || (publish && one.IsPublished))).Select(one => one with { IsLatest = false, IsPublished = one.IsPublished && !publish });
        await CommitAsync(row, stored, [.. others], forget: inPlace && latest!.Hash != row.Hash ? [latest.Hash] : []).ConfigureAwait(false);
        return (row, stored);
    }, cancellationToken);

    /// <summary>Publishes the latest version; null when there is no such definition.</summary>
    public Task<(StoredWorkflow Workflow, bool Already)?> PublishAsync(string definitionId, CancellationToken cancellationToken) => ChangeAsync<(StoredWorkflow, bool)?>(async () =>
    {
        var versions = await VersionsAsync(definitionId, cancellationToken).ConfigureAwait(false);
        if (versions.FirstOrDefault(one => one.IsLatest) is not { } latest) return null;
        if (latest.IsPublished) return (latest, true);
        await PolicyCheck.RunAsync((await JsonAsync(latest, cancellationToken).ConfigureAwait(false)).Json).ConfigureAwait(false);
        var published = latest with { IsPublished = true };
        await store.CommitAsync(new WriteSet { Workflows = [.. versions.Where(one => one.IsPublished).Select(one => one with { IsPublished = false }), published] }).ConfigureAwait(false);
        return (published, false);
    }, cancellationToken);

    /// <summary>Takes the published version back; null when there is no such definition.</summary>
    public Task<(StoredWorkflow Workflow, bool WasPublished)?> RetractAsync(string definitionId, CancellationToken cancellationToken) => ChangeAsync<(StoredWorkflow, bool)?>(async () =>
    {
        var versions = await VersionsAsync(definitionId, cancellationToken).ConfigureAwait(false);
        if (versions.FirstOrDefault(one => one.IsLatest) is not { } latest) return null;
        if (latest.Origin == WorkflowOrigin.Blueprint) throw new ElsaRejectedException("definitionId", $"`{definitionId}` is compiled from a blueprint and stays published.");
        if (versions.FirstOrDefault(one => one.IsPublished) is not { } published) return (latest, false);
        var retracted = published with { IsPublished = false };
        await store.CommitAsync(new WriteSet { Workflows = [retracted] }).ConfigureAwait(false);
        return (retracted, true);
    }, cancellationToken);

    /// <summary>Makes an older version the latest again, as a new draft; null when there is no such version.</summary>
    public Task<StoredWorkflow?> RevertAsync(string definitionId, int version, CancellationToken cancellationToken) => ChangeAsync<StoredWorkflow?>(async () =>
    {
        var versions = await VersionsAsync(definitionId, cancellationToken).ConfigureAwait(false);
        if (versions.FirstOrDefault(one => one.Version == version && !one.IsDeleted) is not { } source) return null;
        if (source.IsReadonly) throw new ElsaRejectedException("definitionId", $"`{definitionId}` is read-only.");
        var model = await ModelAsync(source, cancellationToken).ConfigureAwait(false);
        var row = NewRow(model, definitionId, NewId(), versions.Max(one => one.Version) + 1, time.GetUtcNow(), publish: false);
        await CommitAsync(row, model, [.. versions.Where(one => one.IsLatest).Select(one => one with { IsLatest = false })], []).ConfigureAwait(false);
        return row;
    }, cancellationToken);

    /// <summary>Deletes versions: the whole definition, or only one version, after which the newest that is left is the latest. Runs keep what they run. Gives how many versions went.</summary>
    public Task<int> DeleteAsync(string? definitionId, string? versionId, CancellationToken cancellationToken) => ChangeAsync(async () =>
    {
        if (versionId is not null) definitionId = (await store.ListWorkflowsAsync(new WorkflowQuery { VersionIds = [versionId] }, cancellationToken).ConfigureAwait(false)).Items is [var found] ? found.DefinitionId : null;
        if (definitionId is null) return 0;
        var versions = (await VersionsAsync(definitionId, cancellationToken).ConfigureAwait(false)).Where(one => !one.IsDeleted).ToList();
        var gone = versions.Where(one => versionId is null || one.VersionId == versionId).ToList();
        if (gone.Any(one => one.Origin == WorkflowOrigin.Blueprint)) throw new ElsaRejectedException("definitionId", $"`{definitionId}` is compiled from a blueprint: it cannot be deleted here.");
        if (gone.Count == 0) return 0;
        var writes = gone.Select(one => one with { IsDeleted = true, IsLatest = false, IsPublished = false }).ToList();
        var newest = versions.Except(gone).MaxBy(one => one.Version);
        if (newest is { IsLatest: false }) writes.Add(newest with { IsLatest = true });
        await store.CommitAsync(new WriteSet { Workflows = writes }).ConfigureAwait(false);
        return gone.Count;
    }, cancellationToken);

    /// <summary>Definitions whose latest or published version uses a definition as an activity.</summary>
    public async Task<IReadOnlyList<string>> ConsumersAsync(string definitionId, CancellationToken cancellationToken)
    {
        var consumers = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var workflow in (await ListAsync(new WorkflowQuery { Versions = WorkflowVersions.LatestOrPublished }, cancellationToken).ConfigureAwait(false)).Items)
        {
            if (workflow.Origin == WorkflowOrigin.Blueprint || (await ModelAsync(workflow, cancellationToken).ConfigureAwait(false))["root"] is not JsonObject root) continue;
            if (ActivityTree.All(root).Any(found => found.Activity["workflowDefinitionId"] is JsonValue value && value.TryGetValue<string>(out var used) && used == definitionId)) consumers.Add(workflow.DefinitionId);
        }

        return [.. consumers];
    }

    /// <summary>Takes up definitions that were compiled since.</summary>
    public async Task TakeUpBlueprintsAsync(CancellationToken cancellationToken)
    {
        if (!await _blueprints.HasNewsAsync(cancellationToken).ConfigureAwait(false)) return;
        await ChangeAsync(async () =>
        {
            await _blueprints.TakeUpAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _changing.Dispose();

    /// <summary>16 hex digits, as Elsa's ids.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    // Deleted ones count for the next number: a run must never find another version under the number it has.
    private async Task<IReadOnlyList<StoredWorkflow>> VersionsAsync(string definitionId, CancellationToken cancellationToken)
    {
        await _blueprints.TakeUpAsync(cancellationToken).ConfigureAwait(false);
        return (await store.ListWorkflowsAsync(new WorkflowQuery { DefinitionIds = [definitionId], WithDeleted = true }, cancellationToken).ConfigureAwait(false)).Items;
    }

    private static StoredWorkflow NewRow(JsonObject model, string definitionId, string versionId, int version, DateTimeOffset createdAt, bool publish)
    {
        (model["id"], model["definitionId"], model["version"]) = (versionId, definitionId, version);
        var options = model["options"] as JsonObject ?? [];
        return new StoredWorkflow(
            versionId, definitionId, version, model.Text("name") ?? "", model.Text("description") ?? "", model.Text("toolVersion"), WorkflowOrigin.Studio, WorkflowModel.Seal(model).Hash,
            IsLatest: true, IsPublished: publish, IsReadonly: model.Flag("isReadonly") ?? false, IsSystem: model.Flag("isSystem") ?? false, UsableAsActivity: options.Flag("usableAsActivity") ?? false,
            IsDeleted: false, createdAt);
    }

    private Task CommitAsync(StoredWorkflow row, JsonObject model, IReadOnlyList<StoredWorkflow> others, IReadOnlyList<string> forget) => store.CommitAsync(new WriteSet
    {
        Definitions = [new StoredDefinition(row.Hash, row.DefinitionId, row.Version, WorkflowModel.Seal(model).Json)],
        Workflows = [.. others, row],
        ForgetDefinitions = forget,
    });

    private async Task<T> ChangeAsync<T>(Func<Task<T>> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken).ConfigureAwait(false);
        T result;
        try
        {
            result = await change().ConfigureAwait(false);
        }
        finally
        {
            _changing.Release();
        }

        await Changed(cancellationToken).ConfigureAwait(false);
        return result;
    }
}
