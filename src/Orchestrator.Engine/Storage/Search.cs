namespace Orchestrator.Engine.Storage;

/// <summary>Finding what is stored by what people remember of it.</summary>
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

/// <summary>The part about searching.</summary>
public sealed partial record RunQuery
{
    /// <summary>Only runs with this label; null = any.</summary>
    public (string Name, string Value)? Label { get; init; }

    /// <summary>Only runs created at or after this; null = any.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only runs created before this; null = any.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Id, blueprint, start key, attention or the value of a label contains it, whatever its case (of ASCII letters); null = any.</summary>
    public string? Text { get; init; }

    /// <summary>Whether a run fits what is searched for.</summary>
    internal bool Finds(RunSummary run) =>
        (Label is not { } label || (run.Labels?.TryGetValue(label.Name, out var value) == true && value == label.Value))
        && (Since is not { } since || run.CreatedAt >= since)
        && (Until is not { } until || run.CreatedAt < until)
        && (Text is not { } text || Texts(run).Any(one => one?.Contains(text, StringComparison.OrdinalIgnoreCase) == true));

    private static IEnumerable<string?> Texts(RunSummary run) => [run.RunId, run.Blueprint, run.StartKey, run.Attention, .. run.Labels?.Values ?? []];
}

public sealed partial class InMemoryStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<DefinitionRow>> ListDefinitionsAsync(int limit, CancellationToken cancellationToken) => ReadList(tables => tables.Definitions.Values
        .GroupBy(stored => (stored.Definition.Name, stored.Definition.Version))
        .Select(versions => versions.MaxBy(stored => stored.Number).Definition)
        .OrderBy(definition => definition.Name, StringComparer.Ordinal).ThenByDescending(definition => definition.Version)
        .Take(limit).Select(definition => new DefinitionRow(definition.Hash, definition.Name, definition.Version)));
}
