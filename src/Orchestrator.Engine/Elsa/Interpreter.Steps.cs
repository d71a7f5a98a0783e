using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>What steps, stimuli and operators mean for the executions.</summary>
internal sealed partial class Interpreter
{
    /// <summary>The activity acts on the world: a step does it.</summary>
    public void Act(ActivityState activity, MapValue input)
    {
        if (RollsBack && Run.Steps.Count >= ElsaSteps.MostKept && Run.Steps.Values.Count(step => ElsaSteps.IsKept(Run, step)) >= ElsaSteps.MostKept)
            throw new FailureException("elsa.tooManyChanges", FailureKind.Permanent, $"the run has made {ElsaSteps.MostKept} changes and a rollback remembers no more of them; make several runs of it, or use another incident strategy");
        Do(MoveKind.Acted, activity, ElsaSteps.NextKey(State, activity), decider.Seal(input, $"elsa/{activity.Number}/act"));
    }

    /// <summary>The activity is a step that waits, without an attempt.</summary>
    public void ActWaiting(ActivityState activity, MapValue input, WaitState wait) =>
        decider.Do(new Move(MoveKind.Acted, Key(activity), input, ElsaSteps.NextKey(State, activity), Wait: wait));

    /// <summary>A script that is more than an expression runs as a step; its value is remembered as <c>script:NAME</c>.</summary>
    public void Script(ActivityState activity, string name, string source) =>
        Do(MoveKind.Scripted, activity, ElsaSteps.NextKey(State, activity, name), Value.Map(("script", Value.Of(source)), ("input", Value.Of(name))));

    /// <summary>A step has an outcome.</summary>
    public void StepSettled(StepState step)
    {
        if (State.ByStep(step.Key) is { } activity && activity.Status is ExecutionStatus.Running or ExecutionStatus.Pending)
            Guarded(activity, () => Carry(activity, step));
        Turn();
    }

    /// <summary>A step failed for good.</summary>
    public void StepFailed(StepState step)
    {
        if (State.ByStep(step.Key) is { } activity && activity.Status is ExecutionStatus.Running or ExecutionStatus.Pending)
            Guarded(activity, () => Rules.Of(activity.Node).StepFailed(this, activity, step, Worded(activity, step)));
        Turn();
    }

    /// <summary>An operator has a step that failed run again, or passes over it.</summary>
    public void StepReopened(StepState step)
    {
        if (State.ByStep(step.Key) is not { Status: ExecutionStatus.Faulted } activity) return;
        // One that failed before it began still has its other inputs to come.
        var isPending = step.Step.Kind == StepKind.Script && !Rules.Of(activity.Node).OwnsScript(step.Input?.Get("input")?.AsString() ?? "");
        Do(MoveKind.Mended, activity, isPending ? "pending" : null);
    }

    /// <summary>An operator has an activity that failed without a step run again; false when none of that name did.</summary>
    public IReadOnlyList<ActivityState> FaultedWithoutStep(string? name) => Run.RolledBack ? [] :
        [.. State.Activities.Values.Where(activity => activity.Status == ExecutionStatus.Faulted && (name is null || activity.Node.Id == name || activity.Node.StepId == name || activity.Node.NodeId == name)
            && (activity.Step is not { } key || !Run.Steps.TryGetValue(key, out var step) || step.Status != StepStatus.Failed || step.Outcome is not null))];

    /// <summary>
    /// An operator cancels one activity. A flowchart knows what a cancelled child means; any other container goes on as if the child were done, or the run never could.
    /// </summary>
    public void CancelOne(ActivityState activity)
    {
        if (State.Find(activity.Number) != activity) return; // it went with one around it
        Cancel(activity);
        if (State.OwnerOf(activity) is { Status: ExecutionStatus.Running } owner && owner.Node.Type != Model.Definitions.ActivityTypes.Flowchart)
            Guarded(owner, () => Rules.Of(owner.Node).ChildCompleted(this, owner, activity, null));
    }

    /// <summary>Id of an execution, as views show it.</summary>
    public string IdOf(ActivityState activity) => ElsaTrace.IdOf(Run.RunId, activity.Number);

    public void Again(ActivityState activity) =>
        decider.Do(new Move(MoveKind.Queued, activity.Owner.ToString(System.Globalization.CultureInfo.InvariantCulture), Value.Map(("again", Value.Of(activity.Number))), activity.Node.NodeId));

    /// <summary>Waits for a stimulus, or for an instant.</summary>
    public void Wait(ActivityState activity, string name, string match, DateTimeOffset? due = null)
    {
        var body = new List<(string, Value)>();
        if (name != activity.Node.Type) body.Add(("name", Value.Of(name)));
        if (match.Length > 0) body.Add(("match", Value.Of(match)));
        if (due is { } at) body.Add(("due", Value.Of(at.ToUnixTimeMilliseconds())));
        var count = State.Bookmarks.Count(bookmark => bookmark.Activity == activity.Number);
        Do(MoveKind.Parked, activity, $"{activity.Number}.{count + 1}", Value.Map(body));
    }

    /// <summary>Whatever is due goes on.</summary>
    public void Woken()
    {
        var due = State.Bookmarks.Where(bookmark => bookmark.Due <= Now).OrderBy(bookmark => bookmark.Due).ToArray();
        if (due.Length == 0) return;
        decider.Emit(new RunContinued("due", ""));
        foreach (var bookmark in due) Resume(bookmark, Value.Null);
        Turn();
    }

    /// <summary>A stimulus for a bookmark; null when it was taken, else why not.</summary>
    public string? Stimulate(string id, string name, string match, Value payload, string by)
    {
        var bookmarks = State.Bookmarks.Where(bookmark => id.Length > 0 ? bookmark.Id == id : bookmark.Name == name && bookmark.Match == match).ToArray();
        if (bookmarks.Length == 0) return $"the run does not wait for {(id.Length > 0 ? $"bookmark {id}" : $"{name} `{match}`")} any more";
        payload = decider.Seal(payload, $"stimulus/{Run.Seq}/{bookmarks[0].Id}");
        decider.Emit(new RunContinued("stimulus", by) { Payload = payload });
        foreach (var bookmark in bookmarks) Resume(bookmark, payload);
        Turn();
        return null;
    }

    private void Resume(BookmarkState bookmark, Value payload)
    {
        if (!State.Bookmarks.Contains(bookmark) || State.Find(bookmark.Activity) is not { Status: ExecutionStatus.Running } activity) return;
        Do(MoveKind.Woken, activity, bookmark.Id);
        Guarded(activity, () => Rules.Of(activity.Node).Resumed(this, activity, bookmark, payload));
    }

    private void Carry(ActivityState activity, StepState step)
    {
        if (step.Step.Kind != StepKind.Script)
        {
            Rules.Of(activity.Node).StepDone(this, activity, step, step.Output ?? Value.Null);
            return;
        }

        var input = step.Input!.Get("input")!.AsString()!;
        var result = step.Output ?? Value.Null;
        if (result.Get("variables") is MapValue writes)
            foreach (var (name, value) in writes.Entries) Memory.AssignByName(this, activity, name, value);
        if (result.Get("correlationId")?.AsString() is { } correlation) NoteRun("correlationId", Value.Of(correlation));
        if (result.Get("name")?.AsString() is { } called) NoteRun("name", Value.Of(called));
        Note(activity, "script:" + input, Value.Map(("value", result.Get("value") ?? Value.Null), ("outcomes", result.Get("outcomes") ?? Value.Null)));
        if (activity.Status == ExecutionStatus.Pending) Begin(activity);
        else Rules.Of(activity.Node).Scripted(this, activity);
    }

    private static Failure Worded(ActivityState activity, StepState step)
    {
        var cause = step.Failure ?? new Failure("engine.bug", FailureKind.Permanent, "it failed without a failure");
        return step.Step.Kind == StepKind.Script && activity.Status == ExecutionStatus.Pending ? ActivityInputs.Failed(step.Input!.Get("input")!.AsString()!, cause) : cause;
    }
}
