using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>
/// Flowchart in counter mode, for connections that lead forward: a step runs when every inbound connection was visited more often than the step was, and any of these visits followed it;
/// when none did, the step is passed over, and so on behind it (dead-path elimination).
/// </summary>
internal static class FlowchartRule
{
    /// <summary>A scope has opened: its first step is scheduled.</summary>
    public static void Begin(Decider decider, ScopeState scope)
    {
        if (decider.Elsa is { } elsa)
        {
            elsa.Start();
            return;
        }

        if (scope.Flow.Start is { } start) decider.Schedule(scope.Steps[start.Index]);
        Check(decider, scope);
    }

    /// <summary>A step was settled: decides for each step behind it.</summary>
    public static void Continue(Decider decider, StepState step)
    {
        if (decider.Elsa is { } elsa)
        {
            elsa.StepSettled(step);
            return;
        }

        var scope = step.Scope;
        if (!IsStopping(decider, scope))
            foreach (var edge in step.Step.Outbound)
                Arrive(decider, scope, scope.Flow.Steps[edge.Target]);
        Check(decider, scope);
    }

    /// <summary>When nothing in a scope can happen any more, its owner goes on.</summary>
    public static void Check(Decider decider, ScopeState scope)
    {
        if (decider.Elsa is { } elsa)
        {
            elsa.Check();
            return;
        }

        if (!scope.IsClosed) return;
        if (scope.Owner is not { } owner)
        {
            Ending.FlowEnded(decider, scope);
            return;
        }

        if (!owner.IsActive) return; // it ended before, with all its scopes

        switch (owner.Step.Kind)
        {
            case StepKind.Block: BlockRule.ScopeEnded(decider, owner, scope); break;
            case StepKind.ForEach: ForEachRule.ItemEnded(decider, owner, scope); break;
            default: BodyEnded(decider, owner, scope); break;
        }
    }

    /// <summary>The only scope of a container has ended.</summary>
    public static void BodyEnded(Decider decider, StepState owner, ScopeState scope)
    {
        if (owner.IsStopping) Cancelling.ContainerStopped(decider, owner);
        else if (scope.Failure is { } failure) decider.Break(owner, failure);
        else decider.CompleteContainer(owner, Value.EmptyMap);
    }

    /// <summary>True when nothing new may start in a scope.</summary>
    public static bool IsStopping(Decider decider, ScopeState scope)
    {
        for (var at = scope; at is not null; at = at.Parent)
        {
            if (at.Flow.Role == FlowRole.Always) return false; // cleaning up goes on
            if (at.Owner is { IsStopping: true }) return true;
            if (at.Owner is null) return decider.State.Cancel is { IsOver: false };
        }

        return false;
    }

    private static void Arrive(Decider decider, ScopeState scope, Step target)
    {
        var runs = scope.Runs[target.Index];
        var followed = false;
        foreach (var inbound in target.Inbound)
        {
            if (scope.Visits[inbound.Index] <= runs) return;
            followed |= scope.Followed[inbound.Index];
        }

        var step = scope.Steps[target.Index];
        if (step.Status != Runs.StepStatus.Pending) return;
        if (followed)
        {
            decider.Schedule(step);
        }
        else
        {
            decider.Do(new Move(MoveKind.Skipped, step.Key));
            decider.Settled(step);
        }
    }
}
