using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>Makes definitions as Studio writes them, from short JSON.</summary>
internal static class Studio
{
    /// <summary>A definition around a root.</summary>
    public static Definition Definition(JsonNode root, JsonNode? variables = null, JsonNode? options = null, JsonNode? inputs = null, JsonNode? outputs = null, bool tokens = false, string id = "flow") =>
        DefinitionJson.Read(Encoding.UTF8.GetBytes(new JsonObject
        {
            ["id"] = id + "-v1", ["definitionId"] = id, ["name"] = id, ["version"] = 1,
            ["variables"] = variables?.DeepClone(), ["options"] = options?.DeepClone(), ["inputs"] = inputs?.DeepClone(), ["outputs"] = outputs?.DeepClone(),
            ["customProperties"] = tokens ? new JsonObject { ["Flowchart:ExecutionMode"] = "TokenBased" } : [],
            ["root"] = root.DeepClone(),
        }.ToJsonString()));

    /// <summary>A sequence of activities.</summary>
    public static JsonObject Sequence(params JsonNode[] activities) => new() { ["id"] = "seq", ["type"] = "Elsa.Sequence", ["version"] = 1, ["activities"] = new JsonArray([.. activities]) };

    /// <summary>A flowchart; connections as <c>from to</c> or <c>from port to</c>.</summary>
    public static JsonObject Flow(JsonNode[] activities, params string[] connections) => new()
    {
        ["id"] = "flow", ["type"] = "Elsa.Flowchart", ["version"] = 1, ["activities"] = new JsonArray([.. activities]),
        ["connections"] = new JsonArray([.. connections.Select(text => text.Split(' ')).Select(parts => (JsonNode)new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = parts[0], ["port"] = parts.Length == 3 ? parts[1] : "Done" },
            ["target"] = new JsonObject { ["activity"] = parts[^1], ["port"] = "In" },
        })]),
    };

    /// <summary>An activity; inputs as <c>name=text</c> for literals, <c>name:=source</c> for JavaScript.</summary>
    public static JsonObject Activity(string id, string type, params string[] inputs)
    {
        var made = new JsonObject { ["id"] = id, ["type"] = type, ["version"] = 1, ["customProperties"] = new JsonObject(), ["metadata"] = new JsonObject() };
        foreach (var input in inputs)
        {
            var parts = input.Split('=', 2);
            var isScript = parts[0].EndsWith(':');
            made[parts[0].TrimEnd(':')] = new JsonObject { ["typeName"] = null, ["expression"] = new JsonObject { ["type"] = isScript ? "JavaScript" : "Literal", ["value"] = parts[1] } };
        }

        return made;
    }

    /// <summary>A line of log.</summary>
    public static JsonObject Say(string id) => Activity(id, "Elsa.WriteLine", $"text={id}");

    /// <summary>A variable that is kept.</summary>
    public static JsonObject Variable(string id, string name, string type = "Int32", string value = "0") => new() { ["id"] = id, ["name"] = name, ["typeName"] = type, ["isArray"] = false, ["value"] = value };

    /// <summary>Sets a variable to what a script gives.</summary>
    public static JsonObject Set(string id, JsonObject variable, string script)
    {
        var made = Activity(id, "Elsa.SetVariable", $"value:={script}");
        made["variable"] = variable.DeepClone();
        return made;
    }
}
