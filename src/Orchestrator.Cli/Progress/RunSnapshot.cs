using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Progress;

/// <summary>A run at one moment, with what hangs below it: all that a display shows.</summary>
/// <param name="Root">The run.</param>
/// <param name="Children">Its child runs, and theirs, by id.</param>
/// <param name="LogTails">The last lines of steps that are under way, by run id and step key, oldest first.</param>
/// <param name="NewEvents">Journal events since the snapshot before, in order of time; of the child runs too.</param>
internal sealed record RunSnapshot(
    RunView Root,
    IReadOnlyDictionary<string, RunView> Children,
    IReadOnlyDictionary<(string RunId, string Step), IReadOnlyList<string>> LogTails,
    IReadOnlyList<StoredEvent> NewEvents)
{
    /// <summary>A run without children and logs.</summary>
    public RunSnapshot(RunView root)
        : this(root, new Dictionary<string, RunView>(), new Dictionary<(string, string), IReadOnlyList<string>>(), [])
    {
    }

    /// <summary>Names of the blueprint files of runs that failed or are paused, by run id, as far as they are known.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>True when the run has ended.</summary>
    public bool HasEnded => Root.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;

    /// <summary>Every step of the run and of its child runs, parents first, with the run it belongs to and how deep it lies.</summary>
    public IEnumerable<(RunView Run, StepView Step, int Depth)> Steps() => Steps(Root, Root.Steps, 0);

    /// <summary>The same for one of the child runs.</summary>
    public IEnumerable<(RunView Run, StepView Step, int Depth)> StepsOf(RunView run) => Steps(run, run.Steps, 0);

    /// <summary>
    /// True when only a person can move it: it is paused, or it waits for nothing but child runs that are.
    /// </summary>
    public bool IsPaused => Root.Status == RunStatus.Paused
        || (Root.Status == RunStatus.Waiting && Children.Values.Any(child => child.Status == RunStatus.Paused)
            && Steps().All(entry => entry.Step.Status is not (StepStatus.Ready or StepStatus.Running or StepStatus.Waiting) || entry.Step.Children.Count > 0 || entry.Step.Wait?.Kind == "child"));

    private IEnumerable<(RunView Run, StepView Step, int Depth)> Steps(RunView run, IReadOnlyList<StepView> steps, int depth)
    {
        foreach (var step in steps)
        {
            yield return (run, step, depth);
            foreach (var inner in Steps(run, step.Children, depth + 1)) yield return inner;
            if (step.ChildRunId is not { } id || !Children.TryGetValue(id, out var child)) continue;
            foreach (var inner in Steps(child, child.Steps, depth + 1)) yield return inner;
        }
    }
}
