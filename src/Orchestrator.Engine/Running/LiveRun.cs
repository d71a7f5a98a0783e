using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Secrets;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Engine.Running;

/// <summary>
/// A run in memory: load, fold, decide, commit, dispatch. Facts come from any thread and queue up; one thread at a time works on them. A run with nothing under way leaves memory; the next fact
/// loads it again.
/// </summary>
internal sealed partial class LiveRun
{
    private readonly Lock _lock = new();
    private readonly Queue<Fact> _facts = [];
    private bool _isBusy;
    private bool _isClosed;
    private long _ridingSince;

    public LiveRun(EngineCore core, string runId)
    {
        Core = core;
        RunId = runId;
        Log = new RunLog(runId, Redactor);
        Targets = new RunTargets(core);
        Secrets = new SecretSources(core.Store, core.Options.Seal, Redactor);
    }

    public EngineCore Core { get; }

    public string RunId { get; }

    public Redactor Redactor { get; } = new();

    public SecretSources Secrets { get; }

    public RunLog Log { get; }

    public RunTargets Targets { get; }

    /// <summary>The folded state; null until loaded. Only touched by the thread that works on the run.</summary>
    public RunState? State { get; private set; }

    /// <summary>Events that are folded in and ride with the next commit.</summary>
    public List<JournalEvent> Riding { get; } = [];

    /// <summary>What the store has been told.</summary>
    public CommitMemory Memory { get; } = new();

    /// <summary>When the run times out, in ticks, for the sweep of runs under way; 0 until known.</summary>
    public long DeadlineTicks { get; private set; }

    /// <summary>Makes the state of a run that does not exist yet.</summary>
    public RunState Create(Graphs.RunGraph graph)
    {
        Memory.IsNew = true;
        Log.Last = 0;
        return Adopt(new RunState(RunId, graph));
    }

    /// <summary>Takes a fact; false when the run has left memory and another object must be made.</summary>
    public bool Post(Fact fact)
    {
        lock (_lock)
        {
            if (_isClosed) return false;
            _facts.Enqueue(fact);
            if (_isBusy) return true;
            _isBusy = true;
        }

        _ = PumpAsync();
        return true;
    }

    /// <summary>Keeps other threads off while a parent's commit creates the run.</summary>
    public void Hold() => _isBusy = true;

    /// <summary>Lets a held run move.</summary>
    public void LetGo()
    {
        lock (_lock) _facts.Enqueue(NudgeFact.Instance);
        _ = PumpAsync();
    }

    /// <summary>True when something has waited for a commit longer than people should wait to see it.</summary>
    public bool NeedsFlush(DateTimeOffset now) =>
        Log.HasPending || (Interlocked.Read(ref _ridingSince) is var since and > 0 && now.UtcTicks - since >= EngineCore.Visible.Ticks);

    /// <summary>True while something is decided, under way or in the queue.</summary>
    public bool IsMoving
    {
        get
        {
            lock (_lock) return _isBusy || _attempts.Count > 0 || _queued.Count > 0;
        }
    }

    /// <summary>True while something is decided or an attempt is under way or not yet journaled; what only queues is not at work.</summary>
    public bool IsAtWork
    {
        get
        {
            lock (_lock) return _isBusy || _attempts.Count > 0;
        }
    }

    /// <summary>What rode has been stored.</summary>
    public void RidingStored()
    {
        Riding.Clear();
        Interlocked.Exchange(ref _ridingSince, 0);
    }

    private void Ride(List<JournalEvent> events)
    {
        Riding.AddRange(events);
        Interlocked.CompareExchange(ref _ridingSince, Core.Now().UtcTicks, 0);
    }

    private RunState Adopt(RunState state)
    {
        State = state;
        state.Resolve = Secrets.Resolve;
        return state;
    }

    private async Task PumpAsync()
    {
        try
        {
            if (State is null)
            {
                var loaded = await JournalReader.LoadAsync(Core.Store, RunId, Core.Definitions.LoadAsync, Secrets.Resolve).ConfigureAwait(false);
                if (loaded is null)
                {
                    await Core.Desk.RefuseAsync(this, TakeFacts(close: true), $"there is no run `{RunId}`").ConfigureAwait(false);
                    return;
                }

                Adopt(loaded);
                Memory.Loaded(loaded);
            }

            while (TakeFacts(close: false) is { } facts) await WorkAsync(facts).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await Core.BrokenAsync(this, TakeFacts(close: true), exception).ConfigureAwait(false);
        }
    }

    /// <summary>Decides on facts and carries out what follows, until nothing is left to commit.</summary>
    private async Task WorkAsync(List<Fact> facts)
    {
        var state = State!;
        var work = new Commit(this);
        foreach (var fact in facts) Take(work, fact);
        DispatchDurable(work);
        if (work.IsNeeded)
        {
            await work.StoreAsync().ConfigureAwait(false);
            work.Done();
        }

        work.AnswerIntents();
        foreach (var key in work.Launches) Launch(state.Steps[key]);
        StopAttempts(state);
        DeadlineTicks = state.IsEnded ? long.MaxValue : state.Deadline.UtcTicks;
        DispatchRiding();
        if (state.Elsa is { Queue.Count: > 0 } && !state.IsEnded) Post(new ContinuedFact { Now = Core.Now(), Draw = 0 });
    }

    private void Take(Commit work, Fact fact)
    {
        if (fact is NudgeFact) return;
        if (fact is FlushFact)
        {
            work.Flush = true;
            return;
        }

        if (fact is TimerFact timer)
        {
            work.Timer(timer.Key);
            return;
        }

        if (fact is WokenFact) work.Timer(TimerKeys.Wake);
        else if (fact is ToEndFact other) work.Timer(other.Timer);
        else if (fact is ChildEndedFact ended) work.Timer(TimerKeys.Child + ended.ChildRunId);
        if (fact is ReturnedFact returned)
        {
            lock (_lock) _attempts.Remove(returned.Step);
            fact = Absorbed(returned);
        }

        if (fact is PlaceGivenFact or QueueTimedOutFact) Placed(work, fact);
        else if (fact is ReleasedFact && Riding.Count == 0 && _attempts.Count == 0) return;
        else work.Add(fact, Decider.Decide(State!, fact));
        foreach (var due in work.TakeDue()) Queue(work, due);
    }

    private List<Fact>? TakeFacts(bool close)
    {
        lock (_lock)
        {
            if (_facts.Count > 0)
            {
                var facts = new List<Fact>(_facts);
                _facts.Clear();
                if (close) Close();
                return facts;
            }

            if (close || (_attempts.Count == 0 && _queued.Count == 0 && Riding.Count == 0 && !Log.HasPending)) Close();
            _isBusy = false;
            return close ? [] : null;
        }
    }

    private void Close()
    {
        _isClosed = true;
        Core.Forget(this);
        Targets.Close();
    }
}
