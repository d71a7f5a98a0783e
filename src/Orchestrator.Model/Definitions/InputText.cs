using System.Globalization;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>Inputs that come as text, and inputs that must not stay text.</summary>
internal static class InputText
{
    /// <summary>
    /// Reads a text as its schema says: numbers, booleans, lists (<c>a,b</c> or JSON), maps (JSON). A text that cannot be read comes back as it is, for the check of the
    /// schema to refuse.
    /// </summary>
    public static Value Read(Schema schema, string text)
    {
        var asIs = Value.Of(text);
        switch (schema.Kind)
        {
            case SchemaKind.Bool: return text switch { "true" => Value.Of(true), "false" => Value.Of(false), _ => asIs };
            case SchemaKind.Int or SchemaKind.Number:
                const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
                return double.TryParse(text, Style, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? Value.Of(number) : asIs;
            case SchemaKind.List:
                if (text.TrimStart().StartsWith('[')) return PlainJson.TryParse(text) ?? asIs;
                return text.Length == 0 ? Value.EmptyList : Value.List(text.Split(',').Select(item => Read(schema.Item ?? Schema.Any, item.Trim())));
            case SchemaKind.Map or SchemaKind.Object: return PlainJson.TryParse(text) ?? asIs;
            case SchemaKind.Any: return PlainJson.TryParse(text) ?? asIs;
            default: return asIs;
        }
    }

    /// <summary>The same value with plain text in secret places made secret.</summary>
    public static Value Seal(Schema schema, Value value) => value switch
    {
        StringValue text when schema.Secret => new SecretValue(Secret.FromPlainText(text.Text)),
        ListValue list when schema.Item is { } item => Value.List(list.Items.Select(one => Seal(item, one))),
        MapValue map when schema.Item is { } item => Value.Map(map.Entries.Select(entry => (entry.Key, Seal(item, entry.Value)))),
        MapValue map when schema.Kind == SchemaKind.Object => Value.Map(map.Entries.Select(entry => (entry.Key, schema.Field(entry.Key) is { } field ? Seal(field.Schema, entry.Value) : entry.Value))),
        _ => value,
    };
}
