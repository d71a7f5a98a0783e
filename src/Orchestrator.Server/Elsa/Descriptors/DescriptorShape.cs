using System.Text.Json.Nodes;

namespace Orchestrator.Server.Elsa.Descriptors;

/// <summary>The members a descriptor must have: Studio dies on a missing list and hides what does not say that it is browsable.</summary>
internal static class DescriptorShape
{
    /// <summary>A descriptor.</summary>
    public static JsonObject Activity(
        string type, string name, int version, string category, string displayName, string description,
        IEnumerable<JsonObject> inputs, IEnumerable<JsonObject> outputs, IEnumerable<JsonObject> ports, bool isBrowsable = true) => new()
    {
        ["typeName"] = type,
        ["namespace"] = type.Contains('.', StringComparison.Ordinal) ? type[..type.LastIndexOf('.')] : "",
        ["name"] = name,
        ["version"] = version,
        ["category"] = category,
        ["displayName"] = displayName,
        ["description"] = description,
        ["inputs"] = new JsonArray([.. inputs]),
        ["outputs"] = new JsonArray([.. outputs]),
        ["kind"] = "Action",
        ["runAsynchronously"] = false,
        ["ports"] = new JsonArray([.. ports]),
        ["customProperties"] = new JsonObject(),
        ["constructionProperties"] = new JsonObject(),
        ["isContainer"] = false,
        ["isBrowsable"] = isBrowsable,
        ["isStart"] = false,
        ["isTerminal"] = false,
    };

    /// <summary>An input whose value is an expression.</summary>
    public static JsonObject Input(
        string name, string type, string displayName, string description, int order, string hint, JsonObject? settings = null, bool isSensitive = false, string syntax = "Literal", JsonNode? standard = null,
        string? category = null)
    {
        var input = new JsonObject
        {
            ["isWrapped"] = true,
            ["uiHint"] = hint,
            ["isReadOnly"] = false,
            ["isSensitive"] = isSensitive,
            ["autoEvaluate"] = true,
            ["uiSpecifications"] = settings ?? [],
            ["name"] = name,
            ["typeName"] = type,
            ["displayName"] = displayName,
            ["description"] = description,
            ["order"] = order,
            ["defaultSyntax"] = syntax,
            ["isBrowsable"] = true,
            ["isSerializable"] = true,
            ["isSynthetic"] = false,
        };
        if (standard is not null) input["defaultValue"] = standard;
        if (category is not null) input["category"] = category;
        return input;
    }

    /// <summary>An output.</summary>
    public static JsonObject Output(string name, string type, string displayName, string description, int order, bool isSynthetic = false) => new()
    {
        ["name"] = name, ["typeName"] = type, ["displayName"] = displayName, ["description"] = description, ["order"] = order,
        ["isBrowsable"] = true, ["isSerializable"] = true, ["isSynthetic"] = isSynthetic,
    };

    /// <summary>A port: <c>Flow</c> for an outcome, <c>Embedded</c> for a child.</summary>
    public static JsonObject Port(string name, string type, bool isBrowsable = true) => new() { ["name"] = name, ["displayName"] = name, ["type"] = type, ["isBrowsable"] = isBrowsable };

    /// <summary>With its first letter large.</summary>
    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary><c>firewall.open</c> → <c>Firewall open</c>; <c>serverName</c> → <c>Server name</c>.</summary>
    public static string Words(string name) => Capital(string.Concat(name.Select((letter, at) => char.IsAsciiLetterUpper(letter) && at > 0 ? " " + char.ToLowerInvariant(letter) : letter is '.' or '-' ? " " : letter.ToString())));
}
