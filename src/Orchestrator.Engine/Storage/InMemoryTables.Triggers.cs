namespace Orchestrator.Engine.Storage;

internal sealed partial class InMemoryTables
{
    public SortedDictionary<string, StoredTrigger> Triggers { get; } = new(StringComparer.Ordinal);

    public Dictionary<(string TriggerId, string Key), StoredFiring> Firings { get; } = [];

    private DuplicateKeyException? CheckTriggers(WriteSet writes)
    {
        var settled = new HashSet<(string, string)>();
        foreach (var firing in writes.Firings)
            if (!settled.Add((firing.TriggerId, firing.Key)) || Firings.ContainsKey((firing.TriggerId, firing.Key)))
                return new DuplicateKeyException($"occurrence {firing.Key} of trigger {firing.TriggerId}");
        return null;
    }

    private void ApplyTriggers(WriteSet writes)
    {
        foreach (var id in writes.RemoveTriggers) Triggers.Remove(id);
        foreach (var trigger in writes.Triggers)
        {
            var known = Triggers.GetValueOrDefault(trigger.Id);
            Triggers[trigger.Id] = trigger with
            {
                Settings = trigger.Settings.ToArray(), IndexedAt = Whole(trigger.IndexedAt), Due = DueOf(trigger.Due),
                Paused = known?.Paused ?? trigger.Paused, LastAt = known?.LastAt, LastRun = known?.LastRun, RefusedAt = known?.RefusedAt, Refusal = known?.Refusal,
            };
        }

        foreach (var firing in writes.Firings)
        {
            Firings.Add((firing.TriggerId, firing.Key), firing with { At = Whole(firing.At) });
            Change(firing.TriggerId, trigger => trigger with { LastAt = Whole(firing.At), LastRun = firing.RunId ?? trigger.LastRun });
        }

        foreach (var (id, due) in writes.SetDue) Change(id, trigger => trigger with { Due = DueOf(due) });
        foreach (var (id, at, reason) in writes.RefuseFirings) Change(id, trigger => trigger with { RefusedAt = Whole(at), Refusal = reason });
        foreach (var (id, paused) in writes.PauseTriggers) Change(id, trigger => trigger with { Paused = paused });
    }

    private void Change(string id, Func<StoredTrigger, StoredTrigger> change)
    {
        if (Triggers.TryGetValue(id, out var trigger)) Triggers[id] = change(trigger);
    }

    private static DateTimeOffset Whole(DateTimeOffset at) => StoredInstant.From(StoredInstant.Of(at));

    private static DateTimeOffset? DueOf(DateTimeOffset? due) => due is { } at ? StoredInstant.From(StoredInstant.NotBefore(at)) : null;
}
