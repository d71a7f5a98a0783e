using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Cli.Progress;

/// <summary>A run as it went: when each step began, how long it took and what came of it; a pure function.</summary>
internal static class RunTimeline
{
    private const int StartColumn = 2;
    private const int TookColumn = 11;
    private const int NameColumn = 20;
    private const int WidestName = 44;
    private const int WidestType = 20;

    /// <summary>The lines: the run, a head, one a step, the end of the log below a step in trouble.</summary>
    /// <param name="snapshot">The run, with every event of its journal as new: attempts and looks are counted from them.</param>
    /// <param name="now">Until when steps that go on are measured.</param>
    public static IEnumerable<TextLine> Render(RunSnapshot snapshot, DateTimeOffset now)
    {
        var steps = snapshot.Steps().ToList();
        var counts = snapshot.NewEvents.Where(stored => stored.Step is not null && stored.Type is "StepPolled" or "StepRetryScheduled")
            .GroupBy(stored => (stored.RunId, stored.Step!, stored.Type)).ToDictionary(group => group.Key, group => group.Count());
        var typeColumn = NameColumn + 2 + Math.Min(WidestName, steps.Select(entry => 2 + (2 * entry.Depth) + Cells.Width(StepWords.ShortName(entry.Step.Key))).DefaultIfEmpty(4).Max());
        var stateColumn = typeColumn + 2 + Math.Min(WidestType, steps.Select(entry => Cells.Width(StepWords.ShortType(entry.Step.Type))).DefaultIfEmpty(4).Max());

        yield return RunLines.Head(snapshot.Root, now).Add($"  since {HumanTime.Instant(snapshot.Root.CreatedAt)}", Style.Faint);
        yield return new TextLine().PadTo(StartColumn).Add("START", Style.Faint).PadTo(TookColumn).Add("TOOK", Style.Faint).PadTo(NameColumn).Add("STEP", Style.Faint)
            .PadTo(typeColumn).Add("TYPE", Style.Faint).PadTo(stateColumn).Add("WHAT CAME OF IT", Style.Faint);
        foreach (var (run, step, depth) in steps)
        {
            var (glyph, style) = StepWords.Sign(step);
            var line = new TextLine().PadTo(StartColumn);
            if ((step.StartedAt ?? step.Wait?.Since) is { } start)
                line.Add($"+{HumanTime.Precise(start - snapshot.Root.CreatedAt)}").PadTo(TookColumn).Add(Took(step, start, now));
            line.PadTo(NameColumn + (2 * depth)).Add(glyph, style).Add(" ").Add(StepWords.ShortName(step.Key)).PadTo(typeColumn).Add(StepWords.ShortType(step.Type), Style.Faint);
            var outcome = Outcome(snapshot, run, step, counts, now);
            yield return outcome.Length == 0 ? line : line.PadTo(stateColumn).Add(outcome, step.Status == StepStatus.Completed ? Style.Plain : style);
            if (step.Status is not (StepStatus.Failed or StepStatus.Paused) || step.Children.Count > 0 || step.ChildRunId is not null) continue;
            foreach (var text in step.Failure?.LogTail ?? []) yield return new TextLine().PadTo(NameColumn + 2 + (2 * depth)).Add("| ", Style.Faint).Add(Cells.WithoutColours(text), Style.Faint);
        }
    }

    private static string Took(StepView step, DateTimeOffset start, DateTimeOffset now)
    {
        var goesOn = step.Status is StepStatus.Running or StepStatus.Waiting or StepStatus.Paused;
        return (step.CompletedAt ?? (goesOn ? now : null)) is { } end ? HumanTime.Precise(end - start) : "";
    }

    private static string Outcome(RunSnapshot snapshot, RunView run, StepView step, Dictionary<(string, string, string), int> counts, DateTimeOffset now)
    {
        var parts = new List<string> { StepWords.Outcome(step, now) + ChildWords.Of(snapshot, step, now) };
        if (step.ChildRunId is { } child && step.Status == StepStatus.Completed) parts.Add($"run {child}{(snapshot.Children.TryGetValue(child, out var view) ? $" of {view.Blueprint}" : "")}");
        if (counts.GetValueOrDefault((run.RunId, step.Key, "StepPolled")) is > 0 and var looks) parts.Add($"found it not yet so {Times(looks)}");
        if (counts.GetValueOrDefault((run.RunId, step.Key, "StepRetryScheduled")) is > 0 and var retries) parts.Add($"retried {Times(retries)}");
        return string.Join(", ", parts.Where(part => part.Length > 0));
    }

    private static string Times(int count) => count switch { 1 => "once", 2 => "twice", _ => $"{count} times" };
}
