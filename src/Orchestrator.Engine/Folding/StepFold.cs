using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Engine.Folding;

/// <summary>The part of the fold that concerns one step.</summary>
internal static class StepFold
{
    public static void Apply(RunState state, StepState step, JournalEvent journalEvent)
    {
        if (journalEvent.AbsorbedStart is { } began) Start(state, step, began, journalEvent.Attempt, false);
        switch (journalEvent)
        {
            case StepStarted started: Start(state, step, started.At, started.Attempt, started.IsVerification); break;
            case StepIntended intended: step.Intent = intended.Output; break;
            case StepCompleted completed: Complete(state, step, completed); break;
            case StepFailed failed: Fail(state, step, failed.Failure, failed.At); break;
            case StepRetryScheduled retry:
                step.Failures = step.Attempt;
                step.Failure = retry.Failure;
                step.NeedsVerification = false;
                Wait(state, step, new WaitState("retry", $"next attempt after {retry.Failure.Code}", retry.Due, null, retry.At));
                break;
            case StepPolled polled:
                step.Failures = 0;
                step.Polls++;
                step.Crashes = 0;
                step.Failure = null;
                Wait(state, step, polled.Reason is not null || step.Wait is not { } before
                    ? new WaitState("poll", polled.Reason ?? "", polled.Next, polled.Deadline, step.Wait?.Since ?? step.FirstStartedAt ?? polled.At)
                    : before with { Next = polled.Next });
                break;
            case StepPaused paused: Pause(state, step, paused.Failure, paused.At); break;
            case StepCancelled cancelled: End(state, step, StepStatus.Cancelled, cancelled.At); break;
            case StepRefreshed refreshed: Redo(state, step, refreshed.At, refreshed.NeededBy); break;
            case StepRetried retried:
                if (retried.Input is Model.Values.MapValue edited)
                {
                    step.Input = edited;
                    step.InputIsEdited = true;
                    step.Intent = null;
                }

                break; // the moves say what starts again
            case StepSkipped skipped:
                step.Output = skipped.Output;
                step.Failure = null;
                End(state, step, StepStatus.Skipped, skipped.At);
                Settle(step, Outcomes.Done);
                break;
            case ChildStarted child:
                step.ChildRunId = child.ChildRunId;
                Wait(state, step, new WaitState("child", $"run {child.ChildRunId} of {child.Blueprint}", null, null, child.At));
                break;
            case ApprovalGiven: break; // the moves say what it leads to
            default: throw new InvalidOperationException($"{journalEvent.Type} is not an event of a step");
        }
    }

    /// <summary>The one place that changes a status, so that the counters of run and scope stay right.</summary>
    public static void SetStatus(RunState state, StepState step, StepStatus status)
    {
        var (from, wasActive, wasMoving) = (step.Status, step.IsActive, IsMoving(step));
        step.Status = status;
        if (step.Step.Undoes is null && wasActive != step.IsActive) step.Scope.Active += wasActive ? -1 : 1;
        if (wasMoving != IsMoving(step)) state.Moving += wasMoving ? -1 : 1;
        if (status == StepStatus.Ready && step.Step.HasAttempts) state.Fresh.Add(step);
        if (from == StepStatus.Waiting && status != StepStatus.Waiting) state.Waiting.Remove(step);
        if (from != StepStatus.Waiting && status == StepStatus.Waiting) state.Waiting.Add(step);
        if (from == StepStatus.Paused) state.Paused--;
        if (status == StepStatus.Paused) state.Paused++;
    }

    public static void Wait(RunState state, StepState step, WaitState wait)
    {
        step.Wait = wait;
        SetStatus(state, step, StepStatus.Waiting);
    }

    public static void Pause(RunState state, StepState step, Model.Failures.Failure failure, DateTimeOffset at)
    {
        step.Failure = failure;
        step.NeedsVerification = false;
        step.Wait = new WaitState("person", failure.Message, null, null, at);
        SetStatus(state, step, StepStatus.Paused);
    }

    public static void Fail(RunState state, StepState step, Model.Failures.Failure failure, DateTimeOffset at)
    {
        step.Failure = failure;
        End(state, step, StepStatus.Failed, at);
        if (step.Step.Undoes is not null)
        {
            state.Trace?.Undone(step.Key[..^MoveFold.UndoSuffix.Length], failure, at);
            return;
        }

        if (step.Step.Policy.AllowFailure)
        {
            Settle(step, Outcomes.Done);
            return;
        }

        step.Scope.Failure ??= failure;
        // What people look for is the step that failed, not the container around it.
        step.Scope.FailedStep ??= step.Scopes.Find(scope => scope.FailedStep is not null)?.FailedStep ?? step.Key;
    }

    public static void End(RunState state, StepState step, StepStatus status, DateTimeOffset at)
    {
        step.Wait = null;
        step.CompletedAt = at;
        step.NeedsVerification = false;
        SetStatus(state, step, status);
    }

    /// <summary>Counts the visit and says which connections are followed; a null outcome is a step passed over.</summary>
    public static void Settle(StepState step, string? outcome)
    {
        step.Outcome = outcome;
        var scope = step.Scope;
        if (step.Step.Index < 0) return;
        scope.Runs[step.Step.Index]++;
        foreach (var edge in step.Step.Outbound)
        {
            scope.Visits[edge.Index]++;
            scope.Followed[edge.Index] = outcome is not null && edge.Port == outcome;
        }
    }

    /// <summary>Back to the start, as if it had not run.</summary>
    public static void Redo(RunState state, StepState step, DateTimeOffset at, string? refreshedFor)
    {
        (step.Attempt, step.Failures, step.Polls, step.Crashes) = (0, 0, 0, 0);
        (step.FirstStartedAt, step.StartedAt, step.CompletedAt) = (null, null, null);
        (step.Failure, step.Wait, step.Changed, step.ChildRunId, step.IsStopping, step.NeedsVerification) = (null, null, null, null, false, false);
        step.Redone++;
        step.ReadyAt = at;
        step.RefreshedFor = refreshedFor;
        SetStatus(state, step, StepStatus.Ready);
    }

    private static bool IsMoving(StepState step) => step.Status is StepStatus.Ready or StepStatus.Running && step.Step.HasAttempts;

    private static void Start(RunState state, StepState step, DateTimeOffset at, int attempt, bool isVerification)
    {
        step.Attempt = attempt;
        step.StartedAt = at;
        step.FirstStartedAt ??= at;
        step.NeedsVerification = isVerification;
        SetStatus(state, step, StepStatus.Running);
    }

    private static void Complete(RunState state, StepState step, StepCompleted completed)
    {
        step.Output = completed.Output;
        step.Changed = completed.Changed;
        step.Failure = null;
        step.Crashes = 0;
        step.Order = ++state.Completions;
        End(state, step, StepStatus.Completed, completed.At);
        if (step.Step.Undoes is not null)
        {
            var undone = step.Key[..^MoveFold.UndoSuffix.Length];
            SetStatus(state, state.Steps[undone], StepStatus.Undone);
            state.Trace?.Undone(undone, null, completed.At);
        }
        else if (step.RefreshedFor is null) Settle(step, Outcomes.Done);
        step.RefreshedFor = null;
    }
}
