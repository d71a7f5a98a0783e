using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Folding;

/// <summary>
/// The fold: a state and an event give the next state. No clock, no chance, no I/O, nothing evaluated; what it needs beyond the event is the definition, which a run pins by hash.
/// The state is changed in place.
/// </summary>
internal static class Fold
{
    /// <summary>Folds in one event with its moves.</summary>
    public static void Apply(RunState state, JournalEvent journalEvent)
    {
        ApplyHead(state, journalEvent);
        if (journalEvent.Moves is { } moves)
            foreach (var move in moves) MoveFold.Apply(state, move, journalEvent.At);
    }

    /// <summary>Folds in one event; its moves follow one by one while the decision is being made.</summary>
    public static void ApplyHead(RunState state, JournalEvent journalEvent)
    {
        state.UpdatedAt = journalEvent.At;
        if (journalEvent.Step is { } key) StepFold.Apply(state, state.Steps[key], journalEvent);
        else ApplyToRun(state, journalEvent);
    }

    private static void ApplyToRun(RunState state, JournalEvent journalEvent)
    {
        switch (journalEvent)
        {
            case RunStarted started: Start(state, started); break;
            case RunAdmitted: state.Fixed = null; break;
            case RunContinued or RunAltered: break; // the moves say what it leads to
            case RunMigrated migrated: Elsa.MigrationFold.Apply(state, migrated); break;
            case RunRecovered recovered: Recover(state, recovered); break;
            case RunReleased: state.Released = true; break;
            case RunPhaseEntered entered:
                state.Phase = entered.Phase;
                state.Failure ??= entered.Failure;
                state.FailedStep ??= entered.FailedStep;
                if (entered.Phase == RunPhase.Undo) state.RolledBack = true;
                if (state.Cancel is { } cancel) state.Cancel = cancel with { IsOver = true };
                break;
            case RunCancelRequested request:
                state.Cancel = new CancelState(request.By, request.Reason, request.Deadline, request.Failure is not null);
                state.Failure ??= request.Failure;
                if (state.Fixed == RunStatus.Pending) state.Fixed = null;
                break;
            case RunCompleted completed:
                state.Outputs = completed.Outputs;
                End(state, RunStatus.Completed, completed);
                break;
            case RunFailed failed:
                state.Failure = failed.Failure;
                End(state, RunStatus.Failed, failed);
                break;
            case RunCancelled or RunTerminated: End(state, RunStatus.Cancelled, journalEvent); break;
            case RunReopened: Reopen(state); break;
            case SignalReceived: break; // who gets it stands in the moves; a kept one is added by the fold below
            default: throw new InvalidOperationException($"{journalEvent.Type} is not an event of a run as a whole");
        }

        if (journalEvent is SignalReceived signal && !HasReceiver(state, signal.Signal)) state.Signals.Add(new KeptSignal(signal.Signal, signal.Payload));
    }

    private static bool HasReceiver(RunState state, string name)
    {
        foreach (var step in state.Waiting)
            if (step.Wait?.Signal == name) return true;
        return false;
    }

    private static void Start(RunState state, RunStarted started)
    {
        state.CreatedAt = started.At;
        state.Deadline = started.Deadline;
        state.Inputs = started.Inputs;
        state.Vars = started.Vars;
        state.Labels = started.Labels;
        state.ParentRunId = started.ParentRunId;
        state.ParentStep = started.ParentStep;
        state.StartKey = started.StartKey;
        state.Group = started.Group;
        if (started.Queued) state.Fixed = RunStatus.Pending;
        if (state.Graph.Definition.Elsa is { } program)
            state.Elsa = new Elsa.ElsaState(program) { CorrelationId = started.CorrelationId, Name = started.RunName, Trigger = started.Trigger, TriggerPayload = started.TriggerPayload, Trace = state.Trace };
    }

    private static void Recover(RunState state, RunRecovered recovered)
    {
        foreach (var entry in recovered.Steps)
        {
            var step = state.Steps[entry.Key];
            if (!state.Released) step.Crashes++;
            step.NeedsVerification = entry.Action == "verify";
            if (entry.Action is "stop" or "pause") continue;
            StepFold.SetStatus(state, step, StepStatus.Ready);
            step.Wait = null;
        }

        state.Released = false;
    }

    private static void Reopen(RunState state)
    {
        state.Reopened++;
        state.Phase = RunPhase.Steps;
        state.Fixed = null;
        state.Failure = null;
        state.FailedStep = null;
        state.Cancel = null;
        state.CompletedAt = null;
        // The deadline moves on by as long as the run had at first, or a late retry would time out at once.
        state.Deadline = state.UpdatedAt + state.Graph.Definition.Timeout;
        if (state.Elsa is { } elsa) elsa.Fault = null;
        if (state.Scopes.TryGetValue("#body", out var root)) (root.Failure, root.FailedStep) = (null, null);
        DropScope(state, "#rescue");
        DropScope(state, "#always");
    }

    /// <summary>Forgets a scope and all below it, so that it can run again.</summary>
    public static void DropScope(RunState state, string id)
    {
        if (!state.Scopes.Remove(id, out var scope)) return;
        scope.Owner?.Scopes.Remove(scope);
        foreach (var step in scope.Steps)
        {
            foreach (var inner in step.Scopes.ToArray()) DropScope(state, inner.Id);
            StepFold.SetStatus(state, step, StepStatus.Cancelled);
            state.Steps.Remove(step.Key);
        }
    }

    private static void End(RunState state, RunStatus status, JournalEvent journalEvent)
    {
        state.Phase = RunPhase.Ended;
        state.Fixed = status;
        state.CompletedAt = journalEvent.At;
        if (status != RunStatus.Cancelled) return;
        foreach (var step in state.Steps.Values)
            if (step.IsActive) StepFold.SetStatus(state, step, StepStatus.Cancelled);
        state.Failure ??= journalEvent switch
        {
            RunCancelled cancelled => new Failure("run.cancelled", FailureKind.Cancelled, Say("cancelled", cancelled.By, cancelled.Reason)),
            RunTerminated terminated => new Failure("run.terminated", FailureKind.Cancelled, Say("terminated", terminated.By, terminated.Reason)),
            _ => null,
        };
    }

    private static string Say(string what, string by, string reason) => reason.Length == 0 ? $"{what} by {by}" : $"{what} by {by}: {reason}";
}
