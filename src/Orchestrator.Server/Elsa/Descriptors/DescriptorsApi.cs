using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Descriptors;

/// <summary>What a designer needs to know before it can draw: activities, expression types, small lists, features.</summary>
internal sealed class DescriptorsApi(KnownActivities activities, string version)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/descriptors/activities", async context => await ElsaAnswer.ItemsAsync(context, await activities.AllAsync(context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false));
        routes.Get("/descriptors/activities/{type}", async context =>
        {
            if (await activities.FindAsync(context.Path("type"), context.RequestAborted).ConfigureAwait(false) is { } descriptor) await ElsaAnswer.JsonAsync(context, descriptor).ConfigureAwait(false);
            else await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        });
        // A question with a body, which changes nothing.
        routes.Add(HttpMethods.Post, "/descriptors/activities/{type}/options/{property}", Role.Viewer, OptionsAsync);
        Add("/descriptors/expression-descriptors", SmallLists.Expressions);
        Add("/descriptors/variables", SmallLists.Variables);
        Add("/descriptors/storage-drivers", SmallLists.StorageDrivers);
        Add("/descriptors/workflow-activation-strategies", SmallLists.ActivationStrategies);
        Add("/descriptors/incident-strategies", SmallLists.IncidentStrategies);
        Add("/descriptors/log-persistence-strategies", SmallLists.LogPersistence);
        Add("/descriptors/commit-strategies/workflows", SmallLists.CommitStrategies);
        Add("/descriptors/commit-strategies/activities", SmallLists.CommitStrategies);
        routes.Get("/descriptors/output-converters", context =>
            context.Text("sourceType") is null || context.Text("destinationType") is null
                ? throw new ElsaRejectedException(ElsaRejectedException.Whole, "The query parameters sourceType and destinationType are required.")
                : ElsaAnswer.ItemsAsync(context, []));
        Add("/features/installed", SmallLists.Features);
        routes.Get("/features/installed/{name}", context => SmallLists.Features().FirstOrDefault(feature => (string?)feature["fullName"] == context.Path("name")) is { } feature
            ? ElsaAnswer.JsonAsync(context, feature)
            : ElsaAnswer.NotFoundAsync(context));
        routes.Get("/package/version", context => ElsaAnswer.JsonAsync(context, new JsonObject { ["packageVersion"] = version }));

        void Add(string path, Func<IEnumerable<JsonObject>> list) => routes.Get(path, context => ElsaAnswer.ItemsAsync(context, list()));
    }

    private async Task OptionsAsync(HttpContext context)
    {
        await context.BodyAsync().ConfigureAwait(false);
        var descriptor = await activities.FindAsync(context.Path("type"), context.RequestAborted).ConfigureAwait(false);
        var input = descriptor?["inputs"]?.AsArray().FirstOrDefault(one => string.Equals((string?)one!["name"], context.Path("property"), StringComparison.OrdinalIgnoreCase));
        if (input is null) await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else await ElsaAnswer.JsonAsync(context, new JsonObject { ["items"] = input["uiSpecifications"]?.DeepClone() ?? new JsonObject() }).ConfigureAwait(false);
    }
}
