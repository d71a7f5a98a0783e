using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>Changing workflow instances: cancel, delete, and the same for many.</summary>
internal sealed class ChangingApi(ServerOptions options, InstanceBook instances)
{
    private const int MostAtOnce = 1000;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Add(HttpMethods.Post, "/cancel/workflow-instances/{id}", Role.Operator, CancelOneAsync);
        routes.Add(HttpMethods.Post, "/bulk-actions/cancel/workflow-instances", Role.Operator, CancelManyAsync);
        routes.Add(HttpMethods.Delete, "/workflow-instances/{id}", Role.Admin, DeleteOneAsync);
        routes.Add(HttpMethods.Post, "/bulk-actions/delete/workflow-instances/by-id", Role.Admin, DeleteManyAsync);
    }

    private async Task CancelOneAsync(HttpContext context)
    {
        await context.BodyAsync().ConfigureAwait(false);
        if (await instances.FindRunAsync(context.Path("id"), context.RequestAborted).ConfigureAwait(false) is not { } run)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        // To cancel what has ended already is no fault: it is what was wanted.
        if (!IsEnded(run)) await CancelAsync(context, run.RunId).ConfigureAwait(false);
        await ElsaAnswer.EmptyAsync(context, StatusCodes.Status200OK).ConfigureAwait(false);
    }

    private async Task CancelManyAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var search = new RunQuery([RunStatus.Pending, RunStatus.Running, RunStatus.Waiting, RunStatus.Paused], Limit: MostAtOnce);
        if (body.Texts("ids") is { } ids) search = search with { RunIds = ids };
        else if (body.Text("definitionVersionId") is { } version)
        {
            if (await instances.VersionAsync(version, context.RequestAborted).ConfigureAwait(false) is not { } workflow) throw new ElsaRejectedException("definitionVersionId", $"there is no version `{version}`.");
            search = search with { Blueprints = [workflow.DefinitionId], Definitions = [workflow.Hash] };
        }
        else search = search with { Blueprints = [body.Text("definitionId") ?? throw new ElsaRejectedException(ElsaRejectedException.Whole, "expected `ids`, `definitionVersionId` or `definitionId`.")] };
        var cancelled = 0;
        foreach (var run in await options.Store.ListRunsAsync(search, context.RequestAborted).ConfigureAwait(false))
            if (await CancelAsync(context, run.RunId).ConfigureAwait(false)) cancelled++;
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["cancelledCount"] = cancelled }).ConfigureAwait(false);
    }

    private async Task<bool> CancelAsync(HttpContext context, string runId)
    {
        var result = await options.Engine.SendAsync("cancel", runId, Encoding.UTF8.GetBytes("""{"reason":"asked for in Studio"}"""), context.Caller().Name, null, context.RequestAborted).ConfigureAwait(false);
        return result.Outcome is OperatorOutcome.Done or OperatorOutcome.Posted;
    }

    private async Task DeleteOneAsync(HttpContext context)
    {
        if (await instances.FindRunAsync(context.Path("id"), context.RequestAborted).ConfigureAwait(false) is not { } run)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        if (!IsEnded(run)) throw new ElsaRejectedException("id", $"run `{run.RunId}` has not ended: cancel it first.");
        await instances.ForgetAsync([run.RunId]).ConfigureAwait(false);
        await ElsaAnswer.EmptyAsync(context, StatusCodes.Status204NoContent).ConfigureAwait(false);
    }

    private async Task DeleteManyAsync(HttpContext context)
    {
        var ids = (await context.BodyAsync().ConfigureAwait(false)).Texts("ids") ?? [];
        var gone = new List<string>();
        foreach (var id in ids.Distinct(StringComparer.Ordinal).Take(MostAtOnce))
            if (await instances.FindRunAsync(id, context.RequestAborted).ConfigureAwait(false) is { } run && IsEnded(run)) gone.Add(id);
        if (gone.Count > 0) await instances.ForgetAsync(gone).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["deleted"] = gone.Count }).ConfigureAwait(false);
    }

    private static bool IsEnded(RunSummary run) => run.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;
}
