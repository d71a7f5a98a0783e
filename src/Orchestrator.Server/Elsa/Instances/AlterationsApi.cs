using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>Alterations of instances: asked for at once, as a plan, or to see what would come of them.</summary>
internal sealed class AlterationsApi(ServerOptions options, AlterationPlans plans)
{
    private const int Most = 1000;
    private const int LongestId = 100;
    private static readonly string[] Filters = ["workflowInstanceIds", "definitionIds"];

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/alterations/{id}", ReadAsync);
        routes.Add(HttpMethods.Post, "/alterations/workflows/retry", Role.Operator, RetryAsync);
        routes.Add(HttpMethods.Post, "/alterations/run", Role.Operator, RunAsync);
        routes.Add(HttpMethods.Post, "/alterations/submit", Role.Operator, SubmitAsync);
        routes.Add(HttpMethods.Post, "/alterations/dry-run", Role.Operator, DryRunAsync);
    }

    private async Task ReadAsync(HttpContext context)
    {
        if (await plans.FindAsync((string)context.GetRouteValue("id")!, context.RequestAborted).ConfigureAwait(false) is { } plan) await ElsaAnswer.JsonAsync(context, plan).ConfigureAwait(false);
        else await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
    }

    private async Task RetryAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var ids = body.Texts("workflowInstanceIds") ?? throw new ElsaRejectedException("workflowInstanceIds", "`workflowInstanceIds` is missing: the runs to retry.");
        await AnswerAsync(context, await plans.DoAsync([new Alteration("Retry", "retry", Value.EmptyMap)], ids, context.Caller(), null).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task RunAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var (alterations, targets) = (Alteration.ListOf(body), await TargetsAsync(FilterOf(body), context.RequestAborted).ConfigureAwait(false));
        await AnswerAsync(context, await plans.DoAsync(alterations, targets, context.Caller(), null).ConfigureAwait(false)).ConfigureAwait(false);
    }

    // An Elsa server does a plan later and says only its id. Here it is done when the answer comes; its id is the key, so that a plan which is sent again counts once.
    private async Task SubmitAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var filter = FilterOf(body);
        _ = Alteration.ListOf(body); // a plan that cannot be read is no plan
        var id = body.Text("id") ?? Guid.NewGuid().ToString("n");
        if (id.Length is 0 or > LongestId) throw new ElsaRejectedException("id", $"the id of a plan has 1 to {LongestId} characters.");
        var request = new JsonObject { ["alterations"] = body["alterations"]!.DeepClone(), ["filter"] = filter };
        var results = await plans.SubmitAsync(id, request, () => TargetsAsync(filter, context.RequestAborted), context.Caller()).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["planId"] = id, ["results"] = results }).ConfigureAwait(false);
    }

    private async Task DryRunAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var targets = await TargetsAsync(FilterOf(body), context.RequestAborted).ConfigureAwait(false);
        // Elsa's own request has no alterations and asks only which instances a filter means.
        IReadOnlyList<Alteration> alterations = body.ContainsKey("alterations") ? Alteration.ListOf(body) : [];
        var results = await plans.TryAsync(alterations, targets, context.Caller()).ConfigureAwait(false);
        var accepted = results.Where(result => result!["isSuccessful"]!.GetValue<bool>()).Select(result => result!["workflowInstanceId"]!.DeepClone());
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["workflowInstanceIds"] = new JsonArray([.. accepted]), ["results"] = results }).ConfigureAwait(false);
    }

    private static JsonObject FilterOf(JsonObject body)
    {
        var filter = body["filter"] as JsonObject ?? new JsonObject(body.Where(member => Filters.Contains(member.Key)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        // One that was passed over would mean more instances than were meant.
        if (filter.FirstOrDefault(member => !Filters.Contains(member.Key) && member.Value is not (null or JsonArray { Count: 0 }) && !(member.Value is JsonValue value && value.TryGetValue<bool>(out var flag) && !flag)) is { Key: { } stray })
            throw new ElsaRejectedException("filter", $"`{stray}` is no filter here; there are: {string.Join(", ", Filters)}.");
        return (JsonObject)filter.DeepClone();
    }

    private async Task<IReadOnlyList<string>> TargetsAsync(JsonObject filter, CancellationToken cancellationToken)
    {
        var ids = filter.Texts("workflowInstanceIds");
        if (ids?.Count > Most) throw new ElsaRejectedException("workflowInstanceIds", $"at most {Most} instances can be altered at once.");
        var definitions = filter.Texts("definitionIds");
        if (definitions is null) return ids?.Distinct(StringComparer.Ordinal).ToList() ?? throw new ElsaRejectedException("workflowInstanceIds", "expected `workflowInstanceIds`, or a filter with `workflowInstanceIds` or `definitionIds`.");
        var found = await options.Store.ListRunsAsync(new RunQuery([RunStatus.Pending, RunStatus.Running, RunStatus.Waiting, RunStatus.Paused, RunStatus.Failed], Limit: Most) { Blueprints = definitions, RunIds = ids }, cancellationToken).ConfigureAwait(false);
        return found.Count < Most ? [.. found.Select(run => run.RunId)] : throw new ElsaRejectedException("filter", $"{Most} or more instances fit; name fewer.");
    }

    private static Task AnswerAsync(HttpContext context, JsonArray results) => ElsaAnswer.JsonAsync(context, new JsonObject { ["results"] = results });
}
