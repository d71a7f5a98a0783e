using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Deciding;

/// <summary>Stopping what is under way: what waits is cancelled at once, what runs is asked to stop and has until a deadline; <c>always</c> still runs.</summary>
internal static class Cancelling
{
    /// <summary>How long activities may take to stop when nobody says.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(30);

    /// <summary>The run is to end: cancelled, or failed when a failure says why.</summary>
    public static void Request(Decider decider, string by, string reason, Failure? failure, TimeSpan grace)
    {
        var state = decider.State;
        if (state.IsEnded || state.Cancel is not null) return;
        var wasQueued = state.Fixed == RunStatus.Pending;
        decider.Emit(new RunCancelRequested(by, reason, decider.Now + grace, failure));
        if (wasQueued)
        {
            Ending.Finish(decider);
            return;
        }

        decider.Elsa?.CancelAll();
        foreach (var scope in state.Scopes.Values.ToArray())
            if (scope.Owner is null) StopScope(decider, scope);
        foreach (var undo in state.Steps.Values.Where(step => step.Step.Undoes is not null && step.IsActive).ToArray()) Stop(decider, undo);
        Ending.Stopped(decider);
    }

    /// <summary>Stops all steps of a scope.</summary>
    public static void StopScope(Decider decider, ScopeState scope)
    {
        foreach (var step in scope.Steps) Stop(decider, step);
        Containers.FlowchartRule.Check(decider, scope);
    }

    /// <summary>All scopes of a container that is being stopped have ended.</summary>
    public static void ContainerStopped(Decider decider, StepState owner)
    {
        if (!owner.IsActive) return;
        decider.Do(new Move(MoveKind.Cancelled, owner.Key));
        Containers.FlowchartRule.Check(decider, owner.Scope);
    }

    /// <summary>The deadline of a cancel has passed: what still has not stopped is left to itself.</summary>
    public static void GraceOver(Decider decider)
    {
        foreach (var step in decider.State.Steps.Values.Where(step => step.IsStopping && step.IsActive && !step.IsContainer).ToArray())
        {
            decider.Emit(new StepCancelled("it did not stop in time and was left to itself", null), step, step.Attempt);
            if (step.Step.Undoes is not null) Undoing.Next(decider);
            else Containers.FlowchartRule.Check(decider, step.Scope);
        }
    }

    /// <summary>Stops one step: at once when it waits, else when its attempt heeds.</summary>
    public static void Stop(Decider decider, StepState step)
    {
        if (!step.IsActive || step.IsStopping) return;
        if (step.IsContainer)
        {
            decider.Do(new Move(MoveKind.Stopping, step.Key));
            foreach (var scope in step.Scopes.ToArray())
                if (scope.Flow.Role != FlowRole.Always) StopScope(decider, scope);
        }
        else if (step.Status == StepStatus.Running)
        {
            decider.Do(new Move(MoveKind.Stopping, step.Key));
        }
        else if (step.Wait?.Kind == "child")
        {
            decider.Do(new Move(MoveKind.Stopping, step.Key));
            decider.Decision.CancelChildren.Add(step.ChildRunId!);
        }
        else
        {
            decider.Do(new Move(MoveKind.Cancelled, step.Key));
        }
    }
}
