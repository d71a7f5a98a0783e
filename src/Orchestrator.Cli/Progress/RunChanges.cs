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
    public static IReadOnlyList<TextLine> Between(RunSnapshot? before, RunSnapshot after, DateTimeOffset now) =>
        Lines(
            before is null ? [(after.Root.CreatedAt, new TextLine().Add($"run {after.Root.RunId} of {after.Root.Blueprint} started"))] : [],
            before, before?.Steps() ?? [], after, now);

    /// <summary>The first lines of a command that goes on with a run it finds: where the run stands, and what is new since.</summary>
    /// <param name="found">The run as the command found it.</param>
    /// <param name="after">The snapshot now.</param>
    /// <param name="now">The instant of <paramref name="after"/>.</param>
    public static IReadOnlyList<TextLine> Onwards(RunSnapshot found, RunSnapshot after, DateTimeOffset now)
    {
        var steps = found.Steps().Where(entry => entry.Step.Children.Count == 0 && entry.Step.ChildRunId is null).ToList();
        var done = steps.Count(entry => entry.Step.Status is StepStatus.Completed or StepStatus.Skipped);
        var head = new TextLine().Add($"run {after.Root.RunId} of {after.Root.Blueprint} so far: {RunLines.StatusWord(found.Root.Status).Word}, {done} of {steps.Count} steps done");
        // What was under way when the command came is told again: nobody would know what the run waits for.
        return [Stamped(now - after.Root.CreatedAt, head), .. Lines([], found, found.Steps().Where(entry => HasEnded(entry.Step)), after, now)];
    }

    /// <summary>A line with the time since the run began in front.</summary>
    public static TextLine Stamped(TimeSpan at, TextLine text) => new TextLine().Add(HumanTime.Precise(at).PadLeft(7), Style.Faint).Add("  ").Add(text);

    /// <summary>A step's name as lines begin with: of a child run's step, with the blueprint.</summary>
    public static string Name(RunSnapshot snapshot, RunView run, StepView step) => run.RunId == snapshot.Root.RunId ? step.Key : $"{run.Blueprint}/{step.Key}";

    /// <summary>True while a step waits for what it polls, also for the moment in which it looks.</summary>
    public static bool Polls(StepView step) => step is { Status: StepStatus.Waiting or StepStatus.Running, Wait.Kind: "poll" };

    private static IReadOnlyList<TextLine> Lines(
        List<(DateTimeOffset At, TextLine Text)> changes, RunSnapshot? before, IEnumerable<(RunView Run, StepView Step, int Depth)> toldSteps, RunSnapshot after, DateTimeOffset now)
    {
        var told = toldSteps.ToDictionary(entry => (entry.Run.RunId, entry.Step.Key), entry => entry.Step);
        foreach (var (run, step, _) in after.Steps())
        {
            if (!Differs(told.GetValueOrDefault((run.RunId, step.Key)), step)) continue;
            var at = When(after, run, step, now);
            changes.Add((at, Line(after, run, step, at)));
        }

        // A run that waits for a slot has no step yet that could say so.
        if (after.Root is { Status: RunStatus.Pending, Wait: { } slot } && before?.Root.Wait?.Reason != slot.Reason)
            changes.Add((slot.Since, new TextLine().Add("waiting: ", Style.Caution).Add(slot.Reason)));

        var ended = after.Root.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled or RunStatus.Paused;
        if (ended && (before?.Root.Status != after.Root.Status || before.Root.CompletedAt != after.Root.CompletedAt))
        {
            var (word, style) = RunLines.StatusWord(after.Root.Status);
            changes.Add((after.Root.CompletedAt ?? after.Root.Wait?.Since ?? now, new TextLine().Add($"run {word}", style)));
        }

        return [.. changes.OrderBy(change => change.At).Select(change => Stamped(change.At - after.Root.CreatedAt, change.Text))];
    }

    private static bool Differs(StepView? before, StepView after)
    {
        if (after.Status is StepStatus.Pending or StepStatus.Ready) return false;
        if (before is null) return true;
        // A poll that finds what the last one found is no news, nor is it that the step looks again.
        if (Polls(after) && Polls(before)) return after.Wait!.Reason != before.Wait!.Reason;
        if (before.Status != after.Status || before.Attempt != after.Attempt || before.CompletedAt != after.CompletedAt) return true;
        return after.Status == StepStatus.Waiting && before.Wait?.Reason != after.Wait?.Reason;
    }

    private static TextLine Line(RunSnapshot snapshot, RunView run, StepView step, DateTimeOffset at)
    {
        var (_, style) = StepWords.Sign(step);
        var state = step.Status switch
        {
            StepStatus.Running when Polls(step) => StepWords.Waiting(step.Wait!, at),
            StepStatus.Running => step.Attempt > 1 ? $"started, attempt {step.Attempt} of {Math.Max(step.MaxAttempts, step.Attempt)}" : "started",
            StepStatus.Completed when StepWords.State(step, at) is { Length: > 0 } words => $"completed in {words}",
            StepStatus.Completed => "completed",
            _ => StepWords.State(step, at) + ChildWords.Of(snapshot, step, at),
        };
        return new TextLine().Add($"{Name(snapshot, run, step)}: ").Add(state, style);
    }

    private static DateTimeOffset When(RunSnapshot snapshot, RunView run, StepView step, DateTimeOffset now) => step.Status switch
    {
        // Since when a poll waits is when it first looked; what is told here is what it found the last time.
        _ when Polls(step) => EventAt(snapshot, run, step, "StepPolled") ?? now,
        StepStatus.Running => EventAt(snapshot, run, step, "StepStarted") ?? (step.Attempt <= 1 ? step.StartedAt : null) ?? now,
        StepStatus.Waiting or StepStatus.Paused => step.Wait?.Since ?? now,
        // A run that is terminated ends without a word about the steps it cuts off.
        _ => step.CompletedAt ?? run.CompletedAt ?? now,
    };

    private static DateTimeOffset? EventAt(RunSnapshot snapshot, RunView run, StepView step, string type)
    {
        for (var i = snapshot.NewEvents.Count - 1; i >= 0; i--)
            if (snapshot.NewEvents[i] is var stored && stored.Step == step.Key && stored.RunId == run.RunId && stored.Type == type) return stored.At;
        return null;
    }

    private static bool HasEnded(StepView step) =>
        step.Status is StepStatus.Completed or StepStatus.Skipped or StepStatus.Failed or StepStatus.Cancelled or StepStatus.Undone;
}
