using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>Block: body; <c>rescue</c> when the body failed, which handles the failure; <c>always</c> last, also on the way to being cancelled. A failure of rescue or always is the block's.</summary>
internal static class BlockRule
{
    public static void ScopeEnded(Decider decider, StepState owner, ScopeState scope)
    {
        if (owner.Scopes[^1] != scope) return; // its turn is over
        switch (scope.Flow.Role)
        {
            case FlowRole.Body when scope.Failure is not null && !owner.IsStopping && owner.Step.Rescue is not null:
                Open(decider, owner, "rescue");
                break;
            case FlowRole.Body or FlowRole.Rescue when owner.Step.Always is not null:
                Open(decider, owner, "always");
                break;
            default: End(decider, owner); break;
        }
    }

    private static void Open(Decider decider, StepState owner, string role)
    {
        decider.Do(new Move(MoveKind.Opened, owner.Key, Text: role));
        FlowchartRule.Begin(decider, owner.Scopes[^1]);
    }

    private static void End(Decider decider, StepState owner)
    {
        if (owner.IsStopping) Cancelling.ContainerStopped(decider, owner);
        else if (FailureOf(owner) is { } failure) decider.Break(owner, failure);
        else decider.CompleteContainer(owner, Value.EmptyMap);
    }

    private static Failure? FailureOf(StepState owner)
    {
        Failure? body = null, rescue = null, always = null;
        var rescued = false;
        foreach (var scope in owner.Scopes)
        {
            if (scope.Flow.Role == FlowRole.Rescue) (rescued, rescue) = (true, scope.Failure);
            else if (scope.Flow.Role == FlowRole.Always) always = scope.Failure;
            else body = scope.Failure;
        }

        return (rescued ? rescue : body) ?? always;
    }
}
