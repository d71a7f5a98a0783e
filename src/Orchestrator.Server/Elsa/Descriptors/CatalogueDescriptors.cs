using System.Text.Json.Nodes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Elsa.Descriptors;

/// <summary>Descriptors of our own activities, made from the one description each has: its attribute and its records.</summary>
internal static class CatalogueDescriptors
{
    /// <summary>All of a catalogue.</summary>
    public static IEnumerable<JsonObject> Of(ActivityCatalog catalogue) => catalogue.All.Select(Of);

    private static JsonObject Of(ActivityDescriptor activity)
    {
        var parts = activity.Name.Split('.');
        return DescriptorShape.Activity(activity.Name, string.Concat(parts.SelectMany(part => part.Split('-')).Select(DescriptorShape.Capital)), activity.Version, CategoryOf(parts[0]), DescriptorShape.Words(activity.Name), activity.Summary,
            [.. activity.Input.Fields.Select((field, order) => Input(field, order)), .. Policies(activity)],
            activity.Output.Fields.Select((field, order) => DescriptorShape.Output(DescriptorShape.Capital(field.Name), TypeOf(field.Schema), DescriptorShape.Words(field.Name), field.Description, order)),
            [DescriptorShape.Port("Done", "Flow")]);
    }

    // Where and how the step is run: what a blueprint says beside `with`.
    private static IEnumerable<JsonObject> Policies(ActivityDescriptor activity)
    {
        yield return Policy(ElsaPolicy.Target, "String", "Target", "Where it acts: empty = this machine; else ssh://USER@HOST?knownHosts=FILE&key=SECRET, docker://CONTAINER, or JSON as in a blueprint's targets.", 0);
        yield return Policy(ElsaPolicy.Environment, "ObjectDictionary", "Environment", "Environment for commands, as JSON.", 1, "code-editor");
        yield return Policy(ElsaPolicy.Timeout, "String", "Timeout", "The longest one attempt may take, for example 90s. Default: 5m.", 2);
        yield return Policy(ElsaPolicy.Retries, "Int32", "Retries", $"How often a failed attempt is tried again. Default: {(activity.Effect == Effect.Once ? "never" : "3, for failures that may pass")}.", 3);
        yield return Policy(ElsaPolicy.AllowFailure, "Boolean", "Allow failure", "The workflow goes on as if it were done when it fails.", 4, "checkbox");
        if (activity.HasUndo) yield return Policy(ElsaPolicy.NoUndo, "Boolean", "No undo", "A rollback leaves what it did.", 5, "checkbox");
    }

    private static JsonObject Policy(string property, string type, string name, string description, int order, string hint = "singleline") => DescriptorShape.Input(
        DescriptorShape.Capital(property), type, name, description, 100 + order, hint, syntax: hint == "code-editor" ? "Object" : "Literal", category: "Orchestrator",
        settings: hint == "code-editor" ? CodeEditor() : null);

    /// <summary>An input as the schema of its field says it.</summary>
    public static JsonObject Input(SchemaField field, int order)
    {
        var (hint, settings) = EditorOf(field.Schema);
        var description = field.Required ? $"{field.Description} Required." : field.Description;
        return DescriptorShape.Input(
            DescriptorShape.Capital(DefinitionJson.PropertyName(field.Name)), TypeOf(field.Schema), DescriptorShape.Words(field.Name), description, order, hint, settings,
            isSensitive: field.Schema.Secret, syntax: hint is "code-editor" or "checklist" or "multitext" ? "Object" : "Literal", standard: StandardOf(field));
    }

    private static JsonNode? StandardOf(SchemaField field) => field.Default switch
    {
        null or NullValue => null,
        StringValue text => text.Text,
        BoolValue flag => flag.Flag,
        { } value => JsonNode.Parse(PlainJson.Serialize(value)),
    };

    private static (string Hint, JsonObject Settings) EditorOf(Schema schema) => schema switch
    {
        { Kind: SchemaKind.Bool } => ("checkbox", []),
        { Enum: { } choices } => ("dropdown", Choices("dropdown", "selectList", choices)),
        { Kind: SchemaKind.List, Item.Enum: { } choices } => ("checklist", Choices("checklist", "checkList", choices)),
        { Kind: SchemaKind.List, Item.Kind: SchemaKind.String } => ("multitext", []),
        { Kind: SchemaKind.List or SchemaKind.Map or SchemaKind.Object } => ("code-editor", CodeEditor()),
        { Format: "multiline" } => ("multiline", []),
        _ => ("singleline", []),
    };

    private static JsonObject CodeEditor() => new() { ["code-editor"] = new JsonObject { ["language"] = "json", ["singleLineMode"] = false, ["editorHeight"] = 0 } };

    private static JsonObject Choices(string hint, string list, IReadOnlyList<Value> choices) => new()
    {
        [hint] = new JsonObject
        {
            [list] = new JsonObject
            {
                ["items"] = new JsonArray([.. choices.Select(choice => new JsonObject { ["text"] = choice.ToString(), ["value"] = choice is StringValue text ? text.Text : choice.ToString() })]),
                ["isFlagsEnum"] = false,
            },
        },
    };

    private static string TypeOf(Schema schema) => schema switch
    {
        { Kind: SchemaKind.Bool } => "Boolean",
        { Kind: SchemaKind.Int } => "Int64",
        { Kind: SchemaKind.Number } => "Double",
        { Kind: SchemaKind.String } => "String",
        { Kind: SchemaKind.List, Item.Kind: SchemaKind.String } => "List<String>",
        { Kind: SchemaKind.List } => "List<Object>",
        { Kind: SchemaKind.Map or SchemaKind.Object } => "ObjectDictionary",
        _ => "Object",
    };

    // Acronyms that Elsa's own categories already spell.
    private static string CategoryOf(string family) => family switch
    {
        "http" => "HTTP",
        "jwt" => "JWT",
        "ssh" => "SSH",
        _ => DescriptorShape.Capital(family),
    };
}
