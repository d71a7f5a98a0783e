using System.Text.Json;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Schemas;

/// <summary>A schema of the model as JSON Schema: where a value is no text, an expression may stand for it.</summary>
internal static class ValueSchema
{
    public const string ExpressionName = "expression";

    public const string DurationPattern = "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$";

    public static void Write(Utf8JsonWriter writer, Schema schema, string description, Value? initial = null)
    {
        writer.WriteStartObject();
        writer.WriteString("description", description);
        if (initial is not null)
        {
            writer.WritePropertyName("default");
            PlainJson.Write(writer, initial);
        }

        WriteBody(writer, schema);
        writer.WriteEndObject();
    }

    public static void WriteBody(Utf8JsonWriter writer, Schema schema)
    {
        if (schema.Kind == SchemaKind.Any) return;
        var constrained = schema.Enum is not null || schema.Pattern is not null || schema.Format is not null || schema.Kind is not (SchemaKind.String or SchemaKind.Object);
        if (!constrained)
        {
            WritePlain(writer, schema);
            return;
        }

        writer.WriteStartArray("anyOf");
        writer.WriteStartObject();
        WritePlain(writer, schema);
        writer.WriteEndObject();
        writer.WriteStartObject();
        writer.WriteString("$ref", "#/$defs/" + ExpressionName);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WritePlain(Utf8JsonWriter writer, Schema schema)
    {
        switch (schema.Kind)
        {
            case SchemaKind.Bool: writer.WriteString("type", "boolean"); break;
            case SchemaKind.Int: writer.WriteString("type", "integer"); break;
            case SchemaKind.Number: writer.WriteString("type", "number"); break;
            case SchemaKind.String: WriteText(writer, schema); break;
            case SchemaKind.List:
                writer.WriteString("type", "array");
                WriteInner(writer, "items", schema.Item ?? Schema.Any);
                break;
            case SchemaKind.Map:
                writer.WriteString("type", "object");
                WriteInner(writer, "additionalProperties", schema.Item ?? Schema.Any);
                break;
            case SchemaKind.Object: WriteFields(writer, schema); break;
        }

        var list = schema.Kind == SchemaKind.List;
        if (schema.Min is { } min && schema.Kind != SchemaKind.String) writer.WriteNumber("minimum", min);
        if (schema.Max is { } max && schema.Kind != SchemaKind.String) writer.WriteNumber("maximum", max);
        if (schema.MinLength is { } least) writer.WriteNumber(list ? "minItems" : "minLength", least);
        if (schema.MaxLength is { } most) writer.WriteNumber(list ? "maxItems" : "maxLength", most);
    }

    private static void WriteText(Utf8JsonWriter writer, Schema schema)
    {
        if (schema.Enum is { } allowed)
        {
            writer.WriteStartArray("enum");
            foreach (var value in allowed) PlainJson.Write(writer, value);
            writer.WriteEndArray();
            return;
        }

        var restricted = schema.Pattern is not null || schema.Format is not null;
        writer.WriteStartArray("type");
        writer.WriteStringValue("string");
        // Text that YAML reads as a number stays text in the compiler.
        if (!restricted)
        {
            writer.WriteStringValue("number");
            writer.WriteStringValue("boolean");
        }

        writer.WriteEndArray();
        if (schema.Format == "duration") writer.WriteString("pattern", DurationPattern);
        else if (schema.Pattern is { } pattern) writer.WriteString("pattern", $"^(?:{pattern})$");
    }

    private static void WriteFields(Utf8JsonWriter writer, Schema schema)
    {
        writer.WriteString("type", "object");
        writer.WriteStartObject("properties");
        foreach (var field in schema.Fields)
        {
            writer.WritePropertyName(field.Name);
            Write(writer, field.Schema, field.Description, field.Default);
        }

        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
        var required = schema.Fields.Where(field => field.Required).ToArray();
        if (required.Length == 0) return;
        writer.WriteStartArray("required");
        foreach (var field in required) writer.WriteStringValue(field.Name);
        writer.WriteEndArray();
    }

    private static void WriteInner(Utf8JsonWriter writer, string name, Schema schema)
    {
        writer.WriteStartObject(name);
        WriteBody(writer, schema);
        writer.WriteEndObject();
    }
}
