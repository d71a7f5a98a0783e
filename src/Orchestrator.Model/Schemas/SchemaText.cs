using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Model.Schemas;

/// <summary>Schemas as people write and read them, and what two of them have in common.</summary>
public static class SchemaText
{
    /// <summary>The schema in the words of a blueprint: <c>string</c>, <c>list&lt;int&gt;</c>, <c>secret&lt;string&gt;</c>, <c>one of a, b</c>.</summary>
    public static string Display(Schema schema)
    {
        if (schema.Enum is { Count: > 0 } allowed) return Wrap(schema, "one of " + string.Join(", ", allowed.Select(value => value.ToString())));
        return Wrap(schema, schema.Kind switch
        {
            SchemaKind.String => schema.Format ?? "string",
            SchemaKind.List => $"list<{Display(schema.Item ?? Schema.Any)}>",
            SchemaKind.Map => $"map<{Display(schema.Item ?? Schema.Any)}>",
            SchemaKind.Object when schema.Fields.Count == 0 => "object",
            SchemaKind.Object => $"object {{{string.Join(", ", schema.Fields.Select(field => field.Name))}}}",
            _ => schema.Kind.ToString().ToLowerInvariant(),
        });
    }

    /// <summary>
    /// Reads the type of an input: a word (<c>string int number bool duration host url json …</c>) or <c>list&lt;T&gt;</c>, <c>map&lt;T&gt;</c>, <c>secret&lt;T&gt;</c>. Null with the
    /// problem in words when it is none.
    /// </summary>
    public static (Schema? Schema, string? Problem) Parse(string text)
    {
        var position = 0;
        var (schema, problem) = ParseType(text, ref position, 0);
        return problem is null && position < text.Length ? (null, $"`{text}` goes on behind the type, at `{text[position..]}`") : (schema, problem);
    }

    private static readonly string[] Generic = ["list", "map", "secret"];

    private static readonly Dictionary<string, Schema> Words = Formats.Names
        .Select(format => (Name: format, Schema: Schema.String with { Format = format }))
        .Concat(new (string Name, Schema Schema)[] { ("string", Schema.String), ("int", Schema.Int), ("number", Schema.Number), ("bool", Schema.Bool), ("json", Schema.Any), ("any", Schema.Any) })
        .ToDictionary(pair => pair.Name, pair => pair.Schema, StringComparer.Ordinal);

    /// <summary>The words that <see cref="Parse"/> knows, generic ones with <c>&lt;T&gt;</c>.</summary>
    public static IReadOnlyList<string> TypeNames { get; } = [.. Words.Keys.Order(StringComparer.Ordinal), .. Generic.Select(name => $"{name}<T>")];

    /// <summary>The narrowest schema known that accepts what either accepts; secret when one of them is.</summary>
    public static Schema Join(Schema a, Schema b)
    {
        if (a == b) return a;
        var secret = a.Secret || b.Secret;
        if (a.Kind == b.Kind)
        {
            return a.Kind switch
            {
                SchemaKind.List => Schema.ListOf(Join(a.Item ?? Schema.Any, b.Item ?? Schema.Any)) with { Secret = secret },
                SchemaKind.Map => Schema.MapOf(Join(a.Item ?? Schema.Any, b.Item ?? Schema.Any)) with { Secret = secret },
                SchemaKind.Object => Schema.MapOf(Schema.Any) with { Secret = secret },
                _ => new Schema { Kind = a.Kind, Format = a.Format == b.Format ? a.Format : null, Secret = secret },
            };
        }

        if (a.Kind is SchemaKind.Int or SchemaKind.Number && b.Kind is SchemaKind.Int or SchemaKind.Number) return Schema.Number with { Secret = secret };
        if (a.Kind is SchemaKind.Map or SchemaKind.Object && b.Kind is SchemaKind.Map or SchemaKind.Object) return Schema.MapOf(Schema.Any) with { Secret = secret };
        return Schema.Any with { Secret = secret };
    }

    private static (Schema? Schema, string? Problem) ParseType(string text, ref int position, int depth)
    {
        if (depth > 8) return (null, "the type is nested more than 8 deep");
        var rest = text.AsSpan(position).TrimStart();
        position = text.Length - rest.Length;
        var length = 0;
        while (length < rest.Length && char.IsAsciiLetterOrDigit(rest[length])) length++;
        var word = rest[..length].ToString();
        position += length;
        if (!Generic.Contains(word))
        {
            if (Words.TryGetValue(word, out var simple)) return (simple, null);
            return (null, $"`{(word.Length == 0 ? text : word)}` is no type: expected {string.Join(", ", TypeNames)}.{Spelling.DidYouMean(word, Words.Keys.Concat(Generic))}".TrimEnd('.'));
        }

        if (position >= text.Length || text[position] != '<') return (null, $"`{word}` needs the type of what is in it, such as `{word}<string>`");
        position++;
        var (item, problem) = ParseType(text, ref position, depth + 1);
        if (item is null) return (null, problem);
        while (position < text.Length && text[position] == ' ') position++;
        if (position >= text.Length || text[position] != '>') return (null, $"`{text}` lacks a closing `>`");
        position++;
        return word switch
        {
            "list" => (Schema.ListOf(item), null),
            "map" => (Schema.MapOf(item), null),
            _ when item.Kind is SchemaKind.List or SchemaKind.Map => (null, $"a secret is a text: write `{(item.Kind == SchemaKind.List ? "list" : "map")}<secret<…>>`"),
            _ => (item with { Kind = SchemaKind.String, Secret = true }, null),
        };
    }

    private static string Wrap(Schema schema, string text) => schema.Secret ? $"secret<{text}>" : text;
}
