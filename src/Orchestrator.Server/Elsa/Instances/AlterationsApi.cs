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
/// Alterations of instances: a plan is a list of them for one or many. Each becomes a message to the run, which does it or refuses it and journals it. A plan is looked at as a whole first, on a copy of
/// the run's state, so that one which cannot be done to its end is not begun.
/// </summary>
internal sealed class AlterationsApi(ServerOptions options, InstanceBook instances)
{
    private const int Most = 1000;
    private const int LongestId = 100;
    private static readonly string[] Filters = ["workflowInstanceIds", "definitionIds"];

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Add(HttpMethods.Post, "/alterations/workflows/retry", Role.Operator, RetryAsync);
        routes.Add(HttpMethods.Post, "/alterations/run", Role.Operator, RunAsync);
        routes.Add(HttpMethods.Post, "/alterations/submit", Role.Operator, SubmitAsync);
        routes.Add(HttpMethods.Post, "/alterations/dry-run", Role.Operator, DryRunAsync);
    }

    private async Task RetryAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var ids = body.Texts("workflowInstanceIds") ?? throw new ElsaRejectedException("workflowInstanceIds", "`workflowInstanceIds` is missing: the runs to retry.");
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["results"] = await DoAsync(context, [new Alteration("Retry", "retry", Value.EmptyMap)], ids, null).ConfigureAwait(false) }).ConfigureAwait(false);
    }

    private async Task RunAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var (plan, targets) = (Alteration.ListOf(body), await TargetsAsync(body, context.RequestAborted).ConfigureAwait(false));
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["results"] = await DoAsync(context, plan, targets, null).ConfigureAwait(false) }).ConfigureAwait(false);
    }

    // An Elsa server does a plan later and says only its id. Here it is done when the answer comes; its id is the key, so that a plan which is sent again counts once.
    private async Task SubmitAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var (plan, targets) = (Alteration.ListOf(body), await TargetsAsync(body, context.RequestAborted).ConfigureAwait(false));
        var id = body.Text("id") ?? Guid.NewGuid().ToString("n");
        if (id.Length > LongestId) throw new ElsaRejectedException("id", $"the id of a plan has at most {LongestId} characters.");
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["planId"] = id, ["results"] = await DoAsync(context, plan, targets, id).ConfigureAwait(false) }).ConfigureAwait(false);
    }

    private async Task DryRunAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        var targets = await TargetsAsync(body, context.RequestAborted).ConfigureAwait(false);
        // Elsa's own request has no alterations and asks only which instances a filter means.
        IReadOnlyList<Alteration> plan = body.ContainsKey("alterations") ? Alteration.ListOf(body) : [];
        var (accepted, results) = (new JsonArray(), new JsonArray());
        foreach (var id in targets)
        {
            var outcomes = await CheckAsync(context, id, plan).ConfigureAwait(false);
            if (!outcomes.Any(outcome => outcome.IsRefused)) accepted.Add(id);
            results.Add(Result(id, plan, outcomes));
        }

        await ElsaAnswer.JsonAsync(context, new JsonObject { ["workflowInstanceIds"] = accepted, ["results"] = results }).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<string>> TargetsAsync(JsonObject body, CancellationToken cancellationToken)
    {
        var filter = body["filter"] as JsonObject ?? new JsonObject(body.Where(member => Filters.Contains(member.Key)).Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        // One that was passed over would mean more instances than were meant.
        if (filter.FirstOrDefault(member => !Filters.Contains(member.Key) && member.Value is not (null or JsonArray { Count: 0 }) && !(member.Value is JsonValue value && value.TryGetValue<bool>(out var flag) && !flag)) is { Key: { } stray })
            throw new ElsaRejectedException("filter", $"`{stray}` is no filter here; there are: {string.Join(", ", Filters)}.");
        var ids = filter.Texts("workflowInstanceIds");
        if (ids?.Count > Most) throw new ElsaRejectedException("workflowInstanceIds", $"at most {Most} instances can be altered at once.");
        var definitions = filter.Texts("definitionIds");
        if (definitions is null) return ids?.Distinct(StringComparer.Ordinal).ToList() ?? throw new ElsaRejectedException("workflowInstanceIds", "expected `workflowInstanceIds`, or a filter with `workflowInstanceIds` or `definitionIds`.");
        var found = await options.Store.ListRunsAsync(new RunQuery([RunStatus.Pending, RunStatus.Running, RunStatus.Waiting, RunStatus.Paused, RunStatus.Failed], Limit: Most) { Blueprints = definitions, RunIds = ids }, cancellationToken).ConfigureAwait(false);
        return found.Count < Most ? [.. found.Select(run => run.RunId)] : throw new ElsaRejectedException("filter", $"{Most} or more instances fit; name fewer.");
    }

    // A plan is done for an instance only when all of it can be: what stands later in it sees what stands before.
    private async Task<JsonArray> DoAsync(HttpContext context, IReadOnlyList<Alteration> plan, IReadOnlyList<string> targets, string? planId)
    {
        var results = new JsonArray();
        foreach (var id in targets)
        {
            var wasSent = planId is not null && await options.Store.ReadInboxResultAsync(id, KeyOf(planId, 0), context.RequestAborted).ConfigureAwait(false) is not null;
            var outcomes = wasSent ? [] : await CheckAsync(context, id, plan).ConfigureAwait(false);
            if (!outcomes.Exists(outcome => outcome.IsRefused))
            {
                outcomes = [];
                for (var i = 0; i < plan.Count && !outcomes.Exists(outcome => outcome.IsRefused); i++)
                    outcomes.Add(await AskAsync(context, id, plan[i], planId is null ? Guid.NewGuid().ToString("n") : KeyOf(planId, i)).ConfigureAwait(false));
            }

            results.Add(Result(id, plan, outcomes));
        }

        return results;
    }

    private async Task<(bool IsRefused, string Text)> AskAsync(HttpContext context, string id, Alteration alteration, string key)
    {
        var (outcome, reason) = await options.Engine.SendAsync(alteration.Kind, id, alteration.Message(context.Caller()), context.Caller().Name, key, context.RequestAborted).ConfigureAwait(false);
        // One that was sent before counts once: what came of it then is told again.
        var told = outcome == OperatorOutcome.Duplicate ? await options.Store.ReadInboxResultAsync(id, key, context.RequestAborted).ConfigureAwait(false) : outcome == OperatorOutcome.Refused ? reason : outcome == OperatorOutcome.Done ? "" : null;
        return told switch
        {
            null => (false, "on disk, and not taken up yet"),
            "" => (false, "done"),
            _ => (true, told),
        };
    }

    private async Task<List<(bool IsRefused, string Text)>> CheckAsync(HttpContext context, string id, IReadOnlyList<Alteration> plan)
    {
        if (await instances.FindRunAsync(id, context.RequestAborted).ConfigureAwait(false) is null) return [(true, $"there is no run `{id}`")];
        var refusals = await Inbox.CheckAsync(
            options.Store, options.Activities, options.Seal, id, [.. plan.Select(alteration => (alteration.Kind, alteration.Message(context.Caller())))], context.Caller().Name, options.Time).ConfigureAwait(false);
        var isRefused = refusals.Any(refusal => refusal is not null);
        return [.. refusals.Select(refusal => refusal is not null ? (true, refusal) : (false, isRefused ? "not done, because the plan is refused" : "would be done"))];
    }

    // Like an Elsa server's, with a line for each alteration that was looked at.
    private JsonObject Result(string id, IReadOnlyList<Alteration> plan, List<(bool IsRefused, string Text)> outcomes) => new()
    {
        ["workflowInstanceId"] = id,
        ["isSuccessful"] = !outcomes.Exists(outcome => outcome.IsRefused),
        ["workflowHasScheduledWork"] = false,
        ["log"] = new JsonObject
        {
            ["logEntries"] = new JsonArray([.. outcomes.Select((outcome, i) => (JsonNode)new JsonObject
            {
                ["message"] = i < plan.Count ? $"{plan[i].Type}: {outcome.Text}" : outcome.Text, ["logLevel"] = outcome.IsRefused ? "Error" : "Information", ["timestamp"] = options.Time.GetUtcNow(),
            })]),
        },
    };

    private static string KeyOf(string plan, int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"plan:{plan}/{index}");
}
