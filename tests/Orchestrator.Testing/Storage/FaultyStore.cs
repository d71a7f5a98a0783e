using Orchestrator.Engine.Storage;

namespace Orchestrator.Testing.Storage;

/// <summary>Where a commit fails: before it took effect (nothing is stored) or after (all is stored, and only the caller does not hear of it).</summary>
public enum CommitFault
{
    Before,
    After,
}

/// <summary>When a <see cref="FaultyStore"/> misbehaves. Commits are counted from 1 over the life of one handle.</summary>
public sealed record FaultPlan
{
    /// <summary>The process "dies" at these commits: the call fails and so does every later one, reads included.</summary>
    public IReadOnlyDictionary<int, CommitFault> Crashes { get; init; } = new Dictionary<int, CommitFault>();

    /// <summary>These commits fail with an I/O failure and the store goes on.</summary>
    public IReadOnlyDictionary<int, CommitFault> Failures { get; init; } = new Dictionary<int, CommitFault>();

    /// <summary>True: commits gather until <see cref="FaultyStore.Flush"/>; a crash loses those that gathered.</summary>
    public bool Hold { get; init; }

    /// <summary>A plan drawn from a seed: one crash within the first <paramref name="commits"/> commits, before or after it took effect.</summary>
    public static FaultPlan OneCrash(int seed, int commits)
    {
        var random = new Random(seed);
        return new FaultPlan { Crashes = new Dictionary<int, CommitFault> { [random.Next(1, commits + 1)] = (CommitFault)random.Next(2) } };
    }

    /// <summary>A plan drawn from a seed: each of the first <paramref name="commits"/> commits fails with the given probability, without a crash.</summary>
    public static FaultPlan SomeFailures(int seed, int commits, double probability)
    {
        var random = new Random(seed);
        var failures = new Dictionary<int, CommitFault>();
        for (var commit = 1; commit <= commits; commit++)
        {
            var fault = (CommitFault)random.Next(2);
            if (random.NextDouble() < probability) failures.Add(commit, fault);
        }

        return new FaultPlan { Failures = failures };
    }
}

/// <summary>The process this store belonged to is dead.</summary>
public sealed class StoreCrashedException() : IOException("the process died at this commit");

/// <summary>
/// An <see cref="InMemoryStore"/> that fails as a <see cref="FaultPlan"/> says. After a crash, <see cref="Restart"/> gives what a new process would find: everything that took effect,
/// nothing that did not, the epoch one higher, and this handle fenced for ever.
/// </summary>
public sealed class FaultyStore : ForwardingStore
{
    private readonly InMemoryStore _inner;
    private readonly FaultPlan _plan;
    private readonly Lock _lock = new();
    private readonly Queue<(WriteSet Writes, TaskCompletionSource Done)> _held = [];
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FaultyStore(FaultPlan plan)
        : this(new InMemoryStore(), plan)
    {
    }

    private FaultyStore(InMemoryStore inner, FaultPlan plan) => (_inner, _plan) = (inner, plan);

    /// <summary>Completes when the process "died".</summary>
    public Task Crashed => _crashed.Task;

    /// <summary>Commits asked for so far.</summary>
    public int Commits { get; private set; }

    public override long Epoch => _inner.Epoch;

    /// <summary>Dies now; what was held is lost.</summary>
    public void Crash()
    {
        lock (_lock)
        {
            _crashed.TrySetResult();
            while (_held.TryDequeue(out var held)) held.Done.TrySetException(new StoreCrashedException());
        }
    }

    /// <summary>What a new process finds; fences this handle.</summary>
    public FaultyStore Restart(FaultPlan? plan = null)
    {
        Crash();
        return new FaultyStore(_inner.Reopen(), plan ?? new FaultPlan());
    }

    public override Task CommitAsync(WriteSet writes)
    {
        lock (_lock)
        {
            if (Crashed.IsCompleted) return Task.FromException(new StoreCrashedException());
            Commits++;
            if (!_plan.Hold) return CommitNow(writes, Commits);
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _held.Enqueue((writes, done));
            return done.Task;
        }
    }

    /// <summary>Commits the oldest <paramref name="count"/> held sets, in order; without a count all of them.</summary>
    public async Task Flush(int count = int.MaxValue)
    {
        for (var i = 0; i < count; i++)
        {
            (WriteSet Writes, TaskCompletionSource Done) held;
            Task commit;
            lock (_lock)
            {
                if (!_held.TryDequeue(out held)) return;
                commit = CommitNow(held.Writes, Commits - _held.Count);
            }

            await commit.ContinueWith(
                done => held.Done.TrySetFromTask(done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private Task CommitNow(WriteSet writes, int number)
    {
        if (_plan.Crashes.TryGetValue(number, out var crash))
        {
            if (crash == CommitFault.After) _ = _inner.CommitAsync(writes);
            Crash();
            return Task.FromException(new StoreCrashedException());
        }

        if (!_plan.Failures.TryGetValue(number, out var fault)) return _inner.CommitAsync(writes);
        if (fault == CommitFault.After) _ = _inner.CommitAsync(writes);
        return Task.FromException(new Model.Failures.FailureException("store.io", Model.Failures.FailureKind.Transient, $"commit {number} failed {(fault == CommitFault.After ? "after" : "before")} it took effect"));
    }

    protected override IStore Inner => Crashed.IsCompleted ? throw new StoreCrashedException() : _inner;

    public override ValueTask DisposeAsync()
    {
        Crash();
        return ValueTask.CompletedTask;
    }
}
