using Orchestrator.Engine.Runs;

namespace Orchestrator.Cli.Progress;

/// <summary>Where a child run stands, for the line of the step that called it.</summary>
internal static class ChildWords
{
    /// <summary>What to add to that line: <c>, at look: waiting: …</c>; empty when the step has no child run or nothing in it stands out.</summary>
    public static string Of(RunSnapshot snapshot, StepView step, DateTimeOffset now)
    {
        if (step.ChildRunId is not { } id || !snapshot.Children.TryGetValue(id, out var child)) return "";
        if (Innermost(snapshot, child, step.Status) is not { } at) return "";
        var place = at.Run.RunId == id ? at.Step.Key : $"{at.Step.Key} of run {at.Run.RunId} ({at.Run.Blueprint})";
        // A failure is told by the parent's own words; a wait of the child is known to the child alone.
        if (step.Status == StepStatus.Failed) return $" (at {child.Blueprint}/{place})";
        return at.Step.Status == StepStatus.Running ? $", at {place}" : $", at {place}: {StepWords.State(at.Step, now)}";
    }

    private static (RunView Run, StepView Step)? Innermost(RunSnapshot snapshot, RunView child, StepStatus parent)
    {
        var leaves = snapshot.StepsOf(child).Where(entry => entry.Step.Children.Count == 0 && (entry.Step.ChildRunId is null || !snapshot.Children.ContainsKey(entry.Step.ChildRunId))).ToList();
        IReadOnlyList<StepStatus> wanted = parent == StepStatus.Failed ? [StepStatus.Failed] : [StepStatus.Paused, StepStatus.Waiting, StepStatus.Running];
        foreach (var status in wanted)
            if (leaves.FindIndex(entry => entry.Step.Status == status) is >= 0 and var index) return (leaves[index].Run, leaves[index].Step);
        return null;
    }
}
