namespace Orchestrator.Engine.Storage;

internal sealed partial class InMemoryTables
{
    public Page<RunSummary> Search(RunSearch search)
    {
        var found = Runs.Values.Where(run => Matches(search, run)).ToList();
        long Key(RunSummary run) => InstantOf(run, search.Order) is { } at ? StoredInstant.Of(at) : search.Ascending ? long.MaxValue : long.MinValue;
        var ordered = search.Ascending
            ? found.OrderBy(Key).ThenBy(run => run.RunId, StringComparer.Ordinal)
            : found.OrderByDescending(Key).ThenByDescending(run => run.RunId, StringComparer.Ordinal);
        return new Page<RunSummary>([.. ordered.Skip(search.Skip).Take(search.Take)], found.Count);
    }

    private void Forget(string runId)
    {
        if (!Runs.TryGetValue(runId, out var run) || run.Status is not (Orchestrator.Engine.Runs.RunStatus.Completed or Orchestrator.Engine.Runs.RunStatus.Failed or Orchestrator.Engine.Runs.RunStatus.Cancelled)) return;
        Runs.Remove(runId);
        RunsByAge.Remove((StoredInstant.Of(run.CreatedAt), runId));
        if (run.StartKey is { } key) StartKeys.Remove(key);
        foreach (var (id, timer) in TimerDue.Keys.Where(timer => timer.RunId == runId).ToArray()) RemoveTimer(id, timer);
        Slots.RemoveAll(slot => slot.RunId == runId);
        Events.Remove(runId);
        Snapshots.Remove(runId);
        Log.Remove(runId);
        foreach (var message in Inbox.Keys.Where(message => message.RunId == runId).ToArray())
        {
            Waiting.Remove(Inbox[message].Number);
            Inbox.Remove(message);
        }

        foreach (var reference in Secrets.Keys.Where(reference => reference.StartsWith($"run:{runId}/", StringComparison.Ordinal)).ToArray()) Secrets.Remove(reference);
    }

    private static bool Matches(RunSearch search, RunSummary run) =>
        (search.Statuses is null || search.Statuses.Contains(run.Status))
        && (search.Blueprints is null || search.Blueprints.Contains(run.Blueprint))
        && (search.Definitions is null || search.Definitions.Contains(run.Definition))
        && (search.RunIds is null || search.RunIds.Contains(run.RunId))
        && (search.Version is null || search.Version == run.Version)
        && (search.Label is not { } label || (run.Labels?.TryGetValue(label.Name, out var value) ?? false) && value == label.Value)
        && (search.Text is not { Length: > 0 } text || run.RunId.StartsWith(text, StringComparison.OrdinalIgnoreCase) || run.Blueprint.Contains(text, StringComparison.OrdinalIgnoreCase)
            || (run.Labels?.Values.Any(one => one.Contains(text, StringComparison.OrdinalIgnoreCase)) ?? false))
        && search.Times.All(limit => InstantOf(run, limit.Of) is { } at && Holds(StoredInstant.Of(at).CompareTo(StoredInstant.Of(limit.At)), limit.Compare));

    private static bool Holds(int comparison, string compare) => compare switch
    {
        "<" => comparison < 0,
        "<=" => comparison <= 0,
        ">" => comparison > 0,
        ">=" => comparison >= 0,
        "!=" => comparison != 0,
        _ => comparison == 0,
    };

    private static DateTimeOffset? InstantOf(RunSummary run, RunInstant instant) => instant switch
    {
        RunInstant.Updated => run.UpdatedAt,
        RunInstant.Completed => run.CompletedAt,
        _ => run.CreatedAt,
    };
}
