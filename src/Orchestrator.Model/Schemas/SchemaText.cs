using Orchestrator.Model.Values;

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

    private static string Wrap(Schema schema, string text) => schema.Secret ? $"secret<{text}>" : text;
}
