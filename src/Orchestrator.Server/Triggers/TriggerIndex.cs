using System.Text;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Server.Hooks;

namespace Orchestrator.Server.Triggers;

/// <summary>
/// Which triggers are live. Submitting a definition makes its triggers live and those of its former version dead, in one commit; an older major version than the live one changes nothing.
/// Changes of the index and the firing of schedules exclude each other.
/// </summary>
internal sealed class TriggerIndex(IStore store, TimeProvider time, LiveDefinitions definitions, Action<string> say)
{
    /// <summary>Held while the index changes and while a schedule fires.</summary>
    public SemaphoreSlim Turn { get; } = new(1);

    /// <summary>
    /// Makes a definition's triggers live; when the task completes they are on disk, the definition too. Throws <c>trigger.pathTaken</c> when another definition has the path of one of its webhooks:
    /// then nothing changes.
    /// </summary>
    public async Task SubmitAsync(Definition definition, CancellationToken cancellationToken)
    {
        await Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = (await store.ListTriggersAsync(cancellationToken).ConfigureAwait(false)).Where(trigger => trigger.Owner == definition.Name).ToArray();
            if (definition.Elsa is null && known.Length > 0 && (await definitions.OfAsync(known[0].Definition, cancellationToken).ConfigureAwait(false)).Version > definition.Version) return;
            var rows = new List<StoredTrigger>();
            if (definition.Elsa is null)
                foreach (var plan in definition.Triggers) rows.Add(Scheduled(await RowAsync(definition, plan, cancellationToken).ConfigureAwait(false), known, plan.Enabled));
            else
                foreach (var row in StudioTriggers.Rows(definition, time.GetUtcNow(), say)) rows.Add(Scheduled(row, known, true));
            await store.CommitAsync(new WriteSet
            {
                Definitions = [new StoredDefinition(definition.Hash, definition.Name, definition.Version, DefinitionJson.Write(definition))],
                Triggers = rows,
                RemoveTriggers = [.. known.Select(trigger => trigger.Id).Except(rows.Select(row => row.Id))],
            }).ConfigureAwait(false);
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>Forgets the triggers of a definition.</summary>
    public async Task RemoveAsync(string owner, CancellationToken cancellationToken)
    {
        await Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = await store.ListTriggersAsync(cancellationToken).ConfigureAwait(false);
            await store.CommitAsync(new WriteSet { RemoveTriggers = [.. known.Where(trigger => trigger.Owner == owner).Select(trigger => trigger.Id)] }).ConfigureAwait(false);
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <summary>Stops a trigger or lets it go on; null when there is none. What a schedule missed while it was stopped is not made up for.</summary>
    public async Task<StoredTrigger?> PauseAsync(string id, bool paused, CancellationToken cancellationToken)
    {
        await Turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } trigger) return null;
            var now = time.GetUtcNow();
            var missed = !paused && trigger.Paused && trigger.Due <= now;
            await store.CommitAsync(new WriteSet { PauseTriggers = [(id, paused)], SetDue = missed ? [(id, ScheduleTrigger.Of(trigger).Schedule.Next(now))] : [] }).ConfigureAwait(false);
            return await FindAsync(id, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Turn.Release();
        }
    }

    private async Task<StoredTrigger?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await store.ListTriggersAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(trigger => trigger.Id == id);

    private async Task<StoredTrigger> RowAsync(Definition definition, TriggerPlan plan, CancellationToken cancellationToken)
    {
        var match = plan.Kind switch
        {
            "webhook" => MatchOf(HookSettings.Of(plan)),
            "event" => EventMatch(plan.Settings.Get("source")?.AsString() ?? "", plan.Settings.Get("type")?.AsString() ?? ""),
            _ => "",
        };
        if (plan.Kind == "webhook" && (await store.FindTriggersAsync("webhook", match, cancellationToken).ConfigureAwait(false)).FirstOrDefault(other => other.Owner != definition.Name) is { } taken)
            throw new FailureException("trigger.pathTaken", FailureKind.Permanent, $"trigger `{plan.Name}` wants `{match}`, which belongs to trigger `{taken.Name}` of `{taken.Owner}`");
        var settings = Encoding.UTF8.GetBytes(PlainJson.Serialize(plan.Settings));
        return new StoredTrigger($"{definition.Name}/{plan.Name}", definition.Name, plan.Name, definition.Hash, plan.Kind, match, settings, time.GetUtcNow());
    }

    // A schedule that did not change goes on where it is; what it missed meanwhile is still due, and one that is over stays over.
    private static StoredTrigger Scheduled(StoredTrigger row, StoredTrigger[] known, bool isEnabled)
    {
        if (!ScheduleTrigger.IsSchedule(row.Kind) || !isEnabled) return row;
        return known.FirstOrDefault(other => other.Id == row.Id) is { } before && before.Kind == row.Kind && before.Settings.Span.SequenceEqual(row.Settings.Span) && (before.Due is not null || before.LastAt is not null)
            ? row with { IndexedAt = before.IndexedAt, Due = before.Due }
            : row with { Due = ScheduleTrigger.Of(row).Schedule.Next(row.IndexedAt) };
    }

    /// <summary>What finds the triggers of an event.</summary>
    public static string EventMatch(string source, string type) => $"{source}/{type}";

    private static string MatchOf(HookSettings hook) => HookSettings.MatchOf(hook.Method, hook.Path);
}
