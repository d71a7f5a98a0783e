using Orchestrator.Engine;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Triggers;

/// <summary>Starts what an event triggers: workflows that begin with an <c>Event</c> of that name, and blueprints with <c>event: {source: elsa, type: NAME}</c>.</summary>
internal sealed class EventStart(ServerOptions options, TriggerStart start)
{
    private const string Source = "elsa";

    /// <summary>How many runs it started, now or when the same key came before; that key again starts nothing new.</summary>
    public async Task<int> RunAsync(Stimulus stimulus, string key, CancellationToken cancellationToken)
    {
        if (stimulus.Name != "Elsa.Event") return 0;
        var at = Value.Of(Instants.Text(options.Time.GetUtcNow()));
        var @event = Value.Map(("id", Value.Of(key)), ("type", Value.Of(stimulus.Match)), ("at", at), ("source", Value.Of(Source)), ("body", stimulus.Payload));
        var occurrence = new Occurrence("event:" + key, @event) { Payload = stimulus.Payload, CorrelationId = stimulus.CorrelationId };
        var studio = await options.Store.FindTriggersAsync("elsa.event", stimulus.Match, cancellationToken).ConfigureAwait(false);
        var blueprints = await options.Store.FindTriggersAsync("event", TriggerIndex.EventMatch(Source, stimulus.Match), cancellationToken).ConfigureAwait(false);
        var count = 0;
        foreach (var trigger in studio.Concat(blueprints).Where(trigger => !trigger.Paused))
        {
            try
            {
                if (await start.RunAsync(trigger, occurrence).ConfigureAwait(false) is { RunId: not null }) count++;
            }
            catch (Exception refused) when (refused is InputRejectedException or FailureException { Failure.Code: not ("store.io" or "store.full") })
            {
                // One that refuses must not keep the event from the others; its reason is in the index.
                options.Say($"trigger {trigger.Id}: {refused.Message}");
            }
        }

        return count;
    }
}
