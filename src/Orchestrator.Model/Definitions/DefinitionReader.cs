using System.Text.Json;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>Reads a definition back from Elsa's shape; also one that Studio made, which has nothing of ours in it.</summary>
internal static class DefinitionReader
{
    // A workflow made in Studio has no deadline as a whole: it may sleep for as long as its author likes.
    private static readonly TimeSpan StudioTimeout = TimeSpan.FromDays(3650);

    public static Definition Read(JsonElement json, ReadOnlySpan<byte> bytes)
    {
        var isCompiled = json.TryGetProperty("customProperties", out var custom) && custom.ValueKind == JsonValueKind.Object && custom.TryGetProperty(DefinitionJson.Ours, out _);
        var elsa = isCompiled ? null : Elsa.ElsaReader.Read(json, bytes.ToArray());
        var definition = new Definition
        {
            Elsa = elsa,
            Name = Text(json, "definitionId") is { Length: > 0 } id ? id : Text(json, "name"),
            Version = json.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number ? version.GetInt32() : 1,
            Description = Text(json, "description"),
            Root = elsa is null ? ActivityReader.Read(json.GetProperty("root")) : Shown(json.GetProperty("root")),
        };
        return isCompiled
            ? WithOurs(definition, custom.GetProperty(DefinitionJson.Ours))
            : definition with { Inputs = ElsaInputs(json), Vars = ElsaVariables(json), Timeout = StudioTimeout, OnFailure = elsa!.OnFailure, Concurrency = OneAtATime(elsa) };
    }

    // Activation strategies that refuse are a group of one; its name is known at the start, when the correlation id is.
    private static ConcurrencyPlan? OneAtATime(Elsa.ElsaProgram program) =>
        program.Activation == Elsa.ElsaActivation.Always ? null : new ConcurrencyPlan(Expression.Constant(Value.Of("elsa/" + program.DefinitionId)), 1, OnLimit.Reject);

    // What Studio and older servers write need not have the shape that ours has.
    private static ActivityNode Shown(JsonElement root)
    {
        try
        {
            return ActivityReader.Read(root);
        }
        catch (Exception other) when (other is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            return new ActivityNode { Id = Text(root, "id"), Type = ActivityTypes.Flowchart };
        }
    }

    private static Definition WithOurs(Definition definition, JsonElement ours) => definition with
    {
        Hash = Text(ours, "hash"),
        Source = ours.TryGetProperty("source", out var source) ? new BlueprintSource(Text(source, "file"), Text(source, "text")) : null,
        Labels = Map(ours, "labels", value => value.GetString()!),
        Inputs = ours.TryGetProperty("inputs", out var inputs) ? SchemaJson.Read(inputs) : Schema.Object(),
        InputSpans = Map(ours, "inputSpans", SpanJson.Read),
        Checks = ours.TryGetProperty("checks", out var checks) ? [.. checks.EnumerateArray().Select(ReadCheck)] : [],
        Vars = ExpressionJson.ReadNamed(ours, "vars"),
        Secrets = Map(ours, "secrets", value => value.GetString()!),
        Targets = Map(ours, "targets", ReadTarget),
        Triggers = TriggerJson.Read(ours),
        Concurrency = ours.TryGetProperty("concurrency", out var concurrency) ? ReadConcurrency(concurrency) : null,
        Timeout = Duration(ours, "timeout") ?? definition.Timeout,
        OnFailure = ours.TryGetProperty("onFailure", out var onFailure) ? Names.Read<OnFailure>(onFailure) : OnFailure.Stop,
        Retain = Duration(ours, "retain") ?? definition.Retain,
        Rescue = ours.TryGetProperty("rescue", out var rescue) ? ActivityReader.Read(rescue) : null,
        Always = ours.TryGetProperty("always", out var always) ? ActivityReader.Read(always) : null,
        Outputs = ExpressionJson.ReadNamed(ours, "outputs"),
    };

    public static TimeSpan? Duration(JsonElement parent, string property)
    {
        if (!parent.TryGetProperty(property, out var text)) return null;
        return Durations.TryParse(text.GetString(), out var span) ? span : throw new FormatException($"`{property}` is `{text.GetString()}`, which is no duration");
    }

    public static Dictionary<string, T> Map<T>(JsonElement parent, string property, Func<JsonElement, T> read) =>
        parent.TryGetProperty(property, out var map) ? map.EnumerateObject().ToDictionary(entry => entry.Name, entry => read(entry.Value), StringComparer.Ordinal) : [];

    public static string Text(JsonElement parent, string property) =>
        parent.TryGetProperty(property, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";

    private static InputCheck ReadCheck(JsonElement json) =>
        new(ExpressionJson.Read(json.GetProperty("require")), Text(json, "message"), SpanJson.Read(json.GetProperty("span")));

    private static TargetPlan ReadTarget(JsonElement json) => new(
        Text(json, "kind"),
        ExpressionJson.Read(json.GetProperty("settings")),
        json.TryGetProperty("hosts", out var hosts) ? ExpressionJson.Read(hosts) : null,
        json.TryGetProperty("maxParallel", out var most) ? most.GetInt32() : 20);

    private static ConcurrencyPlan ReadConcurrency(JsonElement json) =>
        new(ExpressionJson.Read(json.GetProperty("group")), json.GetProperty("limit").GetInt32(), Names.Read<OnLimit>(json.GetProperty("onLimit")));

    private static Schema ElsaInputs(JsonElement json)
    {
        if (!json.TryGetProperty("inputs", out var inputs) || inputs.ValueKind != JsonValueKind.Array) return Schema.Object();
        return Schema.Object(inputs.EnumerateArray().Select(input =>
            new SchemaField(Text(input, "name"), ElsaSchema(Text(input, "type")), false, Text(input, "description") is { Length: > 0 } said ? said : Text(input, "name"))));
    }

    private static IReadOnlyList<NamedExpression> ElsaVariables(JsonElement json)
    {
        if (!json.TryGetProperty("variables", out var variables) || variables.ValueKind != JsonValueKind.Array) return [];
        return [.. variables.EnumerateArray().Select(variable => new NamedExpression(
            Text(variable, "name"),
            Expression.Constant(variable.TryGetProperty("value", out var value) && value.ValueKind == JsonValueKind.String ? InputText.Read(ElsaSchema(Text(variable, "typeName")), value.GetString()!) : Value.Null)))];
    }

    private static Schema ElsaSchema(string type) => type switch
    {
        "String" => Schema.String,
        "Boolean" => Schema.Bool,
        "Int32" or "Int64" => Schema.Int,
        "Single" or "Double" or "Decimal" => Schema.Number,
        _ => Schema.Any,
    };
}
