using System.Globalization;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Editing;

/// <summary>Where a cursor stands: at a key of something, or at the value of a key.</summary>
/// <param name="IsKey">True at a key.</param>
/// <param name="Key">The key whose value the cursor is in; empty at a key.</param>
/// <param name="Node">What the map around the key is, or what the value must be.</param>
/// <param name="Beside">The other keys of the map around it.</param>
internal sealed record EditPlace(bool IsKey, string Key, EditNode Node, IReadOnlyDictionary<string, string> Beside)
{
    /// <summary>Finds the place; <paramref name="column"/> counts from the beginning of the line.</summary>
    public static EditPlace Find(EditLines lines, int index, int column, ActivityCatalog catalog)
    {
        var line = lines[index];
        var isItem = line.Dash >= 0 && column > line.Dash;
        var path = lines.PathTo(index, line.KeyColumn, isItem);
        var node = EditNode.Root;
        foreach (var (key, at) in path) node = node.Into(key, () => UsesOf(lines, at, catalog));
        var beside = lines.Beside(index, line.KeyColumn);
        if (line.Key is not { } name || column <= line.KeyColumn + name.Length) return new EditPlace(true, "", node, beside);

        var value = node.Into(name, () => UsesOf(lines, index, catalog));
        return Inline(line, column, value, beside) ?? new EditPlace(false, name, value, beside);
    }

    /// <summary>Inside <c>{ … }</c> on the line: a key or a value of that map.</summary>
    private static EditPlace? Inline(EditLine line, int column, EditNode node, IReadOnlyDictionary<string, string> beside)
    {
        var text = line.Text[..Math.Min(column, line.Text.Length)];
        var open = text.IndexOf(": {", line.KeyColumn, StringComparison.Ordinal);
        if (open < 0 || text.IndexOf('}', open) >= 0) return null;
        var inner = text[(open + 3)..];
        if (inner.Contains('{', StringComparison.Ordinal)) return null;
        var pairs = inner.Split(',');
        var present = pairs[..^1].Select(pair => pair.Split(':')[0].Trim()).Where(key => key.Length > 0).Distinct().ToDictionary(key => key, _ => "");
        var colon = pairs[^1].IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return new EditPlace(true, "", node, present);
        var name = pairs[^1][..colon].Trim();
        return new EditPlace(false, name, node.Into(name, () => null), beside);
    }

    private static ActivityDescriptor? UsesOf(EditLines lines, int index, ActivityCatalog catalog)
    {
        var line = lines[index];
        var uses = line.Key == "uses" ? line.Value : lines.Beside(index, line.KeyColumn).GetValueOrDefault("uses");
        return uses is null ? null : Activity(uses, catalog);
    }

    /// <summary>An activity as written behind <c>uses</c>.</summary>
    public static ActivityDescriptor? Activity(string uses, ActivityCatalog catalog)
    {
        var parts = uses.Split(' ')[0].Split('@', 2);
        return catalog.Find(parts[0], parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null);
    }
}

/// <summary>What may stand somewhere: a shape of the grammar, or below <c>with</c> a schema.</summary>
/// <param name="Shapes">Shapes of the grammar; more than one where several may stand.</param>
/// <param name="Schema">The schema of a value; null when only the shapes say something.</param>
internal sealed record EditNode(IReadOnlyList<Shape> Shapes, Schema? Schema)
{
    /// <summary>The blueprint.</summary>
    public static EditNode Root { get; } = new([new ObjectShape(() => BlueprintGrammar.Blueprint)], null);

    private static EditNode Unknown { get; } = new([], null);

    /// <summary>The construct whose keys stand here; null when it is none.</summary>
    public Construct? Construct => Shapes.OfType<ObjectShape>().FirstOrDefault()?.Construct();

    /// <summary>What stands behind a key, or in an item.</summary>
    public EditNode Into(string key, Func<ActivityDescriptor?> activity)
    {
        if (key == "-")
        {
            if (Shapes.OfType<ListShape>().FirstOrDefault() is { } list) return Of(list.Item, activity);
            return Schema is { Kind: SchemaKind.List, Item: { } item } ? new EditNode([], item) : Unknown;
        }

        if (Construct?.Find(key) is { } known) return Of(known.Shape, activity);
        if (Shapes.OfType<MapShape>().FirstOrDefault() is { } map) return Of(map.Item, activity);
        return Schema switch
        {
            { Kind: SchemaKind.Object } => Schema.Field(key) is { } field ? new EditNode([], field.Schema) : Unknown,
            { Kind: SchemaKind.Map, Item: { } item } => new EditNode([], item),
            _ => Unknown,
        };
    }

    private static EditNode Of(Shape shape, Func<ActivityDescriptor?> activity) => shape switch
    {
        InputsShape => new EditNode([], activity()?.Input),
        ValueShape value => new EditNode([value], value.Type),
        EitherShape either => new EditNode(either.Options, either.Options.OfType<ValueShape>().FirstOrDefault()?.Type),
        _ => new EditNode([shape], null),
    };
}
