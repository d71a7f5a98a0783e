using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Engine.Running;

/// <summary>Those in this process who wait for a run to end or to stop moving. Safe for concurrent use.</summary>
internal sealed class Waiters
{
    private readonly ByRun<Waiter> _byRun = new();

    public Waiter Add(string runId, bool orWaiting)
    {
        var waiter = new Waiter(runId, orWaiting);
        _byRun.Add(runId, waiter);
        return waiter;
    }

    public void Remove(Waiter waiter) => _byRun.Remove(waiter.RunId, waiter);

    public void Announce(string runId, RunStatus status, RunState state)
    {
        RunView? view = null;
        foreach (var waiter in _byRun.Of(runId))
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
