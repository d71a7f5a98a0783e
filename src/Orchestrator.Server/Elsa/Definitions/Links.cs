using System.Text.Json.Nodes;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>The links beside definitions. Studio follows none of them, but decides by them what may be edited: without <c>publish</c> a workflow is read-only.</summary>
internal static class Links
{
    /// <summary>Of one workflow.</summary>
    public static JsonArray Of(StoredWorkflow workflow)
    {
        var path = $"/workflow-definitions/{workflow.DefinitionId}";
        var links = new JsonArray(
            Link(path, "self", "GET"), Link($"/workflow-definitions/by-definition-id/{workflow.DefinitionId}", "self", "GET"), Link($"{path}/versions", "versions", "GET"),
            Link($"{path}/bulk-dispatch", "bulk-dispatch", "POST"), Link($"{path}/dispatch", "dispatch", "POST"), Link($"{path}/execute", "execute", "POST"), Link($"{path}/export", "export", "POST"));
        if (workflow.IsReadonly) return links;
        foreach (var link in (JsonObject[])[
            Link($"{path}/publish", "publish", "POST"), Link($"{path}/retract", "retract", "POST"), Link(path, "delete", "DELETE"), Link($"{path}/import", "import", "PUT"),
            Link($"{path}/update-references", "update-references", "POST")]) links.Add((JsonNode)link);
        return links;
    }

    /// <summary>Of a list of workflows.</summary>
    public static JsonArray OfList() => new(
        Link("/workflow-definitions", "self", "GET"), Link("/workflow-definitions/validation/is-name-unique", "is-name-unique", "GET"), Link("/workflow-definitions/query/count", "count", "GET"),
        Link("/workflow-definitions/many-by-id", "many-by-id", "GET"), Link("/bulk-actions/delete/workflow-definitions/by-definition-id", "bulk-delete-by-definition-id", "POST"),
        Link("/bulk-actions/delete/workflow-definitions/by-id", "bulk-delete-by-id", "POST"), Link("/bulk-actions/publish/workflow-definitions/by-definition-ids", "bulk-publish", "POST"),
        Link("/bulk-actions/retract/workflow-definitions/by-definition-ids", "bulk-retract", "POST"), Link("/workflow-definitions/import", "import", "POST"),
        Link("/workflow-definitions/import-files", "import-files", "POST"), Link("/workflow-definitions", "create", "POST"));

    private static JsonObject Link(string href, string rel, string method) => new() { ["href"] = href, ["rel"] = rel, ["method"] = method };
}
