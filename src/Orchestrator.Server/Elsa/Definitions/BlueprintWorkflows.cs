using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>
/// Shows compiled blueprints among the workflows: whoever compiles and stores one (the CLI, a run, the API) needs to know nothing of lists; they are found here, before each list. Nobody but the caller
/// who holds the right to change may take them up.
/// </summary>
internal sealed class BlueprintWorkflows(IStore store, TimeProvider time)
{
    // Definitions without a source are no blueprints and stay unlisted; they are not looked at twice.
    private readonly ConcurrentDictionary<string, bool> _others = new(StringComparer.Ordinal);

    /// <summary>True when there is something to take up.</summary>
    public async Task<bool> HasNewsAsync(CancellationToken cancellationToken) =>
        (await store.ListUnlistedDefinitionsAsync(cancellationToken).ConfigureAwait(false)).Any(definition => !_others.ContainsKey(definition.Hash));

    /// <summary>Gives every compiled definition its row, and makes the newest of each name the latest.</summary>
    public async Task TakeUpAsync(CancellationToken cancellationToken)
    {
        foreach (var (hash, name) in await store.ListUnlistedDefinitionsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_others.ContainsKey(hash)) continue;
            var versions = (await store.ListWorkflowsAsync(new WorkflowQuery { DefinitionIds = [name] }, cancellationToken).ConfigureAwait(false)).Items;
            var row = versions.FirstOrDefault(one => one.Hash == hash);
            if (row is null)
            {
                var json = await store.ReadDefinitionAsync(hash, cancellationToken).ConfigureAwait(false);
                if (json is null || RowOf(hash, name, (JsonObject)JsonNode.Parse(json)!, versions.Select(one => one.Version).DefaultIfEmpty().Max() + 1) is not { } made)
                {
                    _others.TryAdd(hash, true);
                    continue;
                }

                row = made;
            }

            var others = versions.Where(one => one.Hash != hash && (one.IsLatest || one.IsPublished)).Select(one => one with { IsLatest = false, IsPublished = false });
            await store.CommitAsync(new WriteSet { Workflows = [.. others, row with { IsLatest = true, IsPublished = true }] }).ConfigureAwait(false);
        }
    }

    private StoredWorkflow? RowOf(string hash, string name, JsonObject model, int version) =>
        model["customProperties"]?["orchestrator"]?["source"] is null
            ? null
            : new StoredWorkflow(
                hash[..16], name, version, name, (string?)model["description"] ?? "", (string?)model["toolVersion"], WorkflowOrigin.Blueprint, hash,
                IsLatest: true, IsPublished: true, IsReadonly: true, IsSystem: false, UsableAsActivity: false, IsDeleted: false, time.GetUtcNow());
}
