using System.Collections.Concurrent;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Engine.Running;

/// <summary>Those in this process who wait for a run to end or to stop moving. Safe for concurrent use.</summary>
internal sealed class Waiters
{
    private readonly ConcurrentDictionary<string, List<Waiter>> _byRun = new(StringComparer.Ordinal);

    public Waiter Add(string runId, bool orWaiting)
    {
        var waiter = new Waiter(runId, orWaiting);
        _byRun.AddOrUpdate(runId, _ => [waiter], (_, known) => [.. known, waiter]);
        return waiter;
    }

    public void Remove(Waiter waiter)
    {
        while (_byRun.TryGetValue(waiter.RunId, out var known))
        {
            List<Waiter> rest = [.. known.Where(other => other != waiter)];
            if (rest.Count == 0 ? _byRun.TryRemove(KeyValuePair.Create(waiter.RunId, known)) : _byRun.TryUpdate(waiter.RunId, rest, known)) return;
        }
    }

    public void Announce(string runId, RunStatus status, RunState state)
    {
        if (_byRun.IsEmpty || !_byRun.TryGetValue(runId, out var known)) return;
        RunView? view = null;
        foreach (var waiter in known)
            if (waiter.Wants(status)) waiter.Done.TrySetResult(view ??= RunViews.Of(state));
    }
}

/// <summary>One who waits.</summary>
internal sealed class Waiter(string runId, bool orWaiting)
{
    public string RunId { get; } = runId;

    public TaskCompletionSource<RunView> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Wants(RunStatus status) =>
        status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled or RunStatus.Paused || (orWaiting && status == RunStatus.Waiting);
}
