using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Folding;

/// <summary>The part of the fold that concerns moves: what an event leads to for other steps.</summary>
internal static class MoveFold
{
    /// <summary>What the key of an undo ends with; no step id can hold a hyphen.</summary>
    public const string UndoSuffix = "-undo";

    public static void Apply(RunState state, Move move, DateTimeOffset at)
    {
        if (move.Kind == MoveKind.Opened)
        {
            Open(state, move.Key, move.Text!);
            return;
        }

        if (Elsa.ElsaFold.Knows(move.Kind))
        {
            Elsa.ElsaFold.Apply(state, move, at);
            return;
        }

        var step = Find(state, move.Key);
        switch (move.Kind)
        {
            case MoveKind.Scheduled: Schedule(state, step, move, at); break;
            case MoveKind.Skipped:
                StepFold.End(state, step, StepStatus.Skipped, at);
                StepFold.Settle(step, null);
                break;
            case MoveKind.Decided:
                step.Output = Value.EmptyMap;
                StepFold.End(state, step, StepStatus.Completed, at);
                StepFold.Settle(step, move.Text);
                break;
            case MoveKind.Completed:
                step.Output = move.Value ?? Value.EmptyMap;
                step.Failure = null;
                if (move.Text is { } signal) state.Signals.RemoveAt(state.Signals.FindIndex(kept => kept.Name == signal));
                StepFold.End(state, step, StepStatus.Completed, at);
                StepFold.Settle(step, Outcomes.Done);
                break;
            case MoveKind.Broken:
                StepFold.Fail(state, step, move.Failure!, at);
                break;
            case MoveKind.Paused: StepFold.Pause(state, step, move.Failure!, at); break;
            case MoveKind.Stopping: step.IsStopping = true; break;
            case MoveKind.Cancelled:
                StepFold.End(state, step, StepStatus.Cancelled, at);
                break;
            case MoveKind.Redone:
                StepFold.Redo(state, step, at, null);
                if (move.Value is MapValue input) step.Input = input;
                if (move.Wait is { } wait) StepFold.Wait(state, step, wait);
                break;
            case MoveKind.Resumed: Resume(state, step); break;
            default: throw new InvalidOperationException($"move {move.Kind} has no fold");
        }
    }

    /// <summary>The state of a step's undo, made when it is first asked for.</summary>
    public static StepState Undo(RunState state, StepState undone)
    {
        var key = undone.Key + UndoSuffix;
        if (!state.Steps.TryGetValue(key, out var undo)) state.Steps[key] = undo = new StepState(key, undone.Step.Undo!, undone.Scope);
        return undo;
    }

    private static StepState Find(RunState state, string key)
    {
        if (state.Steps.TryGetValue(key, out var known)) return known;
        if (key.EndsWith(UndoSuffix, StringComparison.Ordinal) && state.Steps.TryGetValue(key[..^UndoSuffix.Length], out var undone) && undone.Step.Undo is not null)
            return Undo(state, undone);
        throw new FormatException($"the journal of {state.RunId} names a step `{key}` that its definition does not have");
    }

    private static void Schedule(RunState state, StepState step, Move move, DateTimeOffset at)
    {
        step.ReadyAt = at;
        if (move.Wait is { } wait)
        {
            StepFold.Wait(state, step, wait);
            return;
        }

        if (!step.IsContainer)
        {
            step.Input = move.Value as MapValue;
            StepFold.SetStatus(state, step, StepStatus.Ready);
            return;
        }

        step.StartedAt = step.FirstStartedAt = at;
        step.Items = move.Value as ListValue;
        StepFold.SetStatus(state, step, StepStatus.Running);
        if (step.Step.Kind != StepKind.ForEach && step.Step.Body is not null) Open(state, step.Key, "body");
    }

    public static void Open(RunState state, string ownerKey, string text)
    {
        var owner = ownerKey.Length == 0 ? null : state.Steps[ownerKey];
        var (flow, item, value) = FlowOf(state, owner, text);
        var id = ScopeState.IdOf(ownerKey, flow.Role, item);
        var scope = new ScopeState(id, flow, owner, item, value);
        state.Scopes[id] = scope;
        if (owner?.Step.Kind == StepKind.Block && owner.Scopes.Count > 0) owner.BodyFailure = owner.Scopes[^1].Failure ?? owner.BodyFailure;
        owner?.Scopes.Add(scope);
        foreach (var step in flow.Steps)
        {
            var made = new StepState(scope.KeyOf(step), step, scope);
            scope.Steps[step.Index] = made;
            state.Steps[made.Key] = made;
        }
    }

    private static (Flow Flow, string? Item, Value? Value) FlowOf(RunState state, StepState? owner, string text)
    {
        if (owner is null)
            return (text switch { "rescue" => state.Graph.Rescue!, "always" => state.Graph.Always!, _ => state.Graph.Root }, null, null);
        if (owner.Step.Kind != StepKind.ForEach)
            return (text switch { "rescue" => owner.Step.Rescue!, "always" => owner.Step.Always!, _ => owner.Step.Body! }, null, null);
        foreach (var pair in owner.Items!.Items)
            if (pair is ListValue { Items: [StringValue key, var value] } && key.Text == text)
                return (owner.Step.Body!, text, value);
        throw new FormatException($"the journal of {state.RunId} opens item `{text}` that {owner.Key} does not have");
    }

    private static void Resume(RunState state, StepState step)
    {
        step.IsStopping = false;
        step.Failure = null;
        step.BodyFailure = null;
        step.CompletedAt = null;
        foreach (var scope in step.Scopes)
        {
            scope.Failure = null;
            scope.FailedStep = null;
        }

        StepFold.SetStatus(state, step, StepStatus.Running);
    }
}
