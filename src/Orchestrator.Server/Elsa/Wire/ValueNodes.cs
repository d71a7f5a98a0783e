using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Elsa.Wire;

/// <summary>Values of runs as plain JSON, and back.</summary>
internal static class ValueNodes
{
    /// <summary>The JSON of a value; secrets were masked before.</summary>
    public static JsonNode? NodeOf(Value value) => JsonNode.Parse(PlainJson.Serialize(value));

    /// <summary>The JSON of a map.</summary>
    public static JsonObject NodeOf(MapValue map) => (JsonObject)NodeOf((Value)map)!;

    /// <summary>The value of some JSON; an absent or null one is the empty map.</summary>
    public static MapValue MapOf(JsonNode? node, string field)
    {
        if (node is null) return Value.EmptyMap;
        if (node is not JsonObject) throw new ElsaRejectedException(field, $"`{field}` is no object.");
        using var document = JsonDocument.Parse(node.ToJsonString());
        return (MapValue)PlainJson.Read(document.RootElement);
    }
}
