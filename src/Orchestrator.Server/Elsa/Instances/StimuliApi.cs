using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>What comes from outside for instances that wait: events, and reports of tasks that are done.</summary>
internal sealed class StimuliApi(ServerOptions options, InstanceBook instances)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Add(HttpMethods.Post, "/events/{name}/trigger", Role.Operator, TriggerAsync);
        routes.Add(HttpMethods.Post, "/tasks/{taskId}/complete", Role.Operator, CompleteTaskAsync);
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
