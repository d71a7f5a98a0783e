using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>The course of a whole run: steps; then, when it fails, rescue and rollback; then always; then its end.</summary>
internal static class Ending
{
    public static void Start(Decider decider, StartedFact started)
    {
        var definition = decider.State.Graph.Definition;
        decider.Emit(new RunStarted(
            definition.Hash, definition.Name, definition.Version, (MapValue)decider.Seal(started.Inputs, "inputs"), (MapValue)decider.Seal(started.Vars, "vars"), started.Labels, started.By,
            started.ParentRunId, started.ParentStep, started.StartKey, started.Group, started.Queued, decider.Now + definition.Timeout)
        {
            CorrelationId = started.Studio?.CorrelationId, RunName = started.Studio?.Name, Trigger = started.Studio?.Trigger,
            TriggerPayload = started.Studio?.Payload is { } payload ? decider.Seal(payload, "payload") : null,
        });
        if (!started.Queued) Begin(decider, "root");
    }

    public static void Admit(Decider decider)
    {
        if (decider.State.Fixed != RunStatus.Pending) return;
        decider.Emit(new RunAdmitted());
        Begin(decider, "root");
    }

    /// <summary>One of the three flows of the run has ended.</summary>
    public static void FlowEnded(Decider decider, ScopeState scope)
    {
        var state = decider.State;
        switch (scope.Flow.Role)
        {
            case FlowRole.Root when state.Phase == RunPhase.Steps:
                if (state.Cancel is { IsOver: false }) Stopped(decider);
                else if (scope.Failure is { } failure) Fail(decider, failure, scope.FailedStep);
                else Clean(decider, null);
                break;
            case FlowRole.Rescue when state.Phase == RunPhase.Rescue:
                if (state.Cancel is { IsOver: false }) Clean(decider, null);
                else RollBack(decider);
                break;
            case FlowRole.Always when state.Phase == RunPhase.Always: Finish(decider); break;
        }
    }

    /// <summary>Everything that was to be stopped has stopped.</summary>
    public static void Stopped(Decider decider)
    {
        var state = decider.State;
        if (state.Cancel is not { IsOver: false } cancel) return;
        foreach (var scope in state.Scopes.Values)
            if (scope.Owner is null && !scope.IsClosed) return;
        if (state.Phase == RunPhase.Undo && state.Steps.Values.Any(step => step.Step.Undoes is not null && step.IsActive)) return;
        if (state.Phase == RunPhase.Always) Finish(decider);
        else if (cancel.Fails && state.Phase == RunPhase.Steps) Fail(decider, state.Failure!, null);
        else Clean(decider, null);
    }

    /// <summary>The end.</summary>
    public static void Finish(Decider decider)
    {
        var state = decider.State;
        if (state.IsEnded) return;
        var always = state.Scopes.GetValueOrDefault("#always")?.Failure;
        if (state.Cancel is { Fails: false } cancel) decider.Emit(new RunCancelled(cancel.By, cancel.Reason));
        else if (state.Failure is { } failure) decider.Emit(new RunFailed(Undoing.WithRest(state, failure)));
        else if (always is not null) decider.Emit(new RunFailed(always));
        else Complete(decider);
    }

    /// <summary>Goes on with the rollback, if the blueprint asks for one, or to the end.</summary>
    public static void RollBack(Decider decider)
    {
        if (decider.State.Graph.Definition.OnFailure != OnFailure.Rollback)
        {
            Clean(decider, null);
            return;
        }

        decider.Emit(new RunPhaseEntered(RunPhase.Undo, null, null));
        Undoing.Next(decider);
    }

    /// <summary>Runs always, if there is one, and ends.</summary>
    public static void Clean(Decider decider, Failure? failure)
    {
        if (decider.State.Graph.Always is null)
        {
            Finish(decider);
            return;
        }

        decider.Emit(new RunPhaseEntered(RunPhase.Always, failure, null));
        Begin(decider, "always");
    }

    /// <summary>Goes to rescue, if there is one, and to the rollback.</summary>
    public static void Fail(Decider decider, Failure failure, string? step)
    {
        decider.Emit(new RunPhaseEntered(RunPhase.Rescue, failure, step));
        if (decider.State.Graph.Rescue is null) RollBack(decider);
        else Begin(decider, "rescue");
    }

    private static void Begin(Decider decider, string flow)
    {
        decider.Do(new Move(MoveKind.Opened, "", Text: flow));
        var id = flow == "root" ? "#body" : "#" + flow;
        Containers.FlowchartRule.Begin(decider, decider.State.Scopes[id]);
    }

    private static void Complete(Decider decider)
    {
        var state = decider.State;
        try
        {
            var context = Evaluating.Context(state, state.Scopes.GetValueOrDefault("#body"), decider.Now, null);
            var outputs = Value.Map(state.Graph.Definition.Outputs.Select(output => (output.Name, output.Expression.Evaluate(context))));
            decider.Emit(new RunCompleted((MapValue)decider.Seal(outputs, "outputs")));
        }
        catch (FailureException exception)
        {
            decider.Emit(new RunFailed(exception.Failure));
        }
    }
}
