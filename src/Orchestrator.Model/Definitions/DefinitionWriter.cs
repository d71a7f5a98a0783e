using System.Text.Json;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>Writes a definition in Elsa's shape. Dictionaries are written by key, so that their order in memory does not show.</summary>
internal sealed class DefinitionWriter(Utf8JsonWriter writer)
{
    private readonly ActivityWriter _activities = new(writer);

    public void Write(Definition definition)
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", DefinitionJson.SchemaUri);
        writer.WriteString("id", definition.Hash.Length >= 16 ? definition.Hash[..16] : $"{definition.Name}:{definition.Version}");
        writer.WriteString("definitionId", definition.Name);
        writer.WriteString("name", definition.Name);
        writer.WriteString("description", definition.Description);
        writer.WriteNumber("version", definition.Version);
        writer.WriteString("toolVersion", "3.8.0.0");
        WriteElsaVariables(definition);
        WriteArguments("inputs", definition.Inputs.Fields.Select(field => (field.Name, ElsaType(field.Schema), field.Description)));
        WriteArguments("outputs", definition.Outputs.Select(output => (output.Name, "Object", "")));
        writer.WriteStartArray("outcomes");
        writer.WriteEndArray();
        writer.WriteStartObject("customProperties");
        writer.WriteStartObject(DefinitionJson.Ours);
        WriteOurs(definition);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteBoolean("isReadonly", definition.Source is not null);
        writer.WriteBoolean("isSystem", false);
        writer.WriteBoolean("isLatest", true);
        writer.WriteBoolean("isPublished", true);
        writer.WriteStartObject("options");
        writer.WriteBoolean("autoUpdateConsumingWorkflows", false);
        writer.WriteEndObject();
        writer.WritePropertyName("root");
        _activities.Write(definition.Root, "Workflow1", position: null);
        writer.WriteEndObject();
    }

    // For people in Studio; what counts stands in customProperties.
    private void WriteElsaVariables(Definition definition)
    {
        writer.WriteStartArray("variables");
        foreach (var (name, expression) in definition.Vars)
        {
            writer.WriteStartObject();
            writer.WriteString("id", "var-" + name);
            writer.WriteString("name", name);
            writer.WriteString("typeName", "Object");
            writer.WriteBoolean("isArray", false);
            writer.WriteString("value", expression.ConstantValue is { } value ? value is StringValue text ? text.Text : PlainJson.Serialize(value) : null);
            writer.WriteString("storageDriverTypeName", "WorkflowInstanceStorageDriver");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteArguments(string property, IEnumerable<(string Name, string Type, string Description)> arguments)
    {
        writer.WriteStartArray(property);
        foreach (var (name, type, description) in arguments)
        {
            writer.WriteStartObject();
            if (property == "inputs") writer.WriteString("uiHint", type == "Boolean" ? "checkbox" : "single-line");
            writer.WriteString("type", type);
            writer.WriteString("name", name);
            writer.WriteString("displayName", name);
            writer.WriteString("description", description);
            writer.WriteString("category", "");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteOurs(Definition definition)
    {
        if (definition.Hash.Length > 0) writer.WriteString("hash", definition.Hash);
        if (definition.Source is { } source)
        {
            writer.WriteStartObject("source");
            writer.WriteString("file", source.File);
            writer.WriteString("text", source.Text);
            writer.WriteEndObject();
        }

        WriteMap("labels", definition.Labels, writer.WriteStringValue);
        writer.WritePropertyName("inputs");
        SchemaJson.Write(writer, definition.Inputs);
        WriteMap("inputSpans", definition.InputSpans, span => SpanJson.Write(writer, span));
        WriteList("checks", definition.Checks, check =>
        {
            ExpressionJson.Write(writer, "require", check.Require);
            writer.WriteString("message", check.Message);
            writer.WritePropertyName("span");
            SpanJson.Write(writer, check.Span);
        });
        ExpressionJson.WriteNamed(writer, "vars", definition.Vars);
        WriteMap("secrets", definition.Secrets, writer.WriteStringValue);
        WriteMap("targets", definition.Targets, WriteTarget);
        TriggerJson.Write(writer, definition.Triggers);
        if (definition.Concurrency is { } concurrency)
        {
            writer.WriteStartObject("concurrency");
            ExpressionJson.Write(writer, "group", concurrency.Group);
            writer.WriteNumber("limit", concurrency.Limit);
            writer.WriteString("onLimit", Names.Of(concurrency.OnLimit));
            writer.WriteEndObject();
        }

        writer.WriteString("timeout", Durations.Format(definition.Timeout));
        writer.WriteString("onFailure", Names.Of(definition.OnFailure));
        writer.WriteString("retain", Durations.Format(definition.Retain));
        WriteBody("rescue", definition.Rescue);
        WriteBody("always", definition.Always);
        ExpressionJson.WriteNamed(writer, "outputs", definition.Outputs);
    }

    private void WriteTarget(TargetPlan target)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", target.Kind);
        ExpressionJson.Write(writer, "settings", target.Settings);
        if (target.Hosts is { } hosts) ExpressionJson.Write(writer, "hosts", hosts);
        if (target.MaxParallel != 20) writer.WriteNumber("maxParallel", target.MaxParallel);
        writer.WriteEndObject();
    }

    private void WriteBody(string role, ActivityNode? body)
    {
        if (body is null) return;
        writer.WritePropertyName(role);
        _activities.Write(body, $"Workflow1:{role}", position: null);
    }

    private void WriteMap<T>(string property, IReadOnlyDictionary<string, T> map, Action<T> write)
    {
        if (map.Count == 0) return;
        writer.WriteStartObject(property);
        foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(key);
            write(value);
        }

        writer.WriteEndObject();
    }

    private void WriteList<T>(string property, IReadOnlyList<T> list, Action<T> write)
    {
        if (list.Count == 0) return;
        writer.WriteStartArray(property);
        foreach (var item in list)
        {
            writer.WriteStartObject();
            write(item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string ElsaType(Schema schema) => schema.Kind switch
    {
        SchemaKind.Bool => "Boolean",
        SchemaKind.Int => "Int64",
        SchemaKind.Number => "Double",
        SchemaKind.String => "String",
        _ => "Object",
    };
}
