using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>Fork: does nothing; every connection that leaves it is followed.</summary>
internal static class ForkRule
{
    public static void Schedule(Decider decider, StepState step)
    {
        decider.Do(new Move(MoveKind.Decided, step.Key, Text: Outcomes.Done));
        decider.Settled(step);
    }
}
