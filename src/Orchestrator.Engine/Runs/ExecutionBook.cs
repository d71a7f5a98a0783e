using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Runs;

/// <summary>
/// <see cref="Execution"/>s for those who look at the same runs again and again, as viewers of a live run do: what was folded of the runs asked for last is kept, and only what their journals grew by since is
/// read. The answer is the same as that of <see cref="Executions.ReadAsync"/>. Safe for concurrent use.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="mostRuns">Of so many runs at most something is kept.</param>
/// <param name="mostBytes">About so much memory at most is kept; a run that takes more by itself is folded anew each time.</param>
public sealed class ExecutionBook(IStore store, int mostRuns = ExecutionBook.MostRuns, long mostBytes = ExecutionBook.MostBytes)
{
    /// <summary>Of how many runs something is kept.</summary>
    public const int MostRuns = 64;

    /// <summary>About how much memory is kept.</summary>
    public const long MostBytes = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (KeptFold Fold, long Use)> _kept = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>Of how many runs something is kept now.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _kept.Count;
        }
    }

    /// <summary>What the activities of a run did, up to the last event in the store; null when there is no such run, or its journal cannot be read by this program. The id must be whole.</summary>
    public async Task<Execution?> ReadAsync(string runId, CancellationToken cancellationToken)
    {
        KeptFold fold;
        lock (_lock)
        {
            fold = _kept.TryGetValue(runId, out var known) ? known.Fold : new KeptFold(store, runId);
            _kept[runId] = (fold, ++_uses);
        }

        try
        {
            var execution = await fold.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (execution is null) Forget(runId);
            return execution;
        }
        finally
        {
            lock (_lock)
            {
                // One that is too large by itself must not drive out all others.
                if (fold.Bytes > mostBytes) _kept.Remove(runId);
                while (_kept.Count > mostRuns || _kept.Values.Sum(other => other.Fold.Bytes) > mostBytes) _kept.Remove(_kept.MinBy(other => other.Value.Use).Key);
            }
        }
    }

    /// <summary>Keeps nothing of a run any more: it was forgotten, and another may come under its id.</summary>
    public void Forget(string runId)
    {
        lock (_lock) _kept.Remove(runId);
    }
}
