using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestrator.Engine.Metrics;

namespace Orchestrator.Engine.Storage;

/// <summary>
/// A writer lane: one thread that commits whatever gathered while its last commit ran. Nothing waits for company, so a lone write is as fast as the disk, and a crowd shares one flush.
/// Writes are committed in the order of the calls. Safe for concurrent use.
/// </summary>
/// <typeparam name="T">What is written.</typeparam>
public sealed class GroupCommit<T> : IAsyncDisposable
    where T : class
{
    private const int MaxRows = 512;
    private const long MaxBytes = 1 << 20;

    private readonly object _gate = new(); // a Monitor: the lane waits on it
    private readonly Queue<PendingWrite<T>> _queue = [];
    private readonly List<PendingWrite<T>> _group = [];
    private readonly Func<T, (int Rows, long Bytes)> _weigh;
    private readonly Action<IReadOnlyList<PendingWrite<T>>> _commit;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LaneMeter _meter;
    private bool _stopping;

    /// <summary>Starts the lane.</summary>
    /// <param name="name">Name of its thread.</param>
    /// <param name="weigh">Rows and bytes of a write; a group ends at 512 rows or 1 MiB, but holds at least one write.</param>
    /// <param name="commit">
    /// Makes a group durable, on the lane's thread, and sets <see cref="PendingWrite{T}.Failure"/> of those that were refused. What it throws fails every write of the group that has no failure yet.
    /// </param>
    /// <param name="meter">On which it counts what it does; null = it counts nothing.</param>
    public GroupCommit(string name, Func<T, (int Rows, long Bytes)> weigh, Action<IReadOnlyList<PendingWrite<T>>> commit, Meter? meter = null)
    {
        (_weigh, _commit) = (weigh, commit);
        _meter = new LaneMeter(meter, Waiting);
        new Thread(Run) { Name = name, IsBackground = true }.Start();
    }

    /// <summary>Completes when the write is durable, and fails when it was refused.</summary>
    public Task CommitAsync(T write)
    {
        var pending = new PendingWrite<T>(write);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            _queue.Enqueue(pending);
            if (_queue.Count == 1) Monitor.Pulse(_gate);
        }

        return pending.Done.Task;
    }

    /// <summary>Takes no more writes, commits those it has, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }

        await _stopped.Task.ConfigureAwait(false);
    }

    private int Waiting()
    {
        lock (_gate) return _queue.Count;
    }

    private void Run()
    {
        while (TakeGroup())
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                _commit(_group);
            }
#pragma warning disable CA1031 // whatever went wrong, the callers must hear of it and the lane must live
            catch (Exception failure)
#pragma warning restore CA1031
            {
                foreach (var pending in _group) pending.Failure ??= failure;
                _meter.Failed();
            }

            _meter.Ended(_group.Count, Stopwatch.GetElapsedTime(began));
            foreach (var pending in _group)
            {
                if (pending.Failure is { } failure) pending.Done.SetException(failure);
                else pending.Done.SetResult();
            }

            _group.Clear();
        }

        _stopped.SetResult();
    }

    private bool TakeGroup()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_stopping) return false;
                Monitor.Wait(_gate);
            }

            var (rows, bytes) = (0, 0L);
            while (_queue.TryPeek(out var next))
            {
                var weight = _weigh(next.Write);
                (rows, bytes) = (rows + weight.Rows, bytes + weight.Bytes);
                if (_group.Count > 0 && (rows > MaxRows || bytes > MaxBytes)) break;
                _group.Add(_queue.Dequeue());
            }

            return true;
        }
    }
}

/// <summary>A write on its way to the disk.</summary>
/// <typeparam name="T">What is written.</typeparam>
public sealed class PendingWrite<T>
{
    internal PendingWrite(T write) => Write = write;

    /// <summary>What is written.</summary>
    public T Write { get; }

    /// <summary>Why it was refused; null while it was not.</summary>
    public Exception? Failure { get; set; }

    internal TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
