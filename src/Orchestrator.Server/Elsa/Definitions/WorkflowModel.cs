using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>
/// The model of a workflow as it is stored: what somebody made, without what changes by itself (dates, which version is the latest). Everything unknown is kept, nulls are not, members are in
/// ordinal order, so that equal workflows give equal bytes.
/// </summary>
internal static class WorkflowModel
{
    private static readonly string[] Lists = ["variables", "inputs", "outputs", "outcomes"];
    private static readonly string[] Kept = ["name", "description", "toolVersion", "isReadonly", "isSystem"];

    /// <summary>What is stored for a model that came in. Refuses what no designer could show.</summary>
    public static JsonObject Of(JsonObject model, ActivityTree tree)
    {
        var stored = new JsonObject();
        foreach (var field in Kept)
            if (model[field] is { } value)
                stored[field] = value.DeepClone();
        if (stored["toolVersion"] is { } tool && !(tool is JsonValue said && said.TryGetValue<string>(out var text) && Version.TryParse(text, out _))) stored.Remove("toolVersion");
        foreach (var list in Lists) stored[list] = ListOf(model, list);
        stored["customProperties"] = Objects(model, "customProperties");
        var options = Objects(model, "options");
        options["autoUpdateConsumingWorkflows"] ??= false;
        stored["options"] = options;
        CheckVariables(stored["variables"]!.AsArray());
        if (model["root"] is not JsonObject root) root = new JsonObject { ["id"] = "flow", ["type"] = "Elsa.Flowchart", ["version"] = 1, ["name"] = "Flowchart1", ["activities"] = new JsonArray(), ["connections"] = new JsonArray() };
        stored["root"] = tree.Placed((JsonObject)root.DeepClone());
        return (JsonObject)Canonical(stored)!;
    }

    /// <summary>The bytes to store, and the hash they are known by.</summary>
    public static (byte[] Json, string Hash) Seal(JsonObject model)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(Canonical(model));
        return (bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    /// <summary>Hash of what somebody made, whatever its ids and number of the version: the same after an export and an import.</summary>
    public static string ContentHash(JsonObject model)
    {
        var content = (JsonObject)model.DeepClone();
        foreach (var identity in (string[])["id", "version", "links", "createdAt", "isLatest", "isPublished", "isReadonly", "isSystem", "materializerName", "$schema"]) content.Remove(identity);
        return Seal(content).Hash;
    }

    /// <summary>The same without nulls, members in ordinal order.</summary>
    public static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Where(entry => entry.Value is not null).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, Canonical(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Canonical)]),
        _ => node?.DeepClone(),
    };

    private static JsonArray ListOf(JsonObject model, string field) => model[field] switch
    {
        null => [],
        JsonArray list => (JsonArray)list.DeepClone(),
        _ => throw new ElsaRejectedException($"model.{field}", $"`{field}` is no list."),
    };

    private static JsonObject Objects(JsonObject model, string field) => model[field] switch
    {
        null => [],
        JsonObject map => (JsonObject)map.DeepClone(),
        _ => throw new ElsaRejectedException($"model.{field}", $"`{field}` is no object."),
    };

    private static void CheckVariables(JsonArray variables)
    {
        for (var i = 0; i < variables.Count; i++)
        {
            if (variables[i] is not JsonObject variable) throw new ElsaRejectedException($"model.variables[{i}]", "A variable is an object.");
            if (variable["value"] is { } value && value.GetValueKind() is not JsonValueKind.String)
                throw new ElsaRejectedException($"model.variables[{i}].value", $"Cannot get the value of a token type '{value.GetValueKind()}' as a string.");
            if (variable["storageDriverTypeName"] is JsonValue driver && driver.TryGetValue<string>(out var name)) variable["storageDriverTypeName"] = ShortDriver(name);
        }
    }

    // Both spellings are in use; the short one is what an Elsa server writes.
    private static string ShortDriver(string name) => name.Split(',')[0].Split('.')[^1];
}
