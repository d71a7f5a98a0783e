using System.Collections.Concurrent;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Running;

/// <summary>Definitions by content hash, resolved once per process. Safe for concurrent use.</summary>
internal sealed class DefinitionBook(IStore store, ActivityCatalog activities)
{
    private readonly ConcurrentDictionary<string, Entry> _known = new(StringComparer.Ordinal);
    private readonly System.Runtime.CompilerServices.ConditionalWeakTable<Definition, RunGraph> _made = [];

    /// <summary>The graph of a definition at hand.</summary>
    public RunGraph Of(Definition definition)
    {
        if (definition.Hash.Length == 0)
            return _made.GetValue(definition, key => Of(DefinitionJson.Sealed(key)));
        return _known.GetOrAdd(definition.Hash, _ => new Entry(new RunGraph(definition, activities))).Graph;
    }

    /// <summary>The row to store with the first run of a definition in this process; null when it is in the store, unless it shall be written <paramref name="again"/>.</summary>
    public StoredDefinition? RowOf(RunGraph graph, bool again)
    {
        var entry = _known[graph.Definition.Hash];
        if (entry.IsStored && !again) return null;
        return new StoredDefinition(graph.Definition.Hash, graph.Definition.Name, graph.Definition.Version, DefinitionJson.Write(graph.Definition));
    }

    /// <summary>Its row has been committed.</summary>
    public void Stored(RunGraph graph) => _known[graph.Definition.Hash].IsStored = true;

    /// <summary>The graph of a stored definition.</summary>
    public async Task<RunGraph> LoadAsync(string hash)
    {
        if (_known.TryGetValue(hash, out var entry)) return entry.Graph;
        var json = await store.ReadDefinitionAsync(hash, CancellationToken.None).ConfigureAwait(false)
            ?? throw new FailureException("definition.missing", FailureKind.Permanent, $"the store has no definition {hash}");
        var graph = new RunGraph(DefinitionJson.Read(json) with { Hash = hash }, activities);
        return _known.GetOrAdd(hash, _ => new Entry(graph) { IsStored = true }).Graph;
    }

    /// <summary>The newest definition of a name such as <c>network@2</c>; throws <c>call.unknownBlueprint</c>.</summary>
    public async Task<Definition> FindAsync(string reference)
    {
        var at = reference.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? reference : reference[..at];
        var version = at >= 0 && int.TryParse(reference.AsSpan(at + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var major) ? major : 0;
        var hash = await store.FindDefinitionAsync(name, version, CancellationToken.None).ConfigureAwait(false)
            ?? throw new FailureException("call.unknownBlueprint", FailureKind.Permanent, $"there is no blueprint `{reference}` in the store; submit it first");
        return (await LoadAsync(hash).ConfigureAwait(false)).Definition;
    }

    private sealed class Entry(RunGraph graph)
    {
        public RunGraph Graph { get; } = graph;

        public bool IsStored { get; set; }
    }
}
