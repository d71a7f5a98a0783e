using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Elsa.Descriptors;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>Parts of a workflow by node id: what stands below a node, and the way from the root to one.</summary>
internal sealed class GraphApi(Workflows workflows, KnownActivities activities)
{
    private const string Workflow = "Workflow1";

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/workflow-definitions/subgraph/{id}", SubgraphAsync);
        routes.Get("/workflow-definitions/subgraph/segments/{id}", SegmentsAsync);
    }

    private async Task SubgraphAsync(HttpContext context)
    {
        var (_, nodes) = await NodesAsync(context).ConfigureAwait(false);
        var parent = context.Text("parentNodeId");
        var found = nodes.FirstOrDefault(node => parent is null || (string?)node.Activity["nodeId"] == parent);
        if (found.Activity is null) await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else await ElsaAnswer.JsonAsync(context, Node(found.Activity, found.Port)).ConfigureAwait(false);
    }

    private async Task SegmentsAsync(HttpContext context)
    {
        var (workflow, nodes) = await NodesAsync(context).ConfigureAwait(false);
        var child = nodes.FirstOrDefault(node => (string?)node.Activity["nodeId"] == context.Text("childNodeId"));
        if (workflow is null || child.Activity is null)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        // A flowchart is no step on the way that the designer shows: it shows the ports of activities.
        var segments = new List<JsonNode>();
        JsonObject? owner = null;
        for (var at = child; at.Container is not null; at = nodes.First(node => ReferenceEquals(node.Activity, at.Container)))
        {
            if (at.Port is "activities") continue;
            owner ??= at.Container;
            segments.Insert(0, new JsonObject
            {
                ["activityNodeId"] = (string?)at.Container["nodeId"], ["activityId"] = (string?)at.Container["id"], ["activityType"] = (string?)at.Container["type"], ["portName"] = await PortAsync(at.Container, at.Port, context.RequestAborted).ConfigureAwait(false),
            });
        }

        await ElsaAnswer.JsonAsync(context, new JsonObject
        {
            ["childNode"] = Node(child.Activity, child.Port),
            ["container"] = owner is null ? new JsonObject { ["nodeId"] = Workflow, ["port"] = "Root", ["activity"] = Whole(workflow, nodes[0].Activity) } : Node(owner, "Root"),
            ["pathSegments"] = new JsonArray([.. segments]),
        }).ConfigureAwait(false);
    }

    // As the descriptor spells it: `then` is the port `Then`.
    private async Task<string> PortAsync(JsonObject activity, string property, CancellationToken cancellationToken)
    {
        var descriptor = await activities.FindAsync((string?)activity["type"] ?? "", cancellationToken).ConfigureAwait(false);
        var port = descriptor?["ports"]?.AsArray().Select(one => (string?)one!["name"]).FirstOrDefault(name => string.Equals(name, property, StringComparison.OrdinalIgnoreCase));
        return port ?? DescriptorShape.Capital(property);
    }

    private async Task<(StoredWorkflow? Workflow, List<(JsonObject Activity, JsonObject? Container, string Port)> Nodes)> NodesAsync(HttpContext context)
    {
        if (await workflows.FindVersionAsync(context.Path("id"), context.RequestAborted).ConfigureAwait(false) is not { } workflow) return (null, []);
        return (await workflows.ModelAsync(workflow, context.RequestAborted).ConfigureAwait(false))["root"] is JsonObject root ? (workflow, [.. ActivityTree.All(root)]) : (workflow, []);
    }

    private static JsonObject Node(JsonObject activity, string port) => new()
    {
        ["nodeId"] = (string?)activity["nodeId"], ["port"] = DescriptorShape.Capital(port), ["activity"] = activity.DeepClone(), ["parents"] = new JsonArray(), ["children"] = new JsonArray(),
    };

    private static JsonObject Whole(StoredWorkflow workflow, JsonObject root) => new()
    {
        ["id"] = Workflow,
        ["nodeId"] = Workflow,
        ["type"] = "Elsa.Workflow",
        ["version"] = 1,
        ["identity"] = new JsonObject { ["definitionId"] = workflow.DefinitionId, ["version"] = workflow.Version, ["id"] = workflow.VersionId },
        ["publication"] = new JsonObject { ["isLatest"] = workflow.IsLatest, ["isPublished"] = workflow.IsPublished },
        ["workflowMetadata"] = new JsonObject { ["name"] = workflow.Name, ["description"] = workflow.Description, ["createdAt"] = workflow.CreatedAt, ["toolVersion"] = workflow.ToolVersion },
        ["isReadonly"] = workflow.IsReadonly,
        ["isSystem"] = workflow.IsSystem,
        ["customProperties"] = new JsonObject(),
        ["metadata"] = new JsonObject(),
        ["root"] = root.DeepClone(),
    };
}
