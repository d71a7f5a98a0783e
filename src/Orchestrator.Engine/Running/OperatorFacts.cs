using System.Text.Json;
using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Secrets;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>What messages ask, as facts; and what would become of them.</summary>
internal static class OperatorFacts
{
    /// <summary>The fact that a message is, with the version that a migration leads to: a decision fetches nothing.</summary>
    public static async Task<OperatorFact> OfAsync(InboxMessage message, IStore store, DefinitionBook definitions, SecretSources secrets, SecretSeal seal, DateTimeOffset now, double draw)
    {
        var fact = new OperatorFact(message, Body(message, secrets, seal)) { Now = now, Draw = draw };
        if (message.Kind != "alter" || fact.Body.Get("targetVersion") is not NumberValue { Number: > 0 and < int.MaxValue and var version } || version != Math.Floor(version)) return fact;
        if (await store.FindRunAsync(message.RunId, CancellationToken.None).ConfigureAwait(false) is not { } run) return fact;
        var query = new WorkflowQuery { DefinitionIds = [run.Blueprint], Version = (int)version, Take = 1 };
        return (await store.ListWorkflowsAsync(query, CancellationToken.None).ConfigureAwait(false)).Items is [var found, ..]
            ? fact with { Target = await definitions.LoadAsync(found.Hash).ConfigureAwait(false) }
            : fact;
    }

    /// <summary>Decides requests one after the other on a state that is thrown away; ends behind the first that is refused.</summary>
    public static async Task<IReadOnlyList<string?>> CheckAsync(
        IStore store, ActivityCatalog activities, SecretSeal seal, string runId, IReadOnlyList<(string Kind, ReadOnlyMemory<byte> Body)> requests, string by, TimeProvider time)
    {
        var (definitions, secrets, now) = (new DefinitionBook(store, activities), new SecretSources(store, seal, new Redactor()), time.GetUtcNow());
        if (await JournalReader.LoadAsync(store, runId, definitions.LoadAsync, secrets.Resolve).ConfigureAwait(false) is not { } state) return [$"there is no run `{runId}`"];
        state.Resolve = secrets.Resolve;
        var refusals = new List<string?>();
        foreach (var (kind, body) in requests)
        {
            var fact = await OfAsync(new InboxMessage(runId, "", kind, body, by, now), store, definitions, secrets, seal, now, 0).ConfigureAwait(false);
            refusals.Add(Decider.Decide(state, fact).Refusal);
            if (refusals[^1] is not null) break;
        }

        return refusals;
    }

    private static Value Body(InboxMessage message, SecretSources secrets, SecretSeal seal)
    {
        if (message.Body.IsEmpty) return Value.EmptyMap;
        using var document = JsonDocument.Parse(SealedBody.Open(message.Body, seal));
        return ValueJson.Read(document.RootElement, secrets.Resolve);
    }
}
