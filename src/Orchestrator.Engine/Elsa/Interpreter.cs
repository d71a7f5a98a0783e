using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>
/// Decides how a workflow made in Studio goes on: takes what is queued, first in first out, and lets the rule of each activity's type say what follows. It changes nothing but by moves. What acts on
/// the world becomes a step, and the interpreter goes on when the step has its outcome.
/// </summary>
internal sealed partial class Interpreter(Decider decider)
{
    // One decision is one commit: a long loop is cut into several, so that others are not held up and a crash loses little.
    private const int LongestTurn = 250;

    public Decider Decider => decider;

    public RunState Run => decider.State;

    public ElsaState State => decider.State.Elsa!;

    public DateTimeOffset Now => decider.Now;

    /// <summary>The run begins.</summary>
    public void Start()
    {
        decider.Do(new Move(MoveKind.Queued, "0", Text: State.Program.Workflow.NodeId));
        Turn();
    }

    /// <summary>The queue was longer than one decision, or a crash came in between.</summary>
    public void Continue()
    {
        if (Run.IsEnded || State.Queue.Count == 0) return;
        decider.Emit(new RunContinued("queue", ""));
        Turn();
    }

    /// <summary>Works off the queue, then sees whether that was all.</summary>
    public void Turn()
    {
        for (var done = 0; State.Queue.Count > 0 && done < LongestTurn; done++) Next();
        Check();
    }

    /// <summary>Ends the run when nothing is left to do.</summary>
    public void Check()
    {
        if (Run.IsEnded || State.Queue.Count > 0) return;
        if (Run.Cancel is { IsOver: false })
        {
            Ending.Stopped(decider);
            return;
        }

        if (Run.Phase != RunPhase.Steps || !Run.Scopes["#body"].IsClosed) return;
        if (State.Fault is { } fault && RollsBack) Ending.Fail(decider, fault, StepOf(fault));
        else if (State.Fault is { } other) decider.Emit(new RunFailed(other));
        else if (State.IsFinished) decider.Emit(new RunCompleted((MapValue)decider.Seal(State.Output, "outputs")));
        else Suspend();
    }

    /// <summary>Puts an activity into the queue.</summary>
    public void Schedule(ActivityState owner, ElsaActivity node, Value? tag = null, MapValue? variables = null, bool cameBack = false)
    {
        var more = new List<(string, Value)>();
        if (tag is not null) more.Add(("tag", tag));
        if (variables is not null) more.Add(("variables", decider.Seal(variables, $"elsa/{State.LastNumber}/{node.Id}/loop")));
        if (cameBack) more.Add(("back", Value.Of(true)));
        Do(MoveKind.Queued, owner, node.NodeId, more.Count == 0 ? null : Value.Map(more));
    }

    /// <summary>Ends an execution well. Null outcomes are those of plain completion. <paramref name="isBound"/>: the outputs went to their variables before, by <see cref="Bind"/>.</summary>
    public void Complete(ActivityState activity, IReadOnlyList<string>? outcomes = null, MapValue? outputs = null, bool isBound = false)
    {
        if (activity.Status != ExecutionStatus.Running) return;
        activity.IsClosing = true;
        foreach (var child in State.ChildrenOf(activity).ToArray()) Cancel(child);
        activity.IsClosing = false;
        if (outputs is not null && !isBound) outputs = Bind(activity, outputs);
        var body = new List<(string, Value)>();
        if (outcomes is not null) body.Add(("outcomes", Value.List(outcomes.Select(outcome => Value.Of(outcome)))));
        if (outputs is { Entries.Count: > 0 }) body.Add(("outputs", outputs));
        Do(MoveKind.Left, activity, null, body.Count == 0 ? null : Value.Map(body));
        if (State.OwnerOf(activity) is { Status: ExecutionStatus.Running, IsClosing: false } owner)
            Guarded(owner, () => Rules.Of(owner.Node).ChildCompleted(this, owner, activity, outcomes));
    }

    /// <summary>Takes an execution back, with all below it and what it has queued.</summary>
    public void Cancel(ActivityState activity)
    {
        if (activity.Status is not (ExecutionStatus.Running or ExecutionStatus.Pending) || activity.IsClosing) return;
        activity.IsClosing = true;
        if (State.Queue.Exists(item => item.Owner == activity.Number)) Do(MoveKind.Withdrawn, activity);
        foreach (var child in State.ChildrenOf(activity).ToArray()) Cancel(child);
        activity.IsClosing = false;
        if (activity.Step is { } key && Run.Steps.TryGetValue(key, out var step)) Cancelling.Stop(decider, step);
        Do(MoveKind.Dropped, activity);
        if (State.OwnerOf(activity) is { Status: ExecutionStatus.Running, IsClosing: false } owner) Rules.Of(owner.Node).ChildCancelled(this, owner, activity);
    }

    /// <summary>Takes back what runs in an execution, and what it has queued; it goes on itself.</summary>
    public void CancelBelow(ActivityState activity)
    {
        foreach (var child in State.ChildrenOf(activity).ToArray()) Cancel(child);
        if (State.Queue.Exists(item => item.Owner == activity.Number)) Do(MoveKind.Withdrawn, activity);
    }

    /// <summary>An execution failed.</summary>
    public void Fault(ActivityState activity, Failure failure)
    {
        if (activity.Status == ExecutionStatus.Pending) Do(MoveKind.Begun, activity);
        var child = activity;
        for (var owner = State.OwnerOf(activity); owner is not null; child = owner, owner = State.OwnerOf(owner))
        {
            var rule = Rules.Of(owner.Node);
            if (owner.Status != ExecutionStatus.Running || owner.IsClosing || !rule.Handles(owner)) continue;
            Do(new Move(MoveKind.Faulted, Key(activity), Text: "handled", Failure: failure));
            rule.Take(this, owner, child, failure);
            return;
        }

        // Where the run goes on in spite of it, the move says so: the strategy may be another in a later version of the definition.
        var holds = State.Program.IncidentStrategy is ElsaIncidentStrategy.Continue or ElsaIncidentStrategy.Pause;
        Do(new Move(MoveKind.Faulted, Key(activity), Text: holds ? "continue" : null, Failure: failure));
        if (RollsBack) CancelAll();
    }

    /// <summary>True when the run shall be held at a step that failed, instead of failing: nothing around it handles the failure.</summary>
    public bool IsHeldAt(StepState step, Failure failure)
    {
        if (State.ByStep(step.Key) is not { } activity || Rules.Of(activity.Node).Expects(this, activity, failure)) return false;
        for (var owner = State.OwnerOf(activity); owner is not null; owner = State.OwnerOf(owner))
            if (Rules.Of(owner.Node).Excuses(owner)) return false;
        return true;
    }

    /// <summary>Remembers something of an execution.</summary>
    public void Note(ActivityState activity, string name, Value value) => Do(MoveKind.Noted, activity, name, value);

    /// <summary>Remembers something of the run.</summary>
    public void NoteRun(string name, Value value) => decider.Do(new Move(MoveKind.Noted, "", value, name));

    /// <summary>Everything stops: the run is being cancelled.</summary>
    public void CancelAll()
    {
        if (State.Queue.Count > 0) NoteRun("queue", Value.Null);
        if (State.Find(1) is { } workflow) Cancel(workflow);
        foreach (var orphan in State.Activities.Values.Where(activity => activity.Status is ExecutionStatus.Running or ExecutionStatus.Pending).ToArray()) Cancel(orphan);
        foreach (var step in Run.Steps.Values.ToArray()) Cancelling.Stop(decider, step);
    }

    /// <summary>Records a move about an execution.</summary>
    public void Do(MoveKind kind, ActivityState activity, string? text = null, Value? value = null) => Do(new Move(kind, Key(activity), value, text));

    private void Do(Move move) => decider.Do(move);

    private bool RollsBack => Run.Graph.Definition.OnFailure == OnFailure.Rollback;

    private string? StepOf(Failure fault) => State.Incidents.Find(incident => incident.Failure == fault) is { Activity: > 0 } incident ? State.Find(incident.Activity)?.Step : null;

    private static string Key(ActivityState activity) => activity.Number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void Next()
    {
        var again = State.Queue[0].Again;
        decider.Do(new Move(MoveKind.Taken, ""));
        Begin(State.Activities[again != 0 ? again : State.LastNumber]);
    }

    /// <summary>Evaluates inputs and starts; stays pending while a script that they need runs as a step.</summary>
    private void Begin(ActivityState activity)
    {
        Guarded(activity, () =>
        {
            var rule = Rules.Of(activity.Node);
            if (ActivityInputs.Evaluate(this, activity, rule) is not { } inputs) return;
            Do(MoveKind.Begun, activity, null, inputs.Entries.Count == 0 ? null : decider.Seal(inputs, $"elsa/{activity.Number}/input"));
            rule.Run(this, activity);
        });
    }

    private void Guarded(ActivityState activity, Action work)
    {
        try
        {
            work();
        }
        catch (FailureException exception)
        {
            Fault(activity, exception.Failure);
        }
    }

    /// <summary>Nothing moves: variables that live in memory only are forgotten, as they would be when the run left memory.</summary>
    private void Suspend()
    {
        foreach (var activity in State.Activities.Values.ToArray())
            foreach (var (id, (variable, value)) in activity.Variables.ToArray())
                if (variable.IsForgotten && !value.Equals(variable.Initial)) Do(MoveKind.Assigned, activity, id, variable.Initial);
    }

    /// <summary>Puts outputs into the variables that they are mapped to. Gives them as they may be journaled.</summary>
    public MapValue Bind(ActivityState activity, MapValue outputs)
    {
        outputs = (MapValue)decider.Seal(outputs, $"elsa/{activity.Number}/output");
        foreach (var (property, reference) in activity.Node.Outputs)
        {
            if (outputs.Get(property) is not { } value) continue;
            if (Memory.Holder(State, activity, reference) is { } holder) Memory.Assign(this, holder, reference, value);
            else if (State.Program.Outputs.FirstOrDefault(output => output.Name == reference) is { } output) NoteRun("output:" + output.Name, ElsaTypes.Convert(value, output.TypeName, output.IsArray));
            else Memory.Assign(this, State.OwnerOf(activity) ?? activity, reference, value);
        }

        return outputs;
    }
}
