using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Elsa.Executions;
using Orchestrator.Server.Elsa.Instances;

namespace Orchestrator.Server.Elsa.Live;

/// <summary>
/// Watches the runs that somebody looks at and tells them, a few times a second at most, when the journal has grown. Every message has the sums of all activities and not only of what changed, and
/// it is repeated twice after the run came to rest: a viewer that is just opening loses what comes in its first two seconds.
/// </summary>
internal sealed class LiveRuns(IHubContext<WorkflowInstanceHub> hub, LiveSource source, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan[] Repeats = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)];

    private readonly ConcurrentDictionary<string, HashSet<string>> _observers = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();

    /// <summary>Somebody looks at a run.</summary>
    public void Observe(string runId, string connection)
    {
        lock (_lock)
        {
            if (_observers.TryGetValue(runId, out var connections))
            {
                connections.Add(connection);
                return;
            }

            _observers[runId] = [connection];
        }

        _ = WatchAsync(runId);
    }

    /// <summary>Somebody looks away.</summary>
    public void Leave(string connection)
    {
        lock (_lock)
        {
            foreach (var (runId, connections) in _observers)
                if (connections.Remove(connection) && connections.Count == 0)
                    _observers.TryRemove(runId, out _);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task WatchAsync(string runId)
    {
        var stopping = _stopping.Token;
        var seen = "";
        var resting = 0;
        try
        {
            while (_observers.ContainsKey(runId))
            {
                var (mark, isResting) = await source.MarkAsync(runId, stopping).ConfigureAwait(false);
                if (mark != seen)
                {
                    seen = mark;
                    resting = 0;
                    await TellAsync(runId, stopping).ConfigureAwait(false);
                }
                else if (isResting && resting < Repeats.Length)
                {
                    await Task.Delay(Repeats[resting++], time, stopping).ConfigureAwait(false);
                    await TellAsync(runId, stopping).ConfigureAwait(false);
                    continue;
                }

                await Task.Delay(Pause, time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
        catch (Exception trouble) when (trouble is Model.Failures.FailureException or ObjectDisposedException)
        {
            // The store cannot be read now; the viewer polls on its own and the next observer starts anew.
            _observers.TryRemove(runId, out _);
        }
    }

    // After the state is stored: each message makes the viewer read it.
    private async Task TellAsync(string runId, CancellationToken cancellationToken)
    {
        if (await source.StatsAsync(runId, cancellationToken).ConfigureAwait(false) is not { } stats) return;
        var group = hub.Clients.Group(runId);
        await group.SendAsync("ActivityExecutionLogUpdatedAsync", new JsonObject { ["stats"] = stats }, cancellationToken).ConfigureAwait(false);
        await group.SendAsync("WorkflowExecutionLogUpdatedAsync", new JsonObject(), cancellationToken).ConfigureAwait(false);
        await group.SendAsync("WorkflowInstanceUpdatedAsync", new JsonObject { ["workflowInstanceId"] = runId }, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>What <see cref="LiveRuns"/> reads.</summary>
/// <param name="Store">The store.</param>
/// <param name="Instances">The runs.</param>
internal sealed record LiveSource(IStore Store, InstanceBook Instances)
{
    /// <summary>What changes when the run does, and whether it has come to rest.</summary>
    public async Task<(string Mark, bool IsResting)> MarkAsync(string runId, CancellationToken cancellationToken)
    {
        if (await Instances.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not { } run) return ("", true);
        var last = await Store.LastEventNumberAsync(runId, cancellationToken).ConfigureAwait(false);
        return ($"{run.Status}/{last}", run.Status is not (Engine.Runs.RunStatus.Running or Engine.Runs.RunStatus.Pending));
    }

    /// <summary>The sums of all activities that ran; null when there is no such run.</summary>
    public async Task<JsonArray?> StatsAsync(string runId, CancellationToken cancellationToken) =>
        await Instances.FindAsync(runId, cancellationToken).ConfigureAwait(false) is { } instance ? ExecutionShape.Stats(instance.Execution.Activities) : null;
}
