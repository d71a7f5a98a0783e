using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Cli.Progress;

/// <summary>What happened between two snapshots, one line each, for output that is not redrawn. The wording is stable: people grep for it.</summary>
internal static class RunChanges
{
    /// <summary>The lines, in order of time; times count from the start of the run.</summary>
    /// <param name="before">The snapshot that was shown last; null at the start.</param>
    /// <param name="after">The snapshot now.</param>
    /// <param name="now">The instant of <paramref name="after"/>.</param>
    public static IReadOnlyList<TextLine> Between(RunSnapshot? before, RunSnapshot after, DateTimeOffset now)
    {
        var changes = new List<(DateTimeOffset At, TextLine Text)>();
        if (before is null) changes.Add((after.Root.CreatedAt, new TextLine().Add($"run {after.Root.RunId} of {after.Root.Blueprint} started")));

        var known = before?.Steps().ToDictionary(entry => (entry.Run.RunId, entry.Step.Key), entry => entry.Step) ?? [];
        foreach (var (run, step, _) in after.Steps())
        {
            if (!Differs(known.GetValueOrDefault((run.RunId, step.Key)), step)) continue;
            changes.Add((When(step, now), Line(after, run, step, now)));
        }

        if (before?.Root.Status != after.Root.Status && after.Root.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled or RunStatus.Paused)
        {
            var (word, style) = RunLines.StatusWord(after.Root.Status);
            changes.Add((after.Root.CompletedAt ?? now, new TextLine().Add($"run {word}", style)));
        }

        return [.. changes.OrderBy(change => change.At).Select(change => Stamped(change.At - after.Root.CreatedAt, change.Text))];
    }

    private static bool Differs(StepView? before, StepView after)
    {
        if (after.Status is StepStatus.Pending or StepStatus.Ready) return false;
        if (before is null || before.Status != after.Status || before.Attempt != after.Attempt) return true;
        // A poll that finds what the last one found is no news.
        return after.Status == StepStatus.Waiting && before.Wait?.Reason != after.Wait?.Reason;
    }

    private static TextLine Line(RunSnapshot snapshot, RunView run, StepView step, DateTimeOffset now)
    {
        var (_, style) = StepWords.Sign(step);
        var name = run.RunId == snapshot.Root.RunId ? step.Key : $"{run.Blueprint}/{step.Key}";
        var state = step.Status switch
        {
            StepStatus.Running => step.Attempt > 1 ? $"started, attempt {step.Attempt} of {Math.Max(step.MaxAttempts, step.Attempt)}" : "started",
            StepStatus.Completed when StepWords.State(step, now) is { Length: > 0 } words => $"completed in {words}",
            StepStatus.Completed => "completed",
            _ => StepWords.State(step, now),
        };
        return new TextLine().Add($"{name}: ").Add(state, style);
    }

    private static DateTimeOffset When(StepView step, DateTimeOffset now) => step.Status switch
    {
        StepStatus.Running when step.Attempt <= 1 => step.StartedAt ?? now,
        StepStatus.Waiting or StepStatus.Paused => step.Wait?.Since ?? now,
        _ => step.CompletedAt ?? now,
    };

    private static TextLine Stamped(TimeSpan at, TextLine text)
    {
        var line = new TextLine();
        var stamp = HumanTime.Precise(at);
        return line.Add(stamp.PadLeft(7), Style.Faint).Add("  ").Add(text);
    }
}
