using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Deciding;

/// <summary>What the failure of a step means for what is around it.</summary>
internal static class Failing
{
    /// <summary>True when the run shall stop at the step and wait for a person: it says <c>onFailure: pause</c> and nothing around the step handles the failure.</summary>
    public static bool HoldsRun(Decider decider, StepState step, Failure failure)
    {
        var state = decider.State;
        if (state.Graph.Definition.OnFailure != OnFailure.Pause || state.Phase != RunPhase.Steps || state.Cancel is not null || step.IsStopping) return false;
        if (decider.Elsa is { } elsa) return elsa.IsHeldAt(step, failure);
        for (var scope = step.Scope; scope.Owner is { } owner; scope = owner.Scope)
        {
            if (owner.Step.Policy.AllowFailure || owner.IsStopping) return false;
            if (scope.Flow.Role == FlowRole.Body && owner.Step.Rescue is not null) return false;
        }

        return true;
    }

    /// <summary>A step of a scope has failed for good.</summary>
    public static void Failed(Decider decider, StepState step)
    {
        if (decider.Elsa is { } elsa)
        {
            elsa.StepFailed(step);
            return;
        }

        var scope = step.Scope;
        if (scope.Owner is { Step.Kind: StepKind.Parallel } owner && !owner.IsStopping) Containers.ParallelRule.BranchFailed(decider, owner, scope);
        Containers.FlowchartRule.Check(decider, scope);
    }
}
