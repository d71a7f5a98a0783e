using System.Text.Json;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Api;

/// <summary>Blueprints as JSON.</summary>
internal static class BlueprintJson
{
    /// <summary>A row of a list.</summary>
    public static void Write(Utf8JsonWriter writer, DefinitionRow row)
    {
        writer.WriteStartObject();
        WriteFields(writer, row);
        writer.WriteEndObject();
    }

    /// <summary>A blueprint with its text and what a run of it must be given.</summary>
    public static void Write(Utf8JsonWriter writer, Definition definition)
    {
        writer.WriteStartObject();
        WriteFields(writer, new DefinitionRow(definition.Hash, definition.Name, definition.Version));
        if (definition.Description.Length > 0) writer.WriteString("description", definition.Description);
        if (definition.Source is { } source)
        {
            writer.WriteString("file", source.File);
            writer.WriteString("text", source.Text);
        }

        WriteInputs(writer, definition);
        writer.WriteEndObject();
    }

    /// <summary>What a form that starts it must ask for.</summary>
    public static void WriteForm(Utf8JsonWriter writer, Definition definition)
    {
        writer.WriteStartObject();
        WriteFields(writer, new DefinitionRow(definition.Hash, definition.Name, definition.Version));
        WriteInputs(writer, definition);
        writer.WriteEndObject();
    }

    private static void WriteInputs(Utf8JsonWriter writer, Definition definition)
    {
        writer.WriteStartArray("inputs");
        foreach (var field in definition.Inputs.Fields) Write(writer, field);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, SchemaField field)
    {
        writer.WriteStartObject();
        writer.WriteString("name", field.Name);
        writer.WriteString("type", SchemaText.Display(field.Schema));
        writer.WriteBoolean("required", field.Required);
        writer.WriteBoolean("secret", field.Schema.Secret);
        writer.WriteString("description", field.Description);
        if (field.Default is { } initial)
        {
            writer.WritePropertyName("default");
            ValueJson.Write(writer, initial);
        }

        WriteLimits(writer, field.Schema);
        writer.WriteEndObject();
    }

    private static void WriteLimits(Utf8JsonWriter writer, Schema schema)
    {
        writer.WriteString("kind", RunJson.Name(schema.Kind));
        if (schema.Format is { } format) writer.WriteString("format", format);
        if (schema.Enum is { } allowed)
        {
            writer.WriteStartArray("enum");
            foreach (var value in allowed) ValueJson.Write(writer, value);
            writer.WriteEndArray();
        }

        if (schema.Pattern is { } pattern) writer.WriteString("pattern", pattern);
        if (schema.Min is { } min) writer.WriteNumber("min", min);
        if (schema.Max is { } max) writer.WriteNumber("max", max);
        if (schema.MinLength is { } least) writer.WriteNumber("minLength", least);
        if (schema.MaxLength is { } most) writer.WriteNumber("maxLength", most);
    }

    private static void WriteFields(Utf8JsonWriter writer, DefinitionRow row)
    {
        writer.WriteString("hash", row.Hash);
        writer.WriteString("name", row.Name);
        writer.WriteNumber("version", row.Version);
    }
}
