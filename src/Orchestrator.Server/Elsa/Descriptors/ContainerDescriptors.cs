using System.Text.Json.Nodes;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Server.Elsa.Descriptors;

/// <summary>Descriptors of what the engine itself adds to Elsa's types: what blueprints are compiled to. The toolbox offers those that say more than Elsa's own; the parallel is drawn only: a fork or a parallel of Elsa does the same there.</summary>
internal static class ContainerDescriptors
{
    private const string Category = "Orchestrator";

    /// <summary>All of them.</summary>
    public static IEnumerable<JsonObject> All() =>
    [
        Container(ActivityTypes.Block, "Block", "Runs its body; `rescue` handles a failure in it and sees it as the variable Error, `always` runs last.", [], ["Body", "Rescue", "Always"]),
        Container(ActivityTypes.Parallel, "Parallel", "Runs its branches at the same time.", [Text("FailFast", "The first failure cancels the rest.", 0, "checkbox", "Boolean")], ["Body"], isBrowsable: false),
        Container(ActivityTypes.ForEach, "For each", "Runs its body once for each item, several at once.",
            [
                Text("In", "The list, or a map.", 0, "code-editor", "List<Object>"), Text("As", "Name of the variable that holds the item. Default: item.", 1),
                Text("Key", "What tells one item from another: a field of it such as host.name, or JavaScript over the item. Default: the item itself.", 2),
                Text("Limit", "How many items at once. Default: 8.", 3, type: "Int64"),
                Text("FailFast", "The first item that fails stops the others; else they go on, and it fails with the list of those that failed.", 4, "checkbox", "Boolean", standard: true),
            ], ["Body"], outputs: [DescriptorShape.Output("Items", "ObjectDictionary", "Items", "What each item gave, by key.", 0)]),
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

    private static JsonObject Container(string type, string title, string description, JsonObject[] inputs, string[] ports, bool isBrowsable = true, JsonObject[]? outputs = null) => DescriptorShape.Activity(
        type, type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..], 1, Category, title, description, inputs, outputs ?? [],
        [.. ports.Select(port => DescriptorShape.Port(port, "Embedded")), DescriptorShape.Port("Done", "Flow")], isBrowsable);

    // A call's inputs are the property `withWith`: `with…` alone marks inputs whose names Elsa has taken.
    private static JsonObject Text(string name, string description, int order, string hint = "singleline", string type = "String", JsonNode? standard = null) =>
        DescriptorShape.Input(name, type, name == "WithWith" ? "With" : DescriptorShape.Words(name), description, order, hint, syntax: hint is "multitext" or "code-editor" ? "Object" : "Literal", standard: standard);
}
