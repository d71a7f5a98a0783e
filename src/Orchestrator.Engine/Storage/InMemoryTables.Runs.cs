namespace Orchestrator.Engine.Storage;

internal sealed partial class InMemoryTables
{
    public IEnumerable<RunSummary> List(RunQuery query)
    {
        // Walked through from the newest without looking at all: what the engine does at each start.
        var found = query is { Order: RunInstant.Created, Ascending: false } ? RunsByAge.Reverse().Select(row => Runs[row.RunId]).Where(query.Fits) : Ordered(query);
        return found.Skip(query.Skip).Take(query.Limit);
    }

    public RunCount Count(RunQuery query) => new(Runs.Values.Count((query with { Before = null }).Fits), IsExact: true);

    private IEnumerable<RunSummary> Ordered(RunQuery query)
    {
        var found = Runs.Values.Where(query.Fits);
        return query.Ascending
            ? found.OrderBy(Key).ThenBy(run => run.RunId, StringComparer.Ordinal)
            : found.OrderByDescending(Key).ThenByDescending(run => run.RunId, StringComparer.Ordinal);

        long Key(RunSummary run) => RunTimeLimit.OfRun(run, query.Order) is { } at ? StoredInstant.Of(at) : long.MinValue;
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
}
