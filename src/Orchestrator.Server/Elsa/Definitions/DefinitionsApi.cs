using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>Reading workflow definitions.</summary>
internal sealed class DefinitionsApi(Workflows workflows)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/workflow-definitions", ListAsync);
        routes.Get("/workflow-definitions/query/count", CountAsync);
        routes.Get("/workflow-definitions/many-by-id", ManyAsync);
        routes.Get("/workflow-definitions/validation/is-name-unique", IsNameUniqueAsync);
        routes.Get("/workflow-definitions/by-definition-id/{definitionId}", OneAsync);
        routes.Get("/workflow-definitions/by-id/{id}", async context => await AnswerAsync(context, await workflows.FindVersionAsync(context.Path("id"), context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false));
        routes.Get("/workflow-definitions/{definitionId}", OneAsync);
        routes.Get("/workflow-definitions/{definitionId}/versions", VersionsAsync);
        routes.Get("/workflow-definitions/{definitionId}/consumers", ConsumersAsync);
    }

    private async Task ListAsync(HttpContext context)
    {
        var page = context.Number("page");
        var size = context.Number("pageSize");
        var query = QueryOf(context) with { Skip = page is { } number && size is { } length ? number * length : 0, Take = size };
        var found = await workflows.ListAsync(query, context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, new JsonObject
        {
            ["items"] = new JsonArray([.. found.Items.Select(workflow => DefinitionShape.Summary(workflow))]),
            ["totalCount"] = found.Total,
            ["links"] = Links.OfList(),
        }).ConfigureAwait(false);
    }

    private static WorkflowQuery QueryOf(HttpContext context)
    {
        var (versions, number) = ElsaRequest.VersionOptions(context.Text("versionOptions"));
        var order = context.Text("orderBy") switch
        {
            null or "Created" => WorkflowOrder.Created,
            "Name" => WorkflowOrder.Name,
            "Version" => WorkflowOrder.Version,
            var other => throw new ElsaRejectedException("orderBy", $"`{other}` is none of Created, Name, Version."),
        };
        return new WorkflowQuery
        {
            Versions = versions, Version = number, DefinitionIds = context.Texts("definitionIds"), VersionIds = context.Texts("ids"), Search = context.Text("searchTerm"), Name = context.Text("name"),
            IsSystem = context.Flag("isSystem"), UsableAsActivity = context.Flag("usableAsActivity"), Order = order,
            Descending = string.Equals(context.Text("orderDirection"), "Descending", StringComparison.OrdinalIgnoreCase),
        };
    }

    private async Task CountAsync(HttpContext context)
    {
        var query = QueryOf(context) with { Take = 0 };
        if (context.Text("versionOptions") is null) query = query with { Versions = WorkflowVersions.Latest };
        var found = await workflows.ListAsync(query, context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["count"] = found.Total }).ConfigureAwait(false);
    }

    private async Task ManyAsync(HttpContext context)
    {
        var found = context.Texts("ids") is { } ids ? (await workflows.ListAsync(new WorkflowQuery { VersionIds = ids }, context.RequestAborted).ConfigureAwait(false)).Items : [];
        var items = new JsonArray();
        foreach (var workflow in found) items.Add(DefinitionShape.Full(workflow, await workflows.ModelAsync(workflow, context.RequestAborted).ConfigureAwait(false)));
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["items"] = items, ["count"] = items.Count }).ConfigureAwait(false);
    }

    private async Task IsNameUniqueAsync(HttpContext context)
    {
        var name = context.Text("name") ?? throw new ElsaRejectedException("name", "The query parameter name is required.");
        var found = await workflows.ListAsync(new WorkflowQuery { Versions = WorkflowVersions.LatestOrPublished, Name = name }, context.RequestAborted).ConfigureAwait(false);
        var own = context.Text("definitionId");
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["isUnique"] = found.Items.All(workflow => workflow.DefinitionId == own) }).ConfigureAwait(false);
    }

    private async Task OneAsync(HttpContext context) =>
        await AnswerAsync(context, await workflows.FindAsync(context.Path("definitionId"), context.Text("versionOptions") ?? "Latest", context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    private async Task VersionsAsync(HttpContext context)
    {
        var found = await workflows.ListAsync(new WorkflowQuery { DefinitionIds = [context.Path("definitionId")], Order = WorkflowOrder.Version }, context.RequestAborted).ConfigureAwait(false);
        var list = new JsonArray();
        foreach (var workflow in found.Items) list.Add(DefinitionShape.Stored(workflow, await workflows.ModelAsync(workflow, context.RequestAborted).ConfigureAwait(false)));
        await ElsaAnswer.JsonAsync(context, list).ConfigureAwait(false);
    }

    private async Task ConsumersAsync(HttpContext context)
    {
        var consumers = await workflows.ConsumersAsync(context.Path("definitionId"), context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["consumingWorkflowDefinitionIds"] = new JsonArray([.. consumers.Select(id => (JsonNode)id)]) }).ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context, StoredWorkflow? workflow)
    {
        if (workflow is null) await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else await ElsaAnswer.JsonAsync(context, DefinitionShape.Full(workflow, await workflows.ModelAsync(workflow, context.RequestAborted).ConfigureAwait(false))).ConfigureAwait(false);
    }
}
