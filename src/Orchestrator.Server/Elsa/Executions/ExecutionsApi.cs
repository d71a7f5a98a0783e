using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Runs;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Instances;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Executions;

/// <summary>What the activities of a run did: journal, records, sums for badges.</summary>
internal sealed class ExecutionsApi(InstanceBook instances)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/workflow-instances/{id}/journal", context => JournalAsync(context, []));
        // Questions with a body, which change nothing.
        routes.Add(HttpMethods.Post, "/workflow-instances/{id}/journal", Role.Viewer, async context => await JournalAsync(context, await context.BodyAsync().ConfigureAwait(false)).ConfigureAwait(false));
        routes.Add(HttpMethods.Post, "/activity-executions/report", Role.Viewer, ReportAsync);
        routes.Get("/workflow-instances/{id}/journal/{activityId}", LastAsync);
        routes.Get("/activity-executions/list", context => ListAsync(context, ExecutionShape.Record));
        routes.Get("/activity-execution-summaries/list", context => ListAsync(context, ExecutionShape.Summary));
        routes.Get("/activity-executions/count", CountAsync);
        routes.Get("/activity-executions/by-id", context => OneAsync(context, context.Text("id") ?? ""));
        routes.Get("/activity-executions/{id}", context => OneAsync(context, context.Path("id")));
        routes.Get("/activity-executions/{id}/call-stack", CallStackAsync);
    }

    private async Task JournalAsync(HttpContext context, JsonObject body)
    {
        if (await instances.FindAsync(context.Path("id"), context.RequestAborted).ConfigureAwait(false) is not { } instance)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        var filter = body["filter"] as JsonObject ?? [];
        var (activityIds, nodeIds) = (Filter(filter, "activityIds"), Filter(filter, "activityNodeIds"));
        var (names, excluded) = (filter.Texts("eventNames"), filter.Texts("excludedActivityTypes") ?? []);
        var rows = instance.Execution.Events.Where(happened => instance.Find(happened.ExecutionId) is { } activity
            && (activityIds is null || activityIds.Contains(activity.ActivityId)) && (nodeIds is null || nodeIds.Contains(activity.NodeId))
            && (names is null || names.Contains(happened.EventName)) && !excluded.Contains(activity.Type)).ToList();
        var size = context.Number("take") ?? context.Number("pageSize");
        var skip = context.Number("skip") ?? ((context.Number("page") ?? 0) * (size ?? 0));
        var page = rows.Skip(skip).Take(size ?? int.MaxValue).Select(happened => ExecutionShape.JournalRow(instance, happened));
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["items"] = new JsonArray([.. page]), ["totalCount"] = rows.Count }).ConfigureAwait(false);
    }

    // Here an empty list means none, as on an Elsa server; an absent one means all.
    private static IReadOnlyList<string>? Filter(JsonObject filter, string name) => filter[name] is JsonArray { Count: 0 } ? [] : filter.Texts(name);

    private async Task LastAsync(HttpContext context)
    {
        var instance = await instances.FindAsync(context.Path("id"), context.RequestAborted).ConfigureAwait(false);
        var happened = instance?.Execution.Events.LastOrDefault(one => instance.Find(one.ExecutionId)?.ActivityId == context.Path("activityId"));
        if (happened is null)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        var workflow = await instances.VersionOfAsync(instance!.Run, context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, ExecutionShape.LastRow(instance, workflow, instance.Find(happened.ExecutionId)!, happened)).ConfigureAwait(false);
    }

    private async Task ReportAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var instance = await instances.FindAsync(body.Text("workflowInstanceId") ?? "", context.RequestAborted).ConfigureAwait(false);
        var nodes = body.Texts("activityNodeIds")?.ToHashSet(StringComparer.Ordinal) ?? [];
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["stats"] = ExecutionShape.Stats((instance?.Execution.Activities ?? []).Where(activity => nodes.Contains(activity.NodeId))) }).ConfigureAwait(false);
    }

    private async Task ListAsync(HttpContext context, Func<Instance, ActivityExecution, JsonObject> shape)
    {
        var (instance, found) = await FoundAsync(context).ConfigureAwait(false);
        await ElsaAnswer.ItemsAsync(context, found.Select(activity => shape(instance!, activity))).ConfigureAwait(false);
    }

    private async Task CountAsync(HttpContext context) =>
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["count"] = (await FoundAsync(context).ConfigureAwait(false)).Found.Count }).ConfigureAwait(false);

    private async Task<(Instance? Instance, IReadOnlyList<ActivityExecution> Found)> FoundAsync(HttpContext context)
    {
        var (node, completed) = (context.Text("activityNodeId"), context.Flag("completed"));
        var instance = await instances.FindAsync(context.Text("workflowInstanceId") ?? "", context.RequestAborted).ConfigureAwait(false);
        return (instance, [.. (instance?.Execution.Activities ?? []).Where(activity => (node is null || activity.NodeId == node) && (completed is null || completed == activity.CompletedAt is not null))]);
    }

    private async Task OneAsync(HttpContext context, string id)
    {
        var instance = await instances.OfExecutionAsync(id, context.RequestAborted).ConfigureAwait(false);
        if (instance?.Find(id) is not { } activity) await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else await ElsaAnswer.JsonAsync(context, ExecutionShape.Record(instance, activity)).ConfigureAwait(false);
    }

    private async Task CallStackAsync(HttpContext context)
    {
        var id = context.Path("id");
        var instance = await instances.OfExecutionAsync(id, context.RequestAborted).ConfigureAwait(false);
        var chain = new List<JsonNode>();
        for (var activity = instance?.Find(id); activity is not null && chain.Count < 1000; activity = instance!.Find(activity.ParentId)) chain.Insert(0, ExecutionShape.Record(instance!, activity));
        if (chain.Count == 0) await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else await ElsaAnswer.JsonAsync(context, new JsonObject { ["activityExecutionId"] = id, ["items"] = new JsonArray([.. chain]), ["totalCount"] = chain.Count }).ConfigureAwait(false);
    }
}
