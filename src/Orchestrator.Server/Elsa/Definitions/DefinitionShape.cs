using System.Text.Json.Nodes;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>Definitions and their summaries as they go over the wire.</summary>
internal static class DefinitionShape
{
    /// <summary>An item of a list.</summary>
    public static JsonObject Summary(StoredWorkflow workflow, bool withLinks = true)
    {
        var summary = new JsonObject();
        if (withLinks)
        {
            summary["links"] = Links.Of(workflow);
            summary["isMaterializerAvailable"] = true;
        }

        summary["id"] = workflow.VersionId;
        summary["definitionId"] = workflow.DefinitionId;
        summary["name"] = workflow.Name;
        summary["description"] = workflow.Description;
        summary["version"] = workflow.Version;
        if (workflow.ToolVersion is { } tool) summary["toolVersion"] = tool;
        summary["isLatest"] = workflow.IsLatest;
        summary["isPublished"] = workflow.IsPublished;
        summary["materializerName"] = "Json";
        summary["createdAt"] = workflow.CreatedAt;
        summary["isReadonly"] = workflow.IsReadonly;
        return summary;
    }

    /// <summary>A whole definition.</summary>
    public static JsonObject Full(StoredWorkflow workflow, JsonObject model)
    {
        var full = Exported(workflow, model);
        full.Remove("$schema");
        full.Insert(0, "links", Links.Of(workflow));
        full["materializerName"] = "Json";
        return full;
    }

    /// <summary>A definition as a file holds it.</summary>
    public static JsonObject Exported(StoredWorkflow workflow, JsonObject model)
    {
        var full = new JsonObject
        {
            ["$schema"] = "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json",
            ["id"] = workflow.VersionId,
            ["definitionId"] = workflow.DefinitionId,
            ["name"] = workflow.Name,
            ["description"] = workflow.Description,
            ["createdAt"] = workflow.CreatedAt,
            ["version"] = workflow.Version,
        };
        if (workflow.ToolVersion is { } tool) full["toolVersion"] = tool;
        foreach (var list in (string[])["variables", "inputs", "outputs", "outcomes"]) full[list] = model[list]?.DeepClone() ?? new JsonArray();
        full["customProperties"] = model["customProperties"]?.DeepClone() ?? new JsonObject();
        full["isReadonly"] = workflow.IsReadonly;
        full["isSystem"] = workflow.IsSystem;
        full["isLatest"] = workflow.IsLatest;
        full["isPublished"] = workflow.IsPublished;
        full["options"] = model["options"]?.DeepClone() ?? new JsonObject { ["autoUpdateConsumingWorkflows"] = false };
        full["root"] = model["root"]?.DeepClone();
        return full;
    }

    /// <summary>A version as its list shows it: with the root as text.</summary>
    public static JsonObject Stored(StoredWorkflow workflow, JsonObject model)
    {
        var stored = Exported(workflow, model);
        stored.Remove("$schema");
        stored["materializerName"] = "Json";
        stored["stringData"] = stored["root"]?.ToJsonString();
        stored.Remove("root");
        return stored;
    }
}
