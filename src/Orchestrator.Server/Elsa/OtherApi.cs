using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa;

/// <summary>What an Elsa server also answers and this one answers honestly: identity, the state of the runtime, what nobody waited for, lists that are always empty here.</summary>
internal sealed class OtherApi(ServerOptions options)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        // There are no passwords here: who has a token has it already. Elsa's clients take this for "wrong password".
        routes.Add(HttpMethods.Post, "/identity/login", Role.Viewer, async context =>
        {
            await context.BodyAsync().ConfigureAwait(false);
            await ElsaAnswer.JsonAsync(context, new JsonObject { ["isAuthenticated"] = false, ["accessToken"] = null, ["refreshToken"] = null }).ConfigureAwait(false);
        });
        routes.Get("/identity/users/me", context => ElsaAnswer.JsonAsync(context, new JsonObject { ["name"] = context.Caller().Name, ["roles"] = new JsonArray(context.Caller().Role.Text()) }));
        routes.Get("/admin/workflow-runtime/status", context => ElsaAnswer.JsonAsync(context, new JsonObject
        {
            ["state"] = new JsonObject { ["reason"] = "None", ["isAcceptingNewWork"] = true, ["generationId"] = options.Store.Epoch.ToString(CultureInfo.InvariantCulture) },
            ["sources"] = new JsonArray(new JsonObject { ["name"] = "engine.clock", ["state"] = "Running" }),
            ["activeExecutionCycleCount"] = 0,
        }));
        routes.Get("/bookmark-queue/dead-letters", DeadLettersAsync);
        // Retries are the step's policy, seen in the run.
        routes.Get("/resilience/strategies", context => ElsaAnswer.ItemsAsync(context, []));
        routes.Get("/resilience/retries/{id}", context => ElsaAnswer.JsonAsync(context, new JsonObject { ["items"] = new JsonArray(), ["totalCount"] = 0, ["links"] = new JsonArray() }));
    }

    // Stimuli that nobody waited for in time. What they carry is sealed and never shown.
    private async Task DeadLettersAsync(HttpContext context)
    {
        var size = Math.Clamp(context.Number("pageSize") ?? 100, 1, 1000);
        var query = new StimulusQuery(Dead: true, RunId: context.Text("workflowInstanceId"), Skip: (int)Math.Min((long)(context.Number("page") ?? 0) * size, int.MaxValue), Take: size);
        var page = await options.Store.ListStimuliAsync(query, context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, new JsonObject
        {
            ["items"] = new JsonArray([.. page.Items.Select(dead => (JsonNode)new JsonObject
            {
                ["id"] = dead.Key, ["originalQueueItemId"] = dead.Key, ["workflowInstanceId"] = dead.RunId, ["correlationId"] = dead.CorrelationId, ["activityTypeName"] = dead.Name, ["stimulus"] = dead.Match,
                ["originalCreatedAt"] = dead.At.ToString("O", CultureInfo.InvariantCulture), ["deadLetteredAt"] = dead.DeadAt!.Value.ToString("O", CultureInfo.InvariantCulture), ["reason"] = dead.Reason,
                ["canReplay"] = false,
            })]),
            ["totalCount"] = page.Total,
        }).ConfigureAwait(false);
    }
}
