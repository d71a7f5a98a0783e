using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>Reading workflow instances: list, detail, state, variables.</summary>
internal sealed class InstancesApi(InstanceBook instances, IStore store)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/workflow-instances", context => ListAsync(context, InstanceFilter.OfQuery(context)));
        // A question with a body, which changes nothing.
        routes.Add(HttpMethods.Post, "/workflow-instances", Role.Viewer, async context => await ListAsync(context, await context.BodyAsync().ConfigureAwait(false)).ConfigureAwait(false));
        routes.Get("/workflow-instances/{id}", context => AnswerAsync(context, async instance =>
            await ElsaAnswer.JsonAsync(context, InstanceShape.Full(instance, await instances.VersionOfAsync(instance.Run, context.RequestAborted).ConfigureAwait(false))).ConfigureAwait(false)));
        routes.Get("/workflow-instances/{id}/execution-state", StateAsync);
        routes.Get("/workflow-instances/{id}/variables", context => AnswerAsync(context, instance => ElsaAnswer.ItemsAsync(context, instance.Execution.Variables.Select(Variable))));
    }

    private async Task ListAsync(HttpContext context, JsonObject filter)
    {
        var query = InstanceFilter.Of(filter);
        var found = await store.ListRunsAsync(query, context.RequestAborted).ConfigureAwait(false);
        // A page that is not full is the last.
        var isLast = found.Count < query.Limit && (found.Count > 0 || query.Skip == 0);
        var count = isLast ? new RunCount(query.Skip + found.Count, IsExact: true) : await store.CountRunsAsync(query, context.RequestAborted).ConfigureAwait(false);
        var versions = await instances.VersionsAsync(found, context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, new JsonObject
        {
            ["items"] = new JsonArray([.. found.Select(run => InstanceShape.Summary(run, versions.GetValueOrDefault(run.RunId)))]),
            ["totalCount"] = Total(query, found.Count, count),
        }).ConfigureAwait(false);
    }

    // The list and its count are two looks at a store that moves on, and a count may have stopped early: the pager always gets what it shows, and the next page when there may be one.
    private static long Total(RunQuery query, int shown, RunCount count) =>
        shown == 0 ? count.Number : Math.Max(count.Number, (long)query.Skip + shown + (count.IsExact || shown < query.Limit ? 0 : 1));

    private async Task StateAsync(HttpContext context)
    {
        if (await instances.FindRunAsync(context.Path("id"), context.RequestAborted).ConfigureAwait(false) is not { } run) await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else await ElsaAnswer.JsonAsync(context, new JsonObject { ["status"] = InstanceStatus.Main(run.Status), ["subStatus"] = InstanceStatus.Sub(run.Status), ["updatedAt"] = run.UpdatedAt }).ConfigureAwait(false);
    }

    private static JsonObject Variable(Engine.Runs.VariableState variable) => new() { ["id"] = variable.Id, ["name"] = variable.Name, ["value"] = ValueNodes.NodeOf(variable.Value) };

    private async Task AnswerAsync(HttpContext context, Func<Instance, Task> answer)
    {
        if (await instances.FindAsync(context.Path("id"), context.RequestAborted).ConfigureAwait(false) is { } instance) await answer(instance).ConfigureAwait(false);
        else await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
    }
}
