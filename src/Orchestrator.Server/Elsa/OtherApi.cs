using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa;

/// <summary>What an Elsa server also answers and this one answers honestly: identity, the state of the runtime, lists that are always empty here.</summary>
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
            ["state"] = new JsonObject { ["reason"] = "None", ["isAcceptingNewWork"] = true, ["generationId"] = options.Store.Epoch.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            ["sources"] = new JsonArray(new JsonObject { ["name"] = "engine.clock", ["state"] = "Running" }),
            ["activeExecutionCycleCount"] = 0,
        }));
        // What nobody waits for is kept with its run; there is no queue that could grow old.
        routes.Get("/bookmark-queue/dead-letters", context => ElsaAnswer.JsonAsync(context, new JsonObject { ["items"] = new JsonArray(), ["totalCount"] = 0 }));
        // Retries are the step's policy, seen in the run.
        routes.Get("/resilience/strategies", context => ElsaAnswer.ItemsAsync(context, []));
        routes.Get("/resilience/retries/{id}", context => ElsaAnswer.JsonAsync(context, new JsonObject { ["items"] = new JsonArray(), ["totalCount"] = 0, ["links"] = new JsonArray() }));
    }
}
