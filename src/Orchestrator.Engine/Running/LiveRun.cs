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
internal sealed class LiveRun
{
    private readonly Lock _lock = new();
    private readonly Queue<Fact> _facts = [];
    private readonly HashSet<string> _queued = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Attempt> _attempts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PreparedStart> _children = new(StringComparer.Ordinal);
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

    /// <summary>A queued step got its place; false when the run is gone and the place is still free.</summary>
    public bool PlaceGiven(Ticket ticket) => !Core.IsStopping && Post(new PlaceGivenFact(ticket.Step) { Now = Core.Now(), Draw = 0 });

    /// <summary>An attempt came to its end.</summary>
    public void Returned(Attempt attempt, ReturnedFact fact)
    {
        Core.AttemptEnded(attempt);
        if (Core.IsStopping) return; // what was cut off has no outcome
        fact = fact with
        {
            Failure = fact.Failure is { } failure ? Redactor.Clean(failure) : null,
            Result = fact.Result is { Output: { } output } result ? result with { Output = Redactor.Clean(output) } : fact.Result is { Reason: { } reason } waiting ? waiting with { Reason = Redactor.Clean(reason) } : fact.Result,
        };
        Post(fact);
    }

    /// <summary>Adds the child run that a result asks for; when it cannot start, the fact is a failure.</summary>
    public async Task<ReturnedFact> WithChildAsync(ReturnedFact fact, bool detached)
    {
        var definition = fact.Result!.Definition!;
        try
        {
            var prepared = await Core.Starting.PrepareAsync(definition, fact.Result.Inputs!, fact.Now).ConfigureAwait(false);
            lock (_children) _children[prepared.RunId] = prepared with { ParentRunId = detached ? null : RunId, ParentStep = detached ? null : fact.Step };
            return fact with { Child = new ChildPlan(prepared.RunId, $"{definition.Name}@{definition.Version}", detached) };
        }
        catch (InputRejectedException rejected)
        {
            return fact with { Result = null, Failure = new Failure("call.inputRejected", FailureKind.Permanent, $"`{definition.Name}` refuses its inputs: {rejected.Message}") };
        }
    }

    /// <summary>The child run that was prepared under an id.</summary>
    public PreparedStart TakeChild(string runId)
    {
        lock (_children)
        {
            _children.Remove(runId, out var prepared);
            return prepared!;
        }
    }

    /// <summary>Opens targets by name for the activity of an attempt.</summary>
    public Func<string, CancellationToken, Task<Target>> OpenDeclaredTarget(AttemptPlan plan) => (name, token) =>
        plan.FindTarget is null && name != "local"
            ? throw new FailureException("target.unknown", FailureKind.Permanent, $"the blueprint declares no target `{name}`")
            : Targets.OpenAsync(name == "local" ? null : plan.FindTarget!(name), token).AsTask();

    /// <summary>Stops all attempts without an outcome; the engine is going.</summary>
    public void CutOff()
    {
        Attempt[] attempts;
        lock (_lock) attempts = [.. _attempts.Values];
        foreach (var attempt in attempts) attempt.Stop(StopReasons.Cancelled);
    }

    /// <summary>Lets go of everything after the engine failed with this run: attempts are left to themselves.</summary>
    public void Drop()
    {
        CutOff();
        foreach (var attempt in _attempts.Values)
        {
            attempt.Abandon();
            Core.AttemptEnded(attempt);
        }
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

        foreach (var key in work.Launches) Launch(state.Steps[key]);
        StopAttempts(state);
        DeadlineTicks = state.IsEnded ? long.MaxValue : state.Deadline.UtcTicks;
        DispatchRiding();
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

    /// <summary>An outcome takes the start of its attempt along when that has not been committed yet: one row instead of two.</summary>
    private ReturnedFact Absorbed(ReturnedFact returned)
    {
        for (var i = 0; i < Riding.Count; i++)
        {
            if (Riding[i] is not StepStarted started || started.Step != returned.Step || started.Attempt != returned.Attempt) continue;
            Riding.RemoveAt(i);
            if (Riding.Count == 0) Interlocked.Exchange(ref _ridingSince, 0);
            return returned with { StartIsJournaled = false, StartedAt = started.At };
        }

        return returned;
    }

    private void Placed(Commit work, Fact fact)
    {
        var key = fact is PlaceGivenFact given ? given.Step : ((QueueTimedOutFact)fact).Step;
        if (!_queued.Remove(key))
        {
            if (fact is PlaceGivenFact) Core.Places.Release();
            return;
        }

        if (fact is PlaceGivenFact) Begin(work, key);
        else work.Add(fact, Decider.Decide(State!, fact));
    }

    /// <summary>A step has its place: its start is decided, and it is launched once that is as durable as its effect asks.</summary>
    private void Begin(Commit work, string key)
    {
        var state = State!;
        var decision = Decider.Decide(state, new PlaceGivenFact(key) { Now = Core.Now(), Draw = 0 });
        if (decision.Events is [StepStarted])
        {
            // What rides is written first, so a start stands with what led to it in this very round.
            if (state.Steps[key].Step.StartIsDurable || work.Concerns(key)) work.Add(null, decision);
            else Ride(decision.Events);
            work.Launches.Add(key);
            return;
        }

        Core.Places.Release();
        work.Add(null, decision);
    }

    private void Queue(Commit work, string key)
    {
        if (Core.IsStopping || _queued.Contains(key) || _attempts.ContainsKey(key)) return;
        if (Core.Places.TryTake(Ticket(key))) Begin(work, key);
        else _queued.Add(key);
    }

    private Ticket Ticket(string key)
    {
        var step = State!.Steps[key];
        return new Ticket(this, key, Core.Now() + step.Step.Policy.QueueTimeout);
    }

    /// <summary>Steps whose start must be on disk first get their place before the commit, so that one commit does for both.</summary>
    private void DispatchDurable(Commit work)
    {
        var fresh = State!.Fresh;
        for (var i = 0; i < fresh.Count; i++)
        {
            var step = fresh[i];
            if (!step.Step.StartIsDurable) continue;
            fresh.RemoveAt(i--);
            if (step.Status == StepStatus.Ready) Queue(work, step.Key);
        }
    }

    /// <summary>The others start now that what led to them is on disk.</summary>
    private void DispatchRiding()
    {
        var state = State!;
        if (state.Fresh.Count == 0) return;
        var work = new Commit(this);
        // One that fails instead of starting makes others ready: those wait until that is on disk too.
        for (var i = 0; i < state.Fresh.Count && work.Events.Count == 0; i++)
        {
            var step = state.Fresh[i];
            if (step.Status == StepStatus.Ready && step.Step.StartIsDurable) continue;
            state.Fresh.RemoveAt(i--);
            if (step.Status == StepStatus.Ready) Queue(work, step.Key);
        }

        foreach (var key in work.Launches) Launch(state.Steps[key]);
        if (work.Events.Count == 0) return;
        Ride(work.Events);
        Post(FlushFact.Instance);
    }

    private void Launch(StepState step)
    {
        var now = Core.Now();
        if (step.Status != StepStatus.Running || Core.IsStopping)
        {
            Core.Places.Release();
            return;
        }

        var attempt = new Attempt(this, AttemptPlanning.Plan(State!, step, Redactor, now), step.StartedAt ?? now);
        lock (_lock) _attempts[step.Key] = attempt;
        Core.AttemptStarts(attempt);
    }

    private void StopAttempts(RunState state)
    {
        if (_attempts.Count == 0) return;
        foreach (var (key, attempt) in _attempts.ToArray())
        {
            var step = state.Steps.GetValueOrDefault(key);
            if (step is { Status: StepStatus.Running, IsStopping: false } && !state.IsEnded) continue;
            attempt.Stop(StopReasons.Cancelled);
            if (step is { Status: StepStatus.Running } && !state.IsEnded) continue;
            attempt.Abandon();
            lock (_lock) _attempts.Remove(key);
            Core.AttemptEnded(attempt);
        }
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

/// <summary>The run shall commit what rides.</summary>
internal sealed record FlushFact : Fact
{
    public static FlushFact Instance { get; } = new();
}

/// <summary>The run shall look at what is ready.</summary>
internal sealed record NudgeFact : Fact
{
    public static NudgeFact Instance { get; } = new();
}

/// <summary>A timer row came due whose key has been dealt with by another fact, and goes with the next commit.</summary>
internal sealed record TimerFact(string Key) : Fact;
