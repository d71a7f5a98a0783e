using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Schemas;

/// <summary>
/// The language as JSON Schema (2020-12), for editors: every construct of the grammar, and for each activity what its <c>with</c> takes. Deterministic. It is a little
/// wider than the compiler, which also knows types, names and order.
/// </summary>
public static class JsonSchemaWriter
{
    /// <summary>The schema, indented, ending in a line break.</summary>
    public static string Write(ActivityCatalog catalog)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writer.WriteString("$id", "blueprint.v1.schema.json");
            writer.WriteString("title", "Blueprint");
            writer.WriteString("$ref", "#/$defs/blueprint");
            writer.WriteStartObject("$defs");
            WriteExpression(writer);
            foreach (var construct in BlueprintGrammar.All) WriteConstruct(writer, construct, catalog);
            foreach (var activity in catalog.All)
            {
                writer.WritePropertyName($"{activity.Name}@{activity.Version}");
                ValueSchema.Write(writer, activity.Input, activity.Summary);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) + "\n";
    }

    /// <summary>What one value looks like, for example all inputs of an activity.</summary>
    public static void WriteValue(Utf8JsonWriter writer, Schema schema, string description) => ValueSchema.Write(writer, schema, description);

    private static void WriteExpression(Utf8JsonWriter writer)
    {
        writer.WriteStartObject(ValueSchema.ExpressionName);
        writer.WriteString("type", "string");
        writer.WriteString("pattern", @"\$\{\{");
        writer.WriteString("description", "Text with an expression in it, `${{ … }}`.");
        writer.WriteEndObject();
    }

    private static void WriteConstruct(Utf8JsonWriter writer, Construct construct, ActivityCatalog catalog)
    {
        writer.WriteStartObject(construct.Name);
        writer.WriteString("type", "object");
        writer.WriteString("description", construct.Description);
        writer.WriteStartObject("properties");
        foreach (var key in construct.Keys)
        {
            writer.WriteStartObject(key.Name);
            writer.WriteString("description", key.Description);
            if (key.Default is { } initial)
            {
                writer.WritePropertyName("default");
                PlainJson.Write(writer, initial);
            }

            if (key.Name == "uses") WriteActivityNames(writer, catalog);
            else WriteShape(writer, key.Shape);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteBoolean("additionalProperties", false);
        WriteNames(writer, "required", construct.Keys.Where(key => key.Required).Select(key => key.Name));
        var beside = construct.Keys.Where(key => key.Beside.Count == 1).ToArray();
        if (beside.Length > 0)
        {
            writer.WriteStartObject("dependentRequired");
            foreach (var key in beside) WriteNames(writer, key.Name, key.Beside);
            writer.WriteEndObject();
        }

        if (construct.ExactlyOne.Count > 0)
        {
            writer.WriteStartArray("oneOf");
            foreach (var choice in construct.ExactlyOne)
            {
                writer.WriteStartObject();
                WriteNames(writer, "required", [choice]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (construct.Find("uses") is not null) WriteInputs(writer, catalog);
        writer.WriteEndObject();
    }

    // One condition for each activity: with `uses: name` or `uses: name@major`, `with` is what that activity takes.
    private static void WriteInputs(Utf8JsonWriter writer, ActivityCatalog catalog)
    {
        writer.WriteStartArray("allOf");
        foreach (var activity in catalog.All)
        {
            writer.WriteStartObject();
            writer.WriteStartObject("if");
            writer.WriteStartObject("properties");
            writer.WriteStartObject("uses");
            WriteNames(writer, "enum", NamesOf(activity, catalog));
            writer.WriteEndObject();
            writer.WriteEndObject();
            WriteNames(writer, "required", ["uses"]);
            writer.WriteEndObject();
            writer.WriteStartObject("then");
            writer.WriteStartObject("properties");
            writer.WriteStartObject("with");
            writer.WriteString("$ref", $"#/$defs/{activity.Name}@{activity.Version}");
            writer.WriteEndObject();
            writer.WriteEndObject();
            if (activity.Input.Fields.Any(field => field.Required)) WriteNames(writer, "required", ["with"]);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteActivityNames(Utf8JsonWriter writer, ActivityCatalog catalog) =>
        WriteNames(writer, "enum", catalog.All.SelectMany(activity => NamesOf(activity, catalog)));

    private static IEnumerable<string> NamesOf(ActivityDescriptor activity, ActivityCatalog catalog)
    {
        if (catalog.Find(activity.Name) == activity) yield return activity.Name;
        yield return $"{activity.Name}@{activity.Version}";
    }

    private static void WriteShape(Utf8JsonWriter writer, Shape shape)
    {
        switch (shape)
        {
            case TextShape { Pattern: { } pattern }: writer.WriteString("type", "string"); writer.WriteString("pattern", pattern); break;
            // YAML reads `version: 1.10` as a number; the compiler takes the text.
            case TextShape: WriteNames(writer, "type", ["string", "number", "boolean"]); break;
            case ChoiceShape choice: WriteNames(writer, "enum", choice.Words); break;
            case NumberShape number:
                writer.WriteString("type", number.Whole ? "integer" : "number");
                writer.WriteNumber("minimum", number.Min);
                writer.WriteNumber("maximum", number.Max);
                break;
            case BoolShape: writer.WriteString("type", "boolean"); break;
            case DurationShape: writer.WriteString("type", "string"); writer.WriteString("pattern", ValueSchema.DurationPattern); break;
            case TypeShape: writer.WriteString("type", "string"); break;
            case BareShape: WriteNames(writer, "type", ["string", "boolean"]); break;
            case InputsShape: WriteNames(writer, "type", ["object", "string"]); break;
            case ValueShape value: ValueSchema.WriteBody(writer, value.Type); break;
            case ObjectShape item: writer.WriteString("$ref", $"#/$defs/{item.Construct().Name}"); break;
            case ListShape list:
                writer.WriteString("type", "array");
                if (list.NotEmpty) writer.WriteNumber("minItems", 1);
                WriteInner(writer, "items", list.Item);
                break;
            case MapShape map:
                writer.WriteString("type", "object");
                if (map.Key is { Pattern: { } names })
                {
                    writer.WriteStartObject("propertyNames");
                    writer.WriteString("pattern", names);
                    writer.WriteEndObject();
                }

                WriteInner(writer, "additionalProperties", map.Item);
                break;
            case EitherShape either:
                writer.WriteStartArray("anyOf");
                foreach (var option in either.Options)
                {
                    writer.WriteStartObject();
                    WriteShape(writer, option);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                break;
        }
    }

    private static void WriteInner(Utf8JsonWriter writer, string name, Shape shape)
    {
        writer.WriteStartObject(name);
        WriteShape(writer, shape);
        writer.WriteEndObject();
    }

    private static void WriteNames(Utf8JsonWriter writer, string property, IEnumerable<string> names)
    {
        var all = names.ToArray();
        if (all.Length == 0 && property == "required") return;
        writer.WriteStartArray(property);
        foreach (var name in all) writer.WriteStringValue(name);
        writer.WriteEndArray();
    }
}
