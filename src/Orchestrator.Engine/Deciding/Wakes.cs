using Orchestrator.Engine.Graphs;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Deciding;

/// <summary>A wake-up came due: everything in the run whose time has come goes on. One that came for nothing decides nothing.</summary>
internal static class Wakes
{
    public static void Woken(Decider decider)
    {
        var state = decider.State;
        if (state.IsEnded) return;
        if (state.Cancel is { IsOver: false } cancel && cancel.Deadline <= decider.Now) Cancelling.GraceOver(decider);
        if (state.Cancel is null && state.Deadline <= decider.Now)
        {
            var failure = new Failure("engine.runTimeout", FailureKind.Timeout, $"the run did not end within {Model.Schemas.Durations.Format(state.Graph.Definition.Timeout)}");
            Cancelling.Request(decider, "engine", failure.Message, failure, Cancelling.DefaultGrace);
        }

        if (state.Cancel is null) decider.Elsa?.Woken();
        foreach (var step in state.Waiting.ToArray())
        {
            if (step.Wait is not { } wait || !step.IsActive || step.IsStopping) continue;
            var isDue = wait.Next <= decider.Now || wait.Deadline <= decider.Now;
            if (!isDue) continue;
            switch (step.Step.Kind)
            {
                case StepKind.Wait: Containers.WaitRule.Due(decider, step); break;
                case StepKind.Approve: Containers.ApproveRule.Due(decider, step); break;
                default: Attempt(decider, step, wait); break;
            }
        }
    }

    private static void Attempt(Decider decider, Folding.StepState step, Folding.WaitState wait)
    {
        if (wait.Deadline <= decider.Now && wait.Next != wait.Deadline) Attempts.FailForGood(decider, step, Attempts.TotalTimeout(step, wait.Reason), null);
        else if (wait.Next <= decider.Now) decider.Decision.Due.Add(step.Key);
    }
}
