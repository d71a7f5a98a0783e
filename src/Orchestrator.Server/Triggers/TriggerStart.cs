using Orchestrator.Engine;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Triggers;

/// <summary>Starts runs for triggers. The occurrence is settled in the commit that makes the run: it can be neither lost nor counted twice, however often it comes and wherever the process dies.</summary>
internal sealed class TriggerStart(ServerOptions options, LiveDefinitions definitions)
{
    private const int LongestKey = 512;

    /// <summary>
    /// Starts the run of an occurrence, or finds the one that it started before. Throws what a start throws (<see cref="InputRejectedException"/>, <see cref="FailureException"/>), and keeps
    /// the reason as the trigger's last refusal: no run exists then, and the occurrence may come again.
    /// </summary>
    public async Task<Started> RunAsync(StoredTrigger trigger, Occurrence occurrence)
    {
        try
        {
            return await StartAsync(trigger, occurrence).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is InputRejectedException or FailureException { Failure.Code: not ("store.io" or "store.full") })
        {
            var reason = refused.Message.Length > 2000 ? refused.Message[..2000] : refused.Message;
            await options.Store.CommitAsync(new WriteSet { RefuseFirings = [(trigger.Id, options.Time.GetUtcNow(), reason)] }).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Started> StartAsync(StoredTrigger trigger, Occurrence occurrence)
    {
        var definition = await definitions.OfAsync(trigger.Definition, CancellationToken.None).ConfigureAwait(false);
        var now = options.Time.GetUtcNow();
        var (key, digest, inputs) = (occurrence.Key, occurrence.Digest, Value.EmptyMap);
        if (definition.Elsa is null)
        {
            var plan = definition.Triggers.First(plan => plan.Name == trigger.Name);
            var context = TriggerEvent.Context(definition, occurrence.Event, now);
            if (!plan.Enabled) return Started.Nothing("the blueprint says `enabled: false`");
            if (!TriggerEvent.Wants(plan, context)) return Started.Nothing("the trigger's `if` does not hold");
            if (TriggerEvent.Key(plan, context) is { } own) (key, digest) = (own, "");
            inputs = TriggerEvent.Inputs(plan, context);
        }

        if (key.Length > LongestKey) throw new FailureException("trigger.key", FailureKind.Permanent, $"the key of an occurrence has {key.Length} characters, at most {LongestKey} are allowed");
        if (await options.Store.FindFiringAsync(trigger.Id, key, CancellationToken.None).ConfigureAwait(false) is { } before) return Started.Before(before, digest);

        var start = new StartRun(definition, inputs, $"trigger:{trigger.Id}:{key}", By: $"trigger:{trigger.Id}")
        {
            Labels = new Dictionary<string, string> { ["trigger"] = trigger.Name },
            Settles = new StoredFiring(trigger.Id, key, now, null, digest), NextDue = occurrence.Next,
            Studio = definition.Elsa is null ? null : new StudioStart(occurrence.CorrelationId, Trigger: StudioTriggers.NodeOf(trigger), Payload: occurrence.Payload),
        };
        var result = await options.Engine.StartAsync(start, CancellationToken.None).ConfigureAwait(false);
        if (!result.Existing) return new Started(result.RunId);
        var settled = await options.Store.FindFiringAsync(trigger.Id, key, CancellationToken.None).ConfigureAwait(false);
        return settled is null ? new Started(result.RunId) { Existing = true } : Started.Before(settled, digest);
    }
}

/// <summary>Something that may start a run.</summary>
/// <param name="Key">Which it is, once per trigger.</param>
/// <param name="Event">What expressions see.</param>
/// <param name="Digest">Hash of what was delivered; empty when there is nothing to compare.</param>
/// <param name="Next">When a schedule comes next; null for the others.</param>
internal sealed record Occurrence(string Key, MapValue Event, string Digest = "", ScheduleStep? Next = null)
{
    /// <summary>For workflows made in Studio: what the activity that starts it is given.</summary>
    public Value Payload { get; init; } = Value.Null;

    /// <summary>For workflows made in Studio: the run's correlation id; null = none.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>What came of an occurrence.</summary>
/// <param name="RunId">The run; null when none was wanted.</param>
internal sealed record Started(string? RunId)
{
    /// <summary>True when an earlier delivery of it made the run.</summary>
    public bool Existing { get; init; }

    /// <summary>True when something else was delivered under the same key.</summary>
    public bool IsOther { get; init; }

    /// <summary>Why no run was wanted; empty when there is one.</summary>
    public string Note { get; init; } = "";

    /// <summary>No run, for a reason.</summary>
    public static Started Nothing(string note) => new((string?)null) { Note = note };

    /// <summary>It was settled before.</summary>
    public static Started Before(StoredFiring firing, string digest) =>
        new(firing.RunId) { Existing = true, Note = firing.Note, IsOther = digest.Length > 0 && firing.Digest.Length > 0 && firing.Digest != digest };
}
