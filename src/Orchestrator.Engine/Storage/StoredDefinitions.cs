namespace Orchestrator.Engine.Storage;

/// <summary>Stored definitions as lists show them.</summary>
public partial interface IStore
{
    /// <summary>The newest stored definition of each name and version, by name, highest version first.</summary>
    Task<IReadOnlyList<DefinitionRow>> ListDefinitionsAsync(int limit, CancellationToken cancellationToken);
}

/// <summary>A stored definition as a list shows it.</summary>
/// <param name="Hash">Content hash.</param>
/// <param name="Name">Blueprint name.</param>
/// <param name="Version">Major version.</param>
public sealed record DefinitionRow(string Hash, string Name, int Version);

public sealed partial class InMemoryStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<DefinitionRow>> ListDefinitionsAsync(int limit, CancellationToken cancellationToken) => ReadList(tables => tables.Definitions.Values
        .GroupBy(stored => (stored.Definition.Name, stored.Definition.Version))
        .Select(versions => versions.MaxBy(stored => stored.Number).Definition)
        .OrderBy(definition => definition.Name, StringComparer.Ordinal).ThenByDescending(definition => definition.Version)
        .Take(limit).Select(definition => new DefinitionRow(definition.Hash, definition.Name, definition.Version)));
}
