using System.Text.Json.Nodes;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>Walks the activities of a workflow's JSON, wherever a port or a list holds them.</summary>
/// <param name="newestOf">The newest version of an activity type; null for a type that nobody knows.</param>
/// <param name="isKnown">True for a type and version that there is.</param>
internal sealed class ActivityTree(Func<string, int?> newestOf, Func<string, int, bool> isKnown)
{
    private const string NotFound = "Elsa.NotFoundActivity";

    // What holds an activity's own data, never another activity.
    private static readonly HashSet<string> Opaque = new(StringComparer.Ordinal) { "expression", "customProperties", "metadata", "variables", "connections", "memoryReference", "originalActivityJson" };

    /// <summary>Gives every activity its node id and the members that a designer must find. An activity of a type that is not known becomes a placeholder that keeps what it was.</summary>
    public JsonObject Placed(JsonObject root)
    {
        if (Text(root, "type") == "Elsa.StateMachine") throw new ElsaRejectedException("model.root", "State machines are not supported: choose a flowchart or a sequence.");
        return Place(root, "Workflow1", 0);
    }

    /// <summary>Every activity below and including this one, with its container's node id and the property that holds it.</summary>
    public static IEnumerable<(JsonObject Activity, JsonObject? Container, string Port)> All(JsonObject root, JsonObject? container = null, string port = "Root")
    {
        yield return (root, container, port);
        foreach (var (child, property) in ChildrenOf(root))
            foreach (var below in All(child, root, property))
                yield return below;
    }

    /// <summary>The activities directly in this one, with the property that holds each.</summary>
    public static IEnumerable<(JsonObject Child, string Property)> ChildrenOf(JsonObject activity)
    {
        foreach (var (property, value) in activity)
            if (!Opaque.Contains(property))
                foreach (var child in Found(value))
                    yield return (child, property);
    }

    private static IEnumerable<JsonObject> Found(JsonNode? value) => value switch
    {
        JsonObject map when IsActivity(map) => [map],
        JsonObject map => map.Where(entry => !Opaque.Contains(entry.Key)).SelectMany(entry => Found(entry.Value)),
        JsonArray list => list.SelectMany(Found),
        _ => [],
    };

    private static bool IsActivity(JsonObject map) => Text(map, "type") is not null && (map.ContainsKey("id") || map.ContainsKey("nodeId")) && !map.ContainsKey("expression");

    private JsonObject Place(JsonObject activity, string parent, int depth)
    {
        if (depth > 60) throw new ElsaRejectedException("model.root", "Activities are nested more than 60 deep.");
        var type = Text(activity, "type") ?? throw new ElsaRejectedException("model.root", $"An activity in {parent} has no type.");
        var id = Text(activity, "id") is { Length: > 0 } said ? said : throw new ElsaRejectedException("model.root", $"An activity of type {type} in {parent} has no id.");
        var version = activity["version"] is JsonValue number && number.TryGetValue<int>(out var given) ? given : newestOf(type) ?? 1;
        if (!isKnown(type, version)) activity = Placeholder(activity, id, type, version);
        else activity["version"] = version;
        var nodeId = $"{parent}:{id}";
        activity["nodeId"] = nodeId;
        activity["metadata"] ??= new JsonObject();
        var custom = activity["customProperties"] as JsonObject;
        if (custom is null) activity["customProperties"] = custom = [];
        custom["canStartWorkflow"] ??= false;
        custom["runAsynchronously"] ??= false;
        if (type == "Elsa.Flowchart") custom["notFoundConnections"] ??= new JsonArray();
        if (type is "Elsa.Flowchart" or "Elsa.Sequence")
        {
            activity["activities"] ??= new JsonArray();
            activity["variables"] ??= new JsonArray();
        }

        if (type == "Elsa.Flowchart") Connect(activity);
        foreach (var (child, _) in ChildrenOf(activity).ToList())
        {
            var placed = Place(child, nodeId, depth + 1);
            if (!ReferenceEquals(placed, child)) child.ReplaceWith(placed);
        }

        return activity;
    }

    // A missing list of vertices is a blank canvas in the designer, a missing port means the usual one.
    private static void Connect(JsonObject flowchart)
    {
        flowchart["connections"] ??= new JsonArray();
        if (flowchart["connections"] is not JsonArray connections) throw new ElsaRejectedException("model.root", "`connections` is no list.");
        foreach (var connection in connections.OfType<JsonObject>())
        {
            connection["vertices"] ??= new JsonArray();
            if (connection["source"] is JsonObject source) source["port"] ??= "Done";
            if (connection["target"] is JsonObject target) target["port"] ??= "In";
        }
    }

    private static JsonObject Placeholder(JsonObject original, string id, string type, int version) => new()
    {
        ["missingTypeName"] = type,
        ["missingTypeVersion"] = version,
        ["originalActivityJson"] = original.ToJsonString(),
        ["id"] = id,
        ["name"] = original["name"]?.DeepClone(),
        ["type"] = NotFound,
        ["version"] = 1,
        ["metadata"] = PlaceholderMetadata(original, type, version),
    };

    private static JsonObject PlaceholderMetadata(JsonObject original, string type, int version)
    {
        var metadata = original["metadata"] is JsonObject drawn ? (JsonObject)drawn.DeepClone() : [];
        metadata["displayText"] = $"Not Found: {type}";
        metadata["description"] = $"This server has no {type}, version {version}: it is kept as it was drawn and does nothing.";
        return metadata;
    }

    private static string? Text(JsonObject map, string name) => map[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
