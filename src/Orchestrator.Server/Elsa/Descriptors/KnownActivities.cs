using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Server.Elsa.Definitions;

namespace Orchestrator.Server.Elsa.Descriptors;

/// <summary>Every activity type there is: Elsa's that the engine runs, our own, and the workflows that may be used as one.</summary>
internal sealed class KnownActivities(ActivityCatalog catalogue, IStore store)
{
    private readonly Lazy<IReadOnlyList<JsonObject>> _fixed = new(() => [.. Elsa(), .. ContainerDescriptors.All(), .. CatalogueDescriptors.Of(catalogue)]);
    private readonly WorkflowDescriptors _workflows = new(store);
    private FrozenDictionary<string, FrozenSet<int>>? _fixedTypes;

    /// <summary>All descriptors.</summary>
    public async Task<IReadOnlyList<JsonObject>> AllAsync(CancellationToken cancellationToken) =>
        [.. _fixed.Value.Select(descriptor => (JsonObject)descriptor.DeepClone()), .. await _workflows.AllAsync(cancellationToken).ConfigureAwait(false)];

    /// <summary>The descriptor of a type, of its newest version; null when there is none.</summary>
    public async Task<JsonObject?> FindAsync(string type, CancellationToken cancellationToken) =>
        (await AllAsync(cancellationToken).ConfigureAwait(false)).Where(descriptor => (string?)descriptor["typeName"] == type).MaxBy(descriptor => (int)descriptor["version"]!);

    /// <summary>A walker over activities that knows the types of this moment.</summary>
    public async Task<ActivityTree> TreeAsync()
    {
        _fixedTypes ??= _fixed.Value.GroupBy(descriptor => (string)descriptor["typeName"]!, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.Select(descriptor => (int)descriptor["version"]!).ToFrozenSet(), StringComparer.Ordinal);
        var workflows = (await _workflows.AllAsync(CancellationToken.None).ConfigureAwait(false)).ToDictionary(descriptor => (string)descriptor["typeName"]!, descriptor => (int)descriptor["version"]!, StringComparer.Ordinal);
        // An older version of a workflow stays usable: whoever embeds it is pinned to it.
        return new ActivityTree(
            type => _fixedTypes.TryGetValue(type, out var versions) ? versions.Max() : workflows.TryGetValue(type, out var version) ? version : null,
            (type, version) => _fixedTypes.TryGetValue(type, out var versions) ? versions.Contains(version) : workflows.ContainsKey(type));
    }

    private static IEnumerable<JsonObject> Elsa()
    {
        using var file = typeof(KnownActivities).Assembly.GetManifestResourceStream("Orchestrator.Server.Elsa.Descriptors.elsa-activities.json")!;
        return JsonNode.Parse(file)!.AsArray().Select(descriptor => (JsonObject)descriptor!.DeepClone()).ToList();
    }
}
