using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>What can be said of schemas before any value exists.</summary>
internal static class Shapes
{
    /// <summary>The schema of a written-out value.</summary>
    public static Schema Of(Value value) => value switch
    {
        BoolValue => Schema.Bool,
        NumberValue { IsInteger: true } => Schema.Int,
        NumberValue => Schema.Number,
        StringValue => Schema.String,
        ListValue list => Schema.ListOf(list.Items.Count == 0 ? Schema.Any : list.Items.Select(Of).Aggregate(SchemaText.Join)),
        MapValue map => Schema.Object(map.Entries.Select(entry => new SchemaField(entry.Key, Of(entry.Value), true, entry.Key))),
        SecretValue => Schema.String with { Secret = true },
        _ => Schema.Any,
    };

    /// <summary>The schema of the items; those of a value that is secret as a whole are secret.</summary>
    public static Schema Inner(Schema schema)
    {
        var item = schema.Item ?? Schema.Any;
        return schema.Secret && !item.Secret ? item with { Secret = true } : item;
    }

    /// <summary>False when no value of <paramref name="actual"/> can be one of <paramref name="expected"/>; looks at kinds only, at any depth.</summary>
    public static bool Fits(Schema expected, Schema actual)
    {
        if (expected.Kind == SchemaKind.Any || actual.Kind == SchemaKind.Any) return true;
        return expected.Kind switch
        {
            SchemaKind.Int or SchemaKind.Number => actual.Kind is SchemaKind.Int or SchemaKind.Number,
            SchemaKind.List => actual.Kind == SchemaKind.List && Fits(Inner(expected), Inner(actual)),
            SchemaKind.Map when actual.Kind == SchemaKind.Object => actual.Fields.All(field => Fits(Inner(expected), field.Schema)),
            SchemaKind.Map => actual.Kind == SchemaKind.Map && Fits(Inner(expected), Inner(actual)),
            SchemaKind.Object => actual.Kind is SchemaKind.Map or SchemaKind.Object,
            _ => expected.Kind == actual.Kind,
        };
    }

    /// <summary>True when a value of this schema is or holds a secret.</summary>
    public static bool HasSecret(Schema schema) =>
        schema.Secret || (schema.Item is { } item && HasSecret(item)) || schema.Fields.Any(field => HasSecret(field.Schema));
}
