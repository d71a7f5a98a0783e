using System.Text.Json.Nodes;

namespace Orchestrator.Server.Tests.Triggers;

/// <summary>Workflows as Studio sends them: a flowchart whose activities follow one another.</summary>
internal static class StudioModel
{
    public static JsonObject Of(string definitionId, params JsonObject[] activities)
    {
        var connections = activities.Zip(activities.Skip(1), (from, to) => (JsonNode)new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = (string)from["id"]!, ["port"] = "Done" }, ["target"] = new JsonObject { ["activity"] = (string)to["id"]!, ["port"] = "In" },
        }).ToArray();
        return new JsonObject
        {
            ["definitionId"] = definitionId, ["name"] = definitionId, ["toolVersion"] = "3.8.0.0",
            ["root"] = new JsonObject
            {
                ["id"] = "flow", ["name"] = "Flowchart1", ["type"] = "Elsa.Flowchart", ["version"] = 1,
                ["activities"] = new JsonArray([.. activities.Select(JsonNode (activity) => activity)]), ["connections"] = new JsonArray(connections),
            },
        };
    }

    public static JsonObject Trigger(string id, string type, params (string Name, string Type, object Value)[] inputs)
    {
        var activity = Activity(id, type, inputs);
        activity["customProperties"] = new JsonObject { ["canStartWorkflow"] = true };
        return activity;
    }

    public static JsonObject Activity(string id, string type, params (string Name, string Type, object Value)[] inputs)
    {
        var activity = new JsonObject { ["id"] = id, ["name"] = id, ["type"] = "Elsa." + type, ["version"] = 1 };
        foreach (var (name, typeName, value) in inputs)
        {
            var syntax = typeName == "JavaScript" ? "JavaScript" : typeName.StartsWith("List", StringComparison.Ordinal) ? "Object" : "Literal";
            activity[name] = new JsonObject
            {
                ["typeName"] = typeName == "JavaScript" ? "Object" : typeName, ["expression"] = new JsonObject { ["type"] = syntax, ["value"] = JsonValue.Create(value) },
            };
        }

        return activity;
    }
}
