using System.Text.Json.Nodes;
using static Orchestrator.Server.Tests.Triggers.StudioModel;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>A workflow as Studio draws it, with a loop, shell steps, a timer and an event; each shell step leaves a line that says which run and what.</summary>
internal static class KilledWorkflow
{
    public const string Id = "killed";

    /// <summary>What the loop goes through; each is one shell step.</summary>
    public static readonly string[] Items = ["a", "b", "c"];

    public static JsonObject Of(string file)
    {
        var (received, token) = (Variable("received"), Variable("token"));
        var each = Activity("each", "ForEach", ("items", "List<Object>", "[\"a\",\"b\",\"c\"]"));
        each["body"] = Append("item", file, "getWorkflowInstanceId() + ' ' + getVariable('CurrentValue')");
        var gate = Activity("gate", "Event", ("eventName", "String", "go"));
        gate["result"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "received" } };
        var keep = Activity("keep", "SetVariable", ("value", "JavaScript", "getVariable('received').token"));
        keep["variable"] = token.DeepClone();
        var model = Triggers.StudioModel.Of(
            Id, Activity("first", "WriteLine", ("text", "String", "begins")), each, Activity("rest", "Delay", ("timeSpan", "TimeSpan", "00:00:01")), gate, keep,
            Append("token", file, "getWorkflowInstanceId() + ' ' + getVariable('token')"), Activity("last", "WriteLine", ("text", "String", "ends")));
        model["variables"] = new JsonArray(received, token);
        return model;
    }

    // It takes a moment, so that a kill meets it under way.
    private static JsonObject Append(string id, string file, string line)
    {
        var step = Activity(id, "none", ("script", "String", $"read -r line; sleep 0.1; echo \"$line\" >>'{file}'"), ("stdin", "JavaScript", line + " + '\\n'"));
        step["type"] = "run";
        step["customProperties"] = new JsonObject { ["orchestrator"] = new JsonObject { ["policy"] = new JsonObject { ["effect"] = "idempotent" } } };
        return step;
    }

    private static JsonObject Variable(string name) => new()
    {
        ["id"] = name, ["name"] = name, ["typeName"] = "Object", ["isArray"] = false, ["storageDriverTypeName"] = "Elsa.Workflows.WorkflowInstanceStorageDriver, Elsa.Workflows.Core",
    };
}
