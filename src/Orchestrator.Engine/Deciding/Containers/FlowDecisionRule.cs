using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>FlowDecision: its condition is evaluated once, when its turn comes, and only the outcome is journaled.</summary>
internal static class FlowDecisionRule
{
    public static void Schedule(Decider decider, StepState step)
    {
        try
        {
            var condition = step.Step.Node.Inputs.GetValueOrDefault("condition")?.Evaluate(Evaluating.Context(decider.State, step.Scope, decider.Now, step));
            if (condition is not BoolValue flag)
                throw new FailureException("expression.type", FailureKind.Permanent, $"the condition of `{step.Key}` must be true or false, not {condition ?? Value.Null}");
            decider.Do(new Move(MoveKind.Decided, step.Key, Text: flag.Flag ? Outcomes.True : Outcomes.False));
            decider.Settled(step);
        }
        catch (FailureException exception)
        {
            decider.Break(step, exception.Failure);
        }
    }
}
