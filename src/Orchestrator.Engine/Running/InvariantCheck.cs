using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Running;

/// <summary>Always one of three: every live run is leased and moving, waiting on a stored wake-up, or paused with a reason. One that is not raises an alarm and is loaded again.</summary>
internal sealed class InvariantCheck(EngineCore core)
{
    private const int Page = 1000;
    private (DateTimeOffset CreatedAt, string RunId)? _before;

    /// <summary>Looks at one page of live runs, newest first, and goes on from there the next time.</summary>
    public async Task RunAsync(DateTimeOffset now)
    {
        var runs = await core.Store.ListRunsAsync(
            new RunQuery([RunStatus.Running, RunStatus.Waiting, RunStatus.Paused], Before: _before, Limit: Page), CancellationToken.None).ConfigureAwait(false);
        _before = runs.Count == Page ? (runs[^1].CreatedAt, runs[^1].RunId) : null;
        foreach (var run in runs)
        {
            // Freshly changed rows may be in the middle of their change.
            if (now - run.UpdatedAt < TimeSpan.FromSeconds(10)) continue;
            var problem = run.Status switch
            {
                RunStatus.Running when !core.IsLive(run.RunId) => "is said to be running, but nothing runs it",
                RunStatus.Waiting when !core.IsLive(run.RunId) && (await core.Store.ReadTimersAsync(run.RunId, CancellationToken.None).ConfigureAwait(false)).Count == 0 => "waits, but no wake-up is stored for it",
                RunStatus.Paused when run.Attention is null => "is paused without a reason",
                _ => null,
            };
            if (problem is null) continue;
            core.Alarm(run.RunId, problem);
            core.Post(run.RunId, run.Status == RunStatus.Running ? new RecoveredFact { Now = now } : new WokenFact { Now = now });
        }
    }
}
