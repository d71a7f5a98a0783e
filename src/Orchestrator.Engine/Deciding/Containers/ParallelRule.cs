using Orchestrator.Engine.Folding;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>Parallel: a flow whose branches leave one fork. With <c>failFast</c> (default) the first failure stops the others; else they run to their ends first.</summary>
internal static class ParallelRule
{
    public static void BranchFailed(Decider decider, StepState owner, ScopeState scope)
    {
        if (owner.Step.Node.Inputs.GetValueOrDefault("failFast")?.ConstantValue is BoolValue { Flag: false }) return;
        Cancelling.StopScope(decider, scope);
    }
}
