using Orchestrator.Engine.Runs;

namespace Orchestrator.Cli.Progress;

/// <summary>What the steps of a run came to. Counted are steps that do something themselves: no containers, decisions, waits or calls.</summary>
/// <param name="Done">Completed, also in child runs.</param>
/// <param name="Changed">Of these, how many changed the world.</param>
/// <param name="AlreadySo">Of these, how many found all as asked.</param>
internal readonly record struct StepCounts(int Done, int Changed, int AlreadySo)
{
    /// <summary>Counts.</summary>
    public static StepCounts Of(RunSnapshot snapshot)
    {
        var done = snapshot.Steps().Select(entry => entry.Step).Where(IsAct).Where(step => step.Status == StepStatus.Completed).ToList();
        return new StepCounts(done.Count, done.Count(step => step.Changed == true), done.Count(step => step.Changed == false));
    }

    /// <summary>True for a step that does something itself.</summary>
    public static bool IsAct(StepView step) =>
        step.Children.Count == 0 && step.ChildRunId is null && !step.Type.StartsWith("Orchestrator.", StringComparison.Ordinal)
        && !step.Type.StartsWith("Elsa.", StringComparison.Ordinal);
}
