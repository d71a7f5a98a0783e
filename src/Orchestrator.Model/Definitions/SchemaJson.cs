using System.Text.Json;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>Schemas as JSON, with what is not said left out.</summary>
internal static class SchemaJson
{
    public static void Write(Utf8JsonWriter writer, Schema schema)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", Names.Of(schema.Kind));
        if (schema.Format is { } format) writer.WriteString("format", format);
        if (schema.Item is { } item)
        {
            writer.WritePropertyName("item");
            Write(writer, item);
        }

        if (schema.Fields.Count > 0)
        {
            writer.WriteStartArray("fields");
            foreach (var field in schema.Fields) WriteField(writer, field);
            writer.WriteEndArray();
        }

        if (schema.Secret) writer.WriteBoolean("secret", true);
        if (schema.Enum is { } allowed)
        {
            writer.WriteStartArray("enum");
            foreach (var value in allowed) PlainJson.Write(writer, value);
            writer.WriteEndArray();
        }

        if (schema.Pattern is { } pattern) writer.WriteString("pattern", pattern);
        WriteNumber(writer, "min", schema.Min);
        WriteNumber(writer, "max", schema.Max);
        WriteNumber(writer, "minLength", schema.MinLength);
        WriteNumber(writer, "maxLength", schema.MaxLength);
        writer.WriteEndObject();
    }

    public static Schema Read(JsonElement json) => new()
    {
        Kind = Names.Read<SchemaKind>(json.GetProperty("kind")),
        Format = json.TryGetProperty("format", out var format) ? format.GetString() : null,
        Item = json.TryGetProperty("item", out var item) ? Read(item) : null,
        Fields = json.TryGetProperty("fields", out var fields) ? [.. fields.EnumerateArray().Select(ReadField)] : [],
        Secret = json.TryGetProperty("secret", out var secret) && secret.GetBoolean(),
        Enum = json.TryGetProperty("enum", out var allowed) ? [.. allowed.EnumerateArray().Select(value => PlainJson.Read(value))] : null,
        Pattern = json.TryGetProperty("pattern", out var pattern) ? pattern.GetString() : null,
        Min = json.TryGetProperty("min", out var min) ? min.GetDouble() : null,
        Max = json.TryGetProperty("max", out var max) ? max.GetDouble() : null,
        MinLength = json.TryGetProperty("minLength", out var least) ? least.GetInt32() : null,
        MaxLength = json.TryGetProperty("maxLength", out var most) ? most.GetInt32() : null,
    };

    private static void WriteField(Utf8JsonWriter writer, SchemaField field)
    {
        writer.WriteStartObject();
        writer.WriteString("name", field.Name);
        writer.WritePropertyName("schema");
        Write(writer, field.Schema);
        if (field.Required) writer.WriteBoolean("required", true);
        writer.WriteString("description", field.Description);
        if (field.Default is { } standard)
        {
            writer.WritePropertyName("default");
            PlainJson.Write(writer, standard);
        }

        writer.WriteEndObject();
    }

    private static SchemaField ReadField(JsonElement json) => new(
        json.GetProperty("name").GetString()!,
        Read(json.GetProperty("schema")),
        json.TryGetProperty("required", out var required) && required.GetBoolean(),
        json.GetProperty("description").GetString()!,
        json.TryGetProperty("default", out var standard) ? PlainJson.Read(standard) : null);

    private static void WriteNumber(Utf8JsonWriter writer, string property, double? number)
    {
        if (number is not { } value) return;
        writer.WritePropertyName(property);
        PlainJson.Write(writer, Value.Of(value));
    }
}
