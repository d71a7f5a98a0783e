using System.Text.Json.Nodes;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Server.Elsa.Descriptors;

/// <summary>Descriptors of what the engine itself adds to Elsa's types: what blueprints are compiled to. Those with bodies are drawn, but not offered in the toolbox: Elsa's own loops and branches are.</summary>
internal static class ContainerDescriptors
{
    private const string Category = "Orchestrator";

    /// <summary>All of them.</summary>
    public static IEnumerable<JsonObject> All() =>
    [
        Container(ActivityTypes.Block, "Block", "Runs its steps; `rescue` handles their failure, `always` runs last.", [], ["Body", "Rescue", "Always"]),
        Container(ActivityTypes.Parallel, "Parallel", "Runs its branches at the same time.", [Text("FailFast", "The first failure cancels the rest.", 0, "checkbox", "Boolean")], ["Body"]),
        Container(ActivityTypes.ForEach, "For each", "Runs its steps once for each item.",
            [
                Text("In", "The list.", 0, "code-editor", "List<Object>"), Text("As", "Name of the item in expressions.", 1), Text("Key", "What tells one item from another.", 2),
                Text("Limit", "How many items at once.", 3, type: "Int64"), Text("FailFast", "The first failure cancels the rest.", 4, "checkbox", "Boolean"),
            ], ["Body"]),
        Leaf(ActivityTypes.Call, "Call blueprint", "Runs another blueprint as a child run.",
            [Text("Blueprint", "Its name, or name@major.", 0), Text("WithWith", "Its inputs.", 1, "code-editor", "ObjectDictionary"), Text("Detached", "Do not wait for its end.", 2, "checkbox", "Boolean")], ["Result"]),
        Leaf(ActivityTypes.Wait, "Wait", "Waits for a time or for a signal.",
            [Text("Duration", "How long, for example 90s or 1h30m.", 0), Text("Until", "An instant, ISO 8601.", 1), Text("Signal", "Name of a signal.", 2), Text("Timeout", "The longest it waits for the signal.", 3)], ["Payload"]),
        Leaf(ActivityTypes.Approve, "Approve", "Waits until a person approves or rejects.",
            [Text("Message", "What is asked.", 0, "multiline"), Text("By", "Who may answer: roles and names; empty = everyone who may operate runs.", 1, "multitext", "List<String>"), Text("Timeout", "The longest it waits.", 2), Text("OnTimeout", "`fail` or `continue`.", 3)],
            ["Approved", "By", "Comment"]),
    ];

    private static JsonObject Leaf(string type, string title, string description, JsonObject[] inputs, string[] outputs) => DescriptorShape.Activity(
        type, type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..], 1, Category, title, description, inputs,
        outputs.Select((name, order) => DescriptorShape.Output(name, "Object", name, "", order)), [DescriptorShape.Port("Done", "Flow")]);

    private static JsonObject Container(string type, string title, string description, JsonObject[] inputs, string[] ports) => DescriptorShape.Activity(
        type, type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..], 1, Category, title, description, inputs, [],
        [.. ports.Select(port => DescriptorShape.Port(port, "Embedded")), DescriptorShape.Port("Done", "Flow")], isBrowsable: false);

    private static JsonObject Text(string name, string description, int order, string hint = "singleline", string type = "String") =>
        DescriptorShape.Input(name, type, name, description, order, hint, syntax: hint is "multitext" or "code-editor" ? "Object" : "Literal");
}
