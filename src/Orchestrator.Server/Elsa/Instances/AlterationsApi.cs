using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>
/// Alterations of running instances, as far as they are operations of ours: retry and cancel. A variable is never changed behind a run's back and a run never changes its definition, because its journal
/// must replay; both are refused with the reason and what to do instead.
/// </summary>
internal sealed class AlterationsApi(ServerOptions options, InstanceBook instances)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Add(HttpMethods.Post, "/alterations/workflows/retry", Role.Operator, RetryAsync);
        routes.Add(HttpMethods.Post, "/alterations/run", Role.Operator, RunAsync);
        routes.Add(HttpMethods.Post, "/alterations/submit", Role.Operator, RunAsync);
        routes.Add(HttpMethods.Post, "/alterations/dry-run", Role.Operator, DryRunAsync);
        routes.Add(HttpMethods.Post, "/events/{name}/trigger", Role.Operator, TriggerAsync);
        routes.Add(HttpMethods.Post, "/tasks/{taskId}/complete", Role.Operator, CompleteTaskAsync);
    }

    private async Task RetryAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var ids = body.Texts("workflowInstanceIds") ?? throw new ElsaRejectedException("workflowInstanceIds", "`workflowInstanceIds` is missing: the runs to retry.");
        var results = new JsonArray();
        foreach (var id in ids) results.Add(await AskAsync(context, "retry", id, new JsonObject()).ConfigureAwait(false));
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["results"] = results }).ConfigureAwait(false);
    }

    private async Task RunAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var kinds = Kinds(body);
        var results = new JsonArray();
        foreach (var id in await TargetsAsync(body, context.RequestAborted).ConfigureAwait(false))
            foreach (var kind in kinds)
                results.Add(await AskAsync(context, kind, id, new JsonObject()).ConfigureAwait(false));
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["results"] = results }).ConfigureAwait(false);
    }

    private async Task DryRunAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        Kinds(body);
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["workflowInstanceIds"] = new JsonArray([.. (await TargetsAsync(body, context.RequestAborted).ConfigureAwait(false)).Select(id => (JsonNode)id)]) }).ConfigureAwait(false);
    }

    // All are looked at before the first is done.
    private static List<string> Kinds(JsonObject body)
    {
        if (body["alterations"] is not JsonArray { Count: > 0 } alterations) throw new ElsaRejectedException("alterations", "`alterations` is missing: a list of {\"type\": …}.");
        return [.. alterations.Select(alteration => (alteration as JsonObject)?.Text("type") switch
        {
            "Cancel" => "cancel",
            "Retry" or "ScheduleActivity" => "retry",
            "ModifyVariable" => throw new ElsaRejectedException("alterations", "ModifyVariable is not possible: a run's variables are what its journal says. Retry the failed step with an edited input instead (`orchestrator retry --input`)."),
            "Migrate" => throw new ElsaRejectedException("alterations", "Migrate is not possible: a run keeps the definition it began with. Cancel it and start the new version."),
            "CancelActivity" => throw new ElsaRejectedException("alterations", "CancelActivity is not possible: skip the failed step (`orchestrator skip`) or cancel the run."),
            var other => throw new ElsaRejectedException("alterations", $"there is no alteration `{other}`; there are: Cancel, Retry, ScheduleActivity."),
        })];
    }

    private async Task<IReadOnlyList<string>> TargetsAsync(JsonObject body, CancellationToken cancellationToken)
    {
        var filter = body["filter"] as JsonObject ?? body;
        if (filter.Texts("workflowInstanceIds") is { } ids) return ids;
        if (filter.Texts("definitionIds") is { } definitions)
            return [.. (await options.Store.ListRunsAsync(new RunQuery([RunStatus.Running, RunStatus.Waiting, RunStatus.Paused, RunStatus.Failed], Limit: 1000) { Blueprints = definitions }, cancellationToken).ConfigureAwait(false)).Select(run => run.RunId)];
        throw new ElsaRejectedException("workflowInstanceIds", "expected `workflowInstanceIds`, or a filter with `workflowInstanceIds` or `definitionIds`.");
    }

    private async Task<JsonObject> AskAsync(HttpContext context, string kind, string runId, JsonObject body)
    {
        var found = await instances.FindRunAsync(runId, context.RequestAborted).ConfigureAwait(false) is not null;
        var result = found
            ? await options.Engine.SendAsync(kind, runId, Encoding.UTF8.GetBytes(body.ToJsonString()), context.Caller().Name, null, context.RequestAborted).ConfigureAwait(false)
            : new OperatorResult(OperatorOutcome.Refused, $"there is no run `{runId}`");
        var isOk = result.Outcome is OperatorOutcome.Done or OperatorOutcome.Posted;
        return new JsonObject
        {
            ["workflowInstanceId"] = runId, ["isSuccessful"] = isOk,
            ["log"] = new JsonObject { ["logEntries"] = new JsonArray(new JsonObject { ["message"] = result.Reason ?? (isOk ? $"{kind} done" : ""), ["logLevel"] = isOk ? "Information" : "Error" }) },
        };
    }

    private async Task TriggerAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var name = context.Path("name");
        var payload = ValueNodes.MapOf(body["input"], "input");
        var runId = body.Text("workflowInstanceId");
        if (runId is not null && await instances.FindRunAsync(runId, context.RequestAborted).ConfigureAwait(false) is null)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        await options.Engine.StimulusAsync(new Stimulus("Elsa.Event", name, payload, body.Text("correlationId"), runId), context.Caller().Name, null, context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.EmptyAsync(context, StatusCodes.Status200OK).ConfigureAwait(false);
    }

    // Who did what a RunTask asked for says so. The task's id is the key: a report that comes twice counts once.
    private async Task CompleteTaskAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var task = context.Path("taskId");
        var waiting = await options.Store.FindBookmarksAsync(new BookmarkQuery("Elsa.RunTask", task, Limit: 1), context.RequestAborted).ConfigureAwait(false);
        if (waiting.Count == 0)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        var result = ValueNodes.MapOf(new JsonObject { ["result"] = body["result"]?.DeepClone() }, "result").Get("result") ?? Value.Null;
        await options.Engine.StimulusAsync(new Stimulus("Elsa.RunTask", task, result), context.Caller().Name, $"task:{task}", context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.EmptyAsync(context, StatusCodes.Status200OK).ConfigureAwait(false);
    }
}
