using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Engine.Running;

/// <summary>The attempts of a run: a step that is ready gets a place, its start is as durable as its effect asks, and its outcome comes back as a fact.</summary>
internal sealed partial class LiveRun
{
    private readonly HashSet<string> _queued = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Attempt> _attempts = new(StringComparer.Ordinal);

    /// <summary>A queued step got its place; false when the run is gone and the place is still free.</summary>
    public bool PlaceGiven(Ticket ticket) => !Core.IsStopping && Post(new PlaceGivenFact(ticket.Step) { Now = Core.Now(), Draw = 0 });

    /// <summary>An attempt came to its end.</summary>
    public void Returned(Attempt attempt, ReturnedFact fact)
    {
        Core.AttemptEnded(attempt, fact);
        if (Core.IsStopping) return; // what was cut off has no outcome
        fact = fact with
        {
            Failure = fact.Failure is { } failure ? Redactor.Clean(failure) : null,
            Result = fact.Result is { Output: { } output } result ? result with { Output = Redactor.Clean(output) } : fact.Result is { Reason: { } reason } waiting ? waiting with { Reason = Redactor.Clean(reason) } : fact.Result,
        };
        Post(fact);
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
            Core.AttemptEnded(attempt, null);
        }
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
            Core.AttemptEnded(attempt, null);
        }
    }
}
