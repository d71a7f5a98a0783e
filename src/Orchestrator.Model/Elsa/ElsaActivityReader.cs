using System.Text.Json;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Elsa;

/// <summary>Reads activities, whatever their type: what a property is follows from its shape.</summary>
internal sealed class ElsaActivityReader(Dictionary<string, ElsaActivity> nodes)
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "id", "nodeId", "name", "type", "version", "customProperties", "metadata", "variables", "connections", "source",
    };

    public ElsaActivity Read(JsonElement json, ElsaActivity parent)
    {
        var id = ElsaReader.Text(json, "id") ?? throw new FormatException("an activity has no id");
        var type = ElsaReader.Text(json, "type") ?? throw new FormatException($"activity `{id}` has no type");
        var custom = ElsaReader.Member(json, "customProperties");
        var inputs = Inputs(json);
        var activity = new ElsaActivity
        {
            Id = id, NodeId = Unique($"{parent.NodeId}:{id}"), Type = type, Name = ElsaReader.Text(json, "name"), Parent = parent,
            Version = json.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number ? version.GetInt32() : 1,
            CanStart = ElsaReader.Member(custom, "canStartWorkflow").ValueKind == JsonValueKind.True,
            MergeMode = ElsaReader.Text(custom, "mergeMode"),
            Inputs = inputs, Outputs = Outputs(json), Bare = Bare(json), Variables = ElsaReader.Variables(json),
            Policy = ElsaPolicy.Of(ElsaReader.Member(custom, DefinitionJson.Ours) is { ValueKind: JsonValueKind.Object } ours && ours.TryGetProperty("policy", out var policy) ? ActivityReader.ReadPolicy(policy) : StepPolicy.Default, inputs),
            Start = ElsaReader.Text(json, "start") ?? ElsaReader.Text(ElsaReader.Member(json, "start"), "id"),
        };
        nodes[activity.NodeId] = activity;
        foreach (var child in ElsaReader.Items(json, "activities")) activity.Children.Add(Read(child, activity));
        foreach (var branch in ElsaReader.Items(json, "branches").Where(IsActivity)) activity.Children.Add(Read(branch, activity));
        foreach (var property in json.EnumerateObject())
            if (property.Name is not ("start" or "root") && IsActivity(property.Value)) activity.Ports[property.Name] = Read(property.Value, activity);
        foreach (var entry in ElsaReader.Items(json, "cases")) activity.Cases.Add(Case(entry, activity, ElsaReader.Text(entry, "label") ?? ""));
        foreach (var entry in ElsaReader.Items(json, "expectedStatusCodes").Where(entry => entry.ValueKind == JsonValueKind.Object))
            activity.Cases.Add(Case(entry, activity, ElsaReader.Member(entry, "statusCode").ToString()));
        Connect(json, activity);
        return activity;
    }

    private string Unique(string nodeId)
    {
        var made = nodeId;
        for (var count = 2; nodes.ContainsKey(made); count++) made = $"{nodeId}~{count}";
        return made;
    }

    private ElsaCase Case(JsonElement json, ElsaActivity owner, string label) => new(
        label, ElsaReader.Member(json, "condition") is { ValueKind: JsonValueKind.Object } condition ? Input(null, condition) : null,
        ElsaReader.Member(json, "activity") is var inner && IsActivity(inner) ? Read(inner, owner) : null);

    private static void Connect(JsonElement json, ElsaActivity flow)
    {
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < flow.Children.Count; i++) indexes.TryAdd(flow.Children[i].Id, i);
        foreach (var connection in ElsaReader.Items(json, "connections"))
        {
            var source = ElsaReader.Member(connection, "source");
            var target = ElsaReader.Member(connection, "target");
            var from = ElsaReader.Text(source, "activity") ?? ElsaReader.Text(connection, "source");
            var to = ElsaReader.Text(target, "activity") ?? ElsaReader.Text(connection, "target");
            var port = ElsaReader.Text(source, "port") ?? ElsaReader.Text(connection, "sourcePort");
            if (from is null || to is null || !indexes.TryGetValue(from, out var first) || !indexes.TryGetValue(to, out var second)) continue;
            var made = new ElsaConnection(first, port, second);
            if (!flow.Connections.Contains(made)) flow.Connections.Add(made);
        }
    }

    private static Dictionary<string, ElsaInput> Inputs(JsonElement json)
    {
        var inputs = new Dictionary<string, ElsaInput>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
            if (!Known.Contains(property.Name) && ElsaReader.Member(property.Value, "expression") is { ValueKind: JsonValueKind.Object } expression)
                inputs[property.Name] = Input(ElsaReader.Text(property.Value, "typeName"), expression);
        return inputs;
    }

    private static ElsaInput Input(string? type, JsonElement expression) =>
        new(type, ElsaReader.Text(expression, "type") ?? "Literal", ElsaReader.Member(expression, "value") is { ValueKind: not JsonValueKind.Undefined } value ? PlainJson.Read(value) : Value.Null);

    private static Dictionary<string, string> Outputs(JsonElement json)
    {
        var outputs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in json.EnumerateObject())
            if (!Known.Contains(property.Name) && ElsaReader.Member(property.Value, "expression").ValueKind != JsonValueKind.Object
                && ElsaReader.Text(ElsaReader.Member(property.Value, "memoryReference"), "id") is { } reference)
                outputs[property.Name] = reference;
        return outputs;
    }

    private static MapValue Bare(JsonElement json) => Value.Map(json.EnumerateObject()
        .Where(property => !Known.Contains(property.Name) && property.Name is not ("activities" or "root") && !IsActivity(property.Value)
            && ElsaReader.Member(property.Value, "expression").ValueKind != JsonValueKind.Object
            && !(property.Value.ValueKind == JsonValueKind.Array && property.Value.EnumerateArray().Any(IsActivity)))
        .Select(property => (property.Name, PlainJson.Read(property.Value))));

    private static bool IsActivity(JsonElement json) => ElsaReader.Text(json, "type") is not null && ElsaReader.Text(json, "id") is not null;
}
