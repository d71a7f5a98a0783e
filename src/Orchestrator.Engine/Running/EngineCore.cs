using System.Collections.Concurrent;
using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Metrics;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Secrets;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>What all runs of an engine share: who is in memory, the places, the clock, the desk where messages come in.</summary>
internal sealed class EngineCore
{
    /// <summary>How long an attempt runs before people see that it does.</summary>
    public static readonly TimeSpan Visible = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, LiveRun> _live = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Attempt, byte> _attempts = new();
    private readonly ConcurrentQueue<(DateTimeOffset Due, string RunId)> _again = new();
    private readonly Lock _lock = new();
    private Task<Target>? _local;

    public EngineCore(EngineOptions options)
    {
        Options = options;
        Ids = new IdSource(options.Time, options.Seed);
        Places = new Places(options.MaxConcurrentActivities);
        Definitions = new DefinitionBook(options.Store, options.Activities);
        AnySecrets = new SecretSources(options.Store, options.Seal, new Redactor());
        Starting = new Starting(this);
        Groups = new Groups(this);
        Desk = new Desk(this);
        Stash = new Stash(this);
        Clock = new Clock(this);
        Meter = new EngineMeter(this);
    }

    public EngineOptions Options { get; }

    public IStore Store => Options.Store;

    public TimeProvider Time => Options.Time;

    public IdSource Ids { get; }

    public Places Places { get; }

    public DefinitionBook Definitions { get; }

    /// <summary>Resolves secrets outside of any run.</summary>
    public SecretSources AnySecrets { get; }

    public Starting Starting { get; }

    public Groups Groups { get; }

    public Desk Desk { get; }

    /// <summary>Stimuli that nobody waits for yet.</summary>
    public Stash Stash { get; }

    public Clock Clock { get; }

    public Waiters Waiters { get; } = new();

    public ByRun<RunFollower> Followers { get; } = new();

    public EngineMeter Meter { get; }

    /// <summary>True once nothing new may start.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Why the engine no longer owns the store; null while it does.</summary>
    public Exception? Lost { get; private set; }

    public IEnumerable<LiveRun> Live => _live.Values;

    public bool HasAttempts => !_attempts.IsEmpty;

    /// <summary>The instant, whole milliseconds, UTC: what journals hold.</summary>
    public DateTimeOffset Now()
    {
        var ticks = Time.GetUtcNow().UtcTicks;
        return new DateTimeOffset(ticks - ticks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
    }

    /// <summary>Hands a fact to a run, loading it when it is not in memory.</summary>
    public void Post(string runId, Fact fact)
    {
        if (IsStopping) return;
        while (!_live.GetOrAdd(runId, id => new LiveRun(this, id)).Post(fact))
        {
            // It left memory between look-up and post; the next turn makes another.
        }
    }

    /// <summary>A run that was made elsewhere is in memory now.</summary>
    public void Adopt(LiveRun run) => _live[run.RunId] = run;

    public void Forget(LiveRun run) => _live.TryRemove(KeyValuePair.Create(run.RunId, run));

    public bool IsLive(string runId) => _live.ContainsKey(runId);

    public void AttemptStarts(Attempt attempt)
    {
        _attempts[attempt] = 0;
        if (Options.Dispatch is { } dispatch) dispatch(attempt.Execute);
        else ThreadPool.UnsafeQueueUserWorkItem(attempt, preferLocal: true);
    }

    /// <summary>Gives its place back, once. Without an outcome when nobody waits for it any more.</summary>
    public void AttemptEnded(Attempt attempt, ReturnedFact? outcome)
    {
        if (!_attempts.TryRemove(attempt, out _)) return;
        Meter.AttemptEnded(attempt, outcome);
        Places.Release();
    }

    public void CheckAttempts(DateTimeOffset now)
    {
        foreach (var (attempt, _) in _attempts) attempt.Check(now);
    }

    public ValueTask<Target> LocalTargetAsync(CancellationToken cancellationToken)
    {
        var open = _local;
        if (open is { IsCompletedSuccessfully: true }) return new(open.Result);
        lock (_lock)
        {
            if (_local is null || _local.IsFaulted || _local.IsCanceled) _local = Options.OpenTarget("local", "local", Value.EmptyMap, cancellationToken);
            return new(_local);
        }
    }

    /// <summary>A run could not go on: the store is another's now, the store failed, or this program has a bug. Other runs are not touched.</summary>
    public async Task BrokenAsync(LiveRun run, List<Fact>? facts, Exception exception)
    {
        run.Drop();
        if (exception is FencedException)
        {
            Lost = exception;
            IsStopping = true;
            return;
        }

        if (IsStopping) return;
        Alarm(run.RunId, $"{exception.GetType().Name}: {exception.Message}");
        var isLasting = exception is Journal.UnknownEventException or FormatException or System.Text.Json.JsonException or InvalidOperationException or NullReferenceException or ArgumentException or KeyNotFoundException;
        if (!isLasting)
        {
            _again.Enqueue((Now() + TimeSpan.FromSeconds(1), run.RunId));
            Desk.PutBack(facts);
            return;
        }

        try
        {
            await Desk.ParkAsync(run.RunId, facts ?? [], exception.Message).ConfigureAwait(false);
        }
        catch (Exception second)
        {
            Alarm(run.RunId, $"could not be parked: {second.Message}");
        }
    }

    /// <summary>Runs whose store access failed try again.</summary>
    public void Again(DateTimeOffset now)
    {
        for (var count = _again.Count; count > 0 && _again.TryDequeue(out var entry); count--)
        {
            if (entry.Due > now) _again.Enqueue(entry);
            else Post(entry.RunId, new RecoveredFact { Now = now });
        }
    }

    /// <summary>The workflow that another one made in Studio calls.</summary>
    public async Task<Model.Definitions.Definition> FindWorkflowAsync(CallPlan call, CancellationToken cancellationToken) =>
        await PublishedAsync(call, cancellationToken).ConfigureAwait(false) is { } hash
            ? (await Definitions.LoadAsync(hash).ConfigureAwait(false)).Definition
            : await Definitions.FindAsync(call.Blueprint).ConfigureAwait(false);

    // The version that is named, else the published one of that definition.
    private async Task<string?> PublishedAsync(CallPlan call, CancellationToken cancellationToken)
    {
        var query = call.VersionId is { } version
            ? new WorkflowQuery { VersionIds = [version], Take = 1 }
            : new WorkflowQuery { DefinitionIds = [call.Blueprint], Versions = WorkflowVersions.Published, Take = 1 };
        return (await Store.ListWorkflowsAsync(query, cancellationToken).ConfigureAwait(false)).Items is [var found, ..] ? found.Hash : null;
    }

    public void Alarm(string runId, string message)
    {
        Meter.Alarm();
        Options.OnAlarm?.Invoke(runId, message);
    }

    /// <summary>Begins no attempt any more, and waits until those under way have ended and their outcomes are journaled; false when that took longer than <paramref name="limit"/>.</summary>
    public async Task<bool> DrainAsync(TimeSpan limit)
    {
        Places.Close();
        // What ends here are threads and processes of this machine: they take real time, whatever clock the runs live by.
        var began = TimeProvider.System.GetTimestamp();
        while (HasAttempts || _live.Values.Any(run => run.IsAtWork))
        {
            if (TimeProvider.System.GetElapsedTime(began) >= limit) return false;
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Stops in good order: nothing starts any more, what runs is cut off without an outcome, what rides is stored.</summary>
    public async Task StopAsync()
    {
        if (IsStopping && Lost is null) return;
        await Clock.DisposeAsync().ConfigureAwait(false);
        foreach (var run in _live.Values) run.Post(new ReleasedFact { Now = Now() });
        IsStopping = true;
        foreach (var run in _live.Values) run.CutOff();
        var began = TimeProvider.System.GetTimestamp();
        while (HasAttempts && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5) && Options.Dispatch is null)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System).ConfigureAwait(false);
        if (_local is { IsCompletedSuccessfully: true } local) await local.Result.DisposeAsync().ConfigureAwait(false);
    }
}
