using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>Changing workflow definitions: save, publish, retract, revert, delete, and the same for many.</summary>
internal sealed class EditingApi(Workflows workflows)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Post("/workflow-definitions", SaveAsync);
        Post("/workflow-definitions/{definitionId}/publish", PublishAsync);
        Post("/workflow-definitions/{definitionId}/retract", RetractAsync);
        Post("/workflow-definitions/{definitionId}/revert/{version}", RevertAsync);
        routes.Add(HttpMethods.Delete, "/workflow-definitions/{definitionId}", Role.Admin, context => DeleteAsync(context, context.Path("definitionId"), null));
        routes.Add(HttpMethods.Delete, "/workflow-definition-versions/{id}", Role.Admin, context => DeleteAsync(context, null, context.Path("id")));
        Post("/bulk-actions/publish/workflow-definitions/by-definition-ids", BulkPublishAsync);
        Post("/bulk-actions/retract/workflow-definitions/by-definition-ids", BulkRetractAsync);
        Post("/bulk-actions/delete/workflow-definitions/by-definition-id", BulkDeleteDefinitionsAsync);
        Post("/bulk-actions/delete/workflow-definitions/by-id", BulkDeleteVersionsAsync);

        void Post(string path, RequestDelegate answer) => routes.Add(HttpMethods.Post, path, Role.Admin, answer);
    }

    private async Task SaveAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        if (body["model"] is not JsonObject model) throw new ElsaRejectedException("model", "`model` is missing: expected {\"model\": {…}, \"publish\": false}.");
        var (workflow, stored) = await workflows.SaveAsync(model, body.Flag("publish") ?? false, context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, await SavedAsync(workflow, stored, alreadyPublished: false, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task PublishAsync(HttpContext context)
    {
        await context.BodyAsync().ConfigureAwait(false);
        if (await workflows.PublishAsync(context.Path("definitionId"), context.RequestAborted).ConfigureAwait(false) is not var (workflow, already)) await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else await ElsaAnswer.JsonAsync(context, await SavedAsync(workflow, await workflows.ModelAsync(workflow, context.RequestAborted).ConfigureAwait(false), already, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<JsonObject> SavedAsync(StoredWorkflow workflow, JsonObject model, bool alreadyPublished, CancellationToken cancellationToken) => new()
    {
        ["workflowDefinition"] = DefinitionShape.Full(workflow, model),
        ["alreadyPublished"] = alreadyPublished,
        ["consumingWorkflowCount"] = workflow.UsableAsActivity ? (await workflows.ConsumersAsync(workflow.DefinitionId, cancellationToken).ConfigureAwait(false)).Count : 0,
        ["validationErrors"] = new JsonArray(),
    };

    private async Task RetractAsync(HttpContext context)
    {
        await context.BodyAsync().ConfigureAwait(false);
        if (await workflows.RetractAsync(context.Path("definitionId"), context.RequestAborted).ConfigureAwait(false) is not var (workflow, wasPublished)) await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else if (!wasPublished) throw new ElsaRejectedException("definitionId", $"`{workflow.DefinitionId}` is not published.");
        else await ElsaAnswer.JsonAsync(context, DefinitionShape.Full(workflow, await workflows.ModelAsync(workflow, context.RequestAborted).ConfigureAwait(false))).ConfigureAwait(false);
    }

    private async Task RevertAsync(HttpContext context)
    {
        await context.BodyAsync().ConfigureAwait(false);
        if (!int.TryParse(context.Path("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)) throw new ElsaRejectedException("version", $"Value [{context.Path("version")}] is not valid for a [Int32] property!");
        if (await workflows.RevertAsync(context.Path("definitionId"), version, context.RequestAborted).ConfigureAwait(false) is not { } draft)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        context.Response.Headers.Location = $"{ElsaRoutes.Base}/workflow-definitions/by-id/{draft.VersionId}";
        await ElsaAnswer.JsonAsync(context, DefinitionShape.Summary(draft, withLinks: false), StatusCodes.Status201Created).ConfigureAwait(false);
    }

    private async Task DeleteAsync(HttpContext context, string? definitionId, string? versionId) =>
        await ElsaAnswer.EmptyAsync(context, await workflows.DeleteAsync(definitionId, versionId, context.RequestAborted).ConfigureAwait(false) > 0 ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound).ConfigureAwait(false);

    private async Task BulkPublishAsync(HttpContext context)
    {
        var (published, already, missing, failed) = (new JsonArray(), new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var id in await IdsAsync(context, "definitionIds").ConfigureAwait(false))
        {
            try
            {
                var done = await workflows.PublishAsync(id, context.RequestAborted).ConfigureAwait(false);
                (done switch { null => missing, { Already: true } => already, _ => published }).Add((JsonNode)id);
            }
            catch (ElsaRejectedException)
            {
                failed.Add((JsonNode)id); // publishing it alone says why
            }
        }

        await ElsaAnswer.JsonAsync(context, new JsonObject
        {
            ["published"] = published, ["alreadyPublished"] = already, ["notFound"] = missing, ["skipped"] = new JsonArray(), ["updatedConsumers"] = new JsonArray(), ["failed"] = failed, ["warnings"] = new JsonObject(),
        }).ConfigureAwait(false);
    }

    private async Task BulkRetractAsync(HttpContext context)
    {
        var (retracted, already, missing) = (new JsonArray(), new JsonArray(), new JsonArray());
        foreach (var id in await IdsAsync(context, "definitionIds").ConfigureAwait(false))
        {
            var done = await workflows.RetractAsync(id, context.RequestAborted).ConfigureAwait(false);
            (done switch { null => missing, { WasPublished: true } => retracted, _ => already }).Add((JsonNode)id);
        }

        await ElsaAnswer.JsonAsync(context, new JsonObject
        {
            ["retracted"] = retracted, ["alreadyRetracted"] = already, ["skipped"] = new JsonArray(), ["notPublished"] = new JsonArray(), ["notFound"] = missing,
        }).ConfigureAwait(false);
    }

    private Task BulkDeleteDefinitionsAsync(HttpContext context) => BulkDeleteAsync(context, "definitionIds", id => workflows.DeleteAsync(id, null, context.RequestAborted));

    private Task BulkDeleteVersionsAsync(HttpContext context) => BulkDeleteAsync(context, "ids", id => workflows.DeleteAsync(null, id, context.RequestAborted));

    private static async Task BulkDeleteAsync(HttpContext context, string field, Func<string, Task<int>> delete)
    {
        var deleted = 0;
        foreach (var id in await IdsAsync(context, field).ConfigureAwait(false)) deleted += await delete(id).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["deleted"] = deleted }).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(HttpContext context, string field) => [.. ((await context.BodyAsync().ConfigureAwait(false)).Texts(field) ?? []).Distinct(StringComparer.Ordinal)];
}
