using System.Collections.Concurrent;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Server.Triggers;

/// <summary>The definitions that triggers start, by hash. Few are live, and parsing one for each delivery would cost more than the delivery.</summary>
internal sealed class LiveDefinitions(IStore store)
{
    private const int Most = 256;
    private readonly ConcurrentDictionary<string, Definition> _known = new(StringComparer.Ordinal);

    /// <summary>A definition by hash; throws when the store does not have it, which is our bug.</summary>
    public async Task<Definition> OfAsync(string hash, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(hash, out var known)) return known;
        var json = await store.ReadDefinitionAsync(hash, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"the index names definition {hash}, which is not in the store");
        if (_known.Count >= Most) _known.Clear();
        return _known[hash] = DefinitionJson.Read(json) with { Hash = hash };
    }
}
