using System.Text.Json.Nodes;

namespace Orchestrator.Browser.Tests.Studio;

/// <summary>Workflows as Studio would have made them, put in by its own API.</summary>
internal static class Workflow
{
    public static JsonObject Literal(string text, string type = "String") => Expression(type, "Literal", text);

    public static JsonObject Script(string text, string type = "Object") => Expression(type, "JavaScript", text);

    public static JsonObject Activity(string id, string type, int x, int y, bool isStart = false, params (string Name, JsonNode Value)[] inputs)
    {
        var activity = new JsonObject
        {
            ["id"] = id, ["type"] = type, ["version"] = 1, ["name"] = id, ["customProperties"] = new JsonObject { ["canStartWorkflow"] = isStart },
            ["metadata"] = new JsonObject { ["designer"] = new JsonObject { ["position"] = new JsonObject { ["x"] = x, ["y"] = y }, ["size"] = new JsonObject { ["width"] = 170, ["height"] = 54 } } },
        };
        foreach (var (name, value) in inputs) activity[name] = value;
        return activity;
    }

    public static JsonObject Connection(string source, string target, string port = "Done") => new()
    {
        ["source"] = new JsonObject { ["activity"] = source, ["port"] = port }, ["target"] = new JsonObject { ["activity"] = target, ["port"] = "In" }, ["vertices"] = new JsonArray(),
    };

    public static Task SaveAsync(Desk desk, string id, JsonObject[] activities, JsonObject[] connections, bool publish = true) =>
        desk.AskAsync(HttpMethod.Post, "/elsa/api/workflow-definitions", new JsonObject
        {
            ["publish"] = publish,
            ["model"] = new JsonObject
            {
                ["definitionId"] = id, ["name"] = id, ["description"] = "Made by a test",
                ["variables"] = new JsonArray(new JsonObject { ["id"] = "var-counter", ["name"] = "counter", ["typeName"] = "Int32", ["isArray"] = false, ["value"] = "3" }),
                ["root"] = new JsonObject { ["id"] = "flow", ["type"] = "Elsa.Flowchart", ["version"] = 1, ["name"] = "Flowchart1", ["activities"] = new JsonArray(activities), ["connections"] = new JsonArray(connections) },
            },
        });

    /// <summary>Starts it and gives the id of the instance.</summary>
    public static async Task<string> StartAsync(Desk desk, string id)
    {
        using var answer = await desk.Api.PostAsync($"/elsa/api/workflow-definitions/{id}/execute", new StringContent("""{"versionOptions":"Latest"}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("x-elsa-workflow-instance-id").Single();
    }

    public static Task<JsonNode> ReadAsync(Desk desk, string id) => desk.AskAsync(HttpMethod.Get, $"/elsa/api/workflow-definitions/by-definition-id/{id}?versionOptions=Latest");

    private static JsonObject Expression(string type, string syntax, string text) => new() { ["typeName"] = type, ["expression"] = new JsonObject { ["type"] = syntax, ["value"] = text } };
}
