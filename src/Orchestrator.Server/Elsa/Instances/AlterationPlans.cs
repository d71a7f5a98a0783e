using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Engine;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>
/// Does alterations, one instance after the other. Each becomes a message to the run, which does it or refuses it and journals it. What an instance is asked is looked at as a whole first, on a copy of the
/// run's state, so that nothing which cannot be done to its end is begun. A submitted plan is on disk before that, counts once by its id, and is taken up again at the next start when the process died over it.
/// </summary>
internal sealed class AlterationPlans(ServerOptions options)
{
    /// <summary>Does what is asked of each instance, and tells what came of it. With a plan's id each message counts once, however often it is asked.</summary>
    public async Task<JsonArray> DoAsync(IReadOnlyList<Alteration> alterations, IReadOnlyList<string> targets, Caller caller, string? planId)
    {
        var results = new JsonArray();
        foreach (var id in targets)
        {
            var wasSent = planId is not null && await options.Store.ReadInboxResultAsync(id, KeyOf(planId, 0), CancellationToken.None).ConfigureAwait(false) is not null;
            var outcomes = wasSent ? [] : await CheckAsync(alterations, id, caller).ConfigureAwait(false);
            if (!outcomes.Exists(outcome => outcome.IsRefused))
            {
                outcomes = [];
                for (var i = 0; i < alterations.Count && !outcomes.Exists(outcome => outcome.IsRefused); i++)
                    outcomes.Add(await AskAsync(alterations[i], id, caller, planId is null ? Guid.NewGuid().ToString("n") : KeyOf(planId, i)).ConfigureAwait(false));
            }

            results.Add(Result(id, alterations, outcomes));
        }

        return results;
    }

    /// <summary>What would come of it, without doing it.</summary>
    public async Task<JsonArray> TryAsync(IReadOnlyList<Alteration> alterations, IReadOnlyList<string> targets, Caller caller)
    {
        var results = new JsonArray();
        foreach (var id in targets) results.Add(Result(id, alterations, await CheckAsync(alterations, id, caller).ConfigureAwait(false)));
        return results;
    }

    /// <summary>Puts a plan on disk and does it; one that was submitted before is not done again, and tells the same.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="request">What was asked, <c>{alterations, filter}</c>: another request under the same id is refused.</param>
    /// <param name="targets">Finds the instances that are meant; only asked for a new plan.</param>
    /// <param name="caller">Who asks.</param>
    public async Task<JsonArray> SubmitAsync(string id, JsonObject request, Func<Task<IReadOnlyList<string>>> targets, Caller caller)
    {
        if (await options.Store.FindPlanAsync(id, CancellationToken.None).ConfigureAwait(false) is not { } plan)
        {
            var body = new JsonObject
            {
                ["request"] = request.DeepClone(), ["targets"] = new JsonArray([.. (await targets().ConfigureAwait(false)).Select(target => (JsonNode)target)]), ["role"] = caller.Role.Text(),
            };
            plan = new StoredPlan(id, options.Seal.Protect(body.ToJsonString()), caller.Name, options.Time.GetUtcNow());
            try
            {
                await options.Store.CommitAsync(new WriteSet { NewPlans = [plan] }).ConfigureAwait(false);
            }
            catch (DuplicateKeyException)
            {
                // Somebody was faster.
                plan = (await options.Store.FindPlanAsync(id, CancellationToken.None).ConfigureAwait(false))!;
            }
        }

        var known = BodyOf(plan);
        if (!JsonNode.DeepEquals(known["request"], request)) throw new ElsaRejectedException("id", $"another plan was submitted with the id `{id}`; nothing was done.");
        return plan.DoneAt is null ? await FinishAsync(plan, known).ConfigureAwait(false) : JsonNode.Parse(plan.Results.Span)!.AsArray();
    }

    /// <summary>A submitted plan as an Elsa server tells it; null when there is none. What variables are set to is left out: it may be secret.</summary>
    public async Task<JsonObject?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await options.Store.FindPlanAsync(id, cancellationToken).ConfigureAwait(false) is not { } plan) return null;
        var body = BodyOf(plan);
        var targets = body["targets"]!.AsArray().Select(target => target!.GetValue<string>()).ToList();
        var results = plan.Results.IsEmpty ? null : JsonNode.Parse(plan.Results.Span)!.AsArray();
        return new JsonObject
        {
            ["plan"] = new JsonObject
            {
                ["id"] = id,
                ["alterations"] = new JsonArray([.. body["request"]!["alterations"]!.AsArray().Select(alteration => (JsonNode)new JsonObject(alteration!.AsObject().Where(member => member.Key != "value").Select(Copy)))]),
                ["workflowInstanceFilter"] = body["request"]!["filter"]!.DeepClone(),
                ["workflowInstanceIds"] = body["targets"]!.DeepClone(),
                ["status"] = plan.DoneAt is null ? "Running" : "Completed",
                ["createdAt"] = plan.CreatedAt, ["startedAt"] = plan.CreatedAt, ["completedAt"] = plan.DoneAt,
            },
            ["jobs"] = new JsonArray([.. targets.Select((target, i) => (JsonNode)new JsonObject
            {
                ["id"] = $"{id}-{i}", ["planId"] = id, ["workflowInstanceId"] = target,
                ["status"] = results is null ? "Running" : results[i]!["isSuccessful"]!.GetValue<bool>() ? "Completed" : "Failed",
                ["log"] = results is null ? new JsonArray() : results[i]!["log"]!["logEntries"]!.DeepClone(),
                ["createdAt"] = plan.CreatedAt, ["startedAt"] = plan.CreatedAt, ["completedAt"] = plan.DoneAt,
            })]),
        };

        static KeyValuePair<string, JsonNode?> Copy(KeyValuePair<string, JsonNode?> member) => new(member.Key, member.Value?.DeepClone());
    }

    /// <summary>At the start: goes on with plans over which the process died.</summary>
    public async Task ResumeAsync()
    {
        foreach (var plan in await options.Store.ListOpenPlansAsync(CancellationToken.None).ConfigureAwait(false))
        {
            try
            {
                await FinishAsync(plan, BodyOf(plan)).ConfigureAwait(false);
            }
            catch (Exception trouble) when (trouble is FailureException or ElsaRejectedException)
            {
                options.Say($"plan {plan.Id} of alterations could not be finished: {trouble.Message}");
            }
        }
    }

    private async Task<JsonArray> FinishAsync(StoredPlan plan, JsonObject body)
    {
        var targets = body["targets"]!.AsArray().Select(target => target!.GetValue<string>()).ToList();
        // The token that was behind the request is not kept: alterations begin nothing that must end with it.
        var caller = new Caller(plan.By, RoleText.Parse(body["role"]!.GetValue<string>()) ?? Role.Viewer, Token: "");
        var results = await DoAsync(Alteration.ListOf(body["request"]!.AsObject()), targets, caller, plan.Id).ConfigureAwait(false);
        await options.Store.CommitAsync(new WriteSet { DonePlans = [(plan.Id, options.Time.GetUtcNow(), Encoding.UTF8.GetBytes(results.ToJsonString()))] }).ConfigureAwait(false);
        return results;
    }

    private JsonObject BodyOf(StoredPlan plan) => JsonNode.Parse(options.Seal.Unprotect(plan.Body.ToArray()))!.AsObject();

    private async Task<(bool IsRefused, string Text)> AskAsync(Alteration alteration, string id, Caller caller, string key)
    {
        var (outcome, reason) = await options.Engine.SendAsync(alteration.Kind, id, alteration.Message(caller), caller.Name, key, CancellationToken.None).ConfigureAwait(false);
        // One that was sent before counts once: what came of it then is told again.
        var told = outcome == OperatorOutcome.Duplicate ? await options.Store.ReadInboxResultAsync(id, key, CancellationToken.None).ConfigureAwait(false) : outcome == OperatorOutcome.Refused ? reason : outcome == OperatorOutcome.Done ? "" : null;
        return told switch
        {
            null => (false, "on disk, and not taken up yet"),
            "" => (false, "done"),
            _ => (true, told),
        };
    }

    private async Task<List<(bool IsRefused, string Text)>> CheckAsync(IReadOnlyList<Alteration> alterations, string id, Caller caller)
    {
        var requests = alterations.Select(alteration => (alteration.Kind, alteration.Message(caller))).ToList();
        var refusals = await Inbox.CheckAsync(options.Store, options.Activities, options.Seal, id, requests, caller.Name, options.Time).ConfigureAwait(false);
        var isRefused = refusals.Any(refusal => refusal is not null);
        return [.. refusals.Select(refusal => refusal is not null ? (true, refusal) : (false, isRefused ? "not done, because the plan is refused" : "would be done"))];
    }

    // Like an Elsa server's, with a line for each alteration that was looked at.
    private JsonObject Result(string id, IReadOnlyList<Alteration> alterations, List<(bool IsRefused, string Text)> outcomes) => new()
    {
        ["workflowInstanceId"] = id,
        ["isSuccessful"] = !outcomes.Exists(outcome => outcome.IsRefused),
        ["workflowHasScheduledWork"] = false,
        ["log"] = new JsonObject
        {
            ["logEntries"] = new JsonArray([.. outcomes.Select((outcome, i) => (JsonNode)new JsonObject
            {
                ["message"] = i < alterations.Count ? $"{alterations[i].Type}: {outcome.Text}" : outcome.Text, ["logLevel"] = outcome.IsRefused ? "Error" : "Information", ["timestamp"] = options.Time.GetUtcNow(),
            })]),
        },
    };

    private static string KeyOf(string plan, int index) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"plan:{plan}/{index}");
}
