using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Cli.Progress;

/// <summary>A run as a tree of steps: a pure function from a snapshot and an instant to lines.</summary>
internal static class RunLines
{
    private const int LogLines = 3;
    private const int WidestName = 36;
    private const int WidestType = 20;

    /// <summary>The lines: one for the run, one a step, the last log lines below a step that is under way or in trouble.</summary>
    public static IReadOnlyList<TextLine> Render(RunSnapshot snapshot, DateTimeOffset now)
    {
        var steps = snapshot.Steps().ToList();
        var nameColumn = Widest(steps.Select(entry => 4 + (2 * entry.Depth) + Cells.Width(StepWords.ShortName(entry.Step.Key))), 4 + WidestName) + 2;
        var stateColumn = nameColumn + Widest(steps.Select(entry => Cells.Width(StepWords.ShortType(entry.Step.Type))), WidestType) + 2;

        var lines = new List<TextLine> { Head(snapshot.Root, now) };
        foreach (var (run, step, depth) in steps)
        {
            lines.Add(Line(snapshot, step, depth, nameColumn, stateColumn, now));
            foreach (var text in Log(snapshot, run, step))
                lines.Add(new TextLine().PadTo(6 + (2 * depth)).Add("| ", Style.Faint).Add(Cells.WithoutColours(text), Style.Faint));
        }

        return lines;
    }

    /// <summary>The line for the run as a whole.</summary>
    public static TextLine Head(RunView run, DateTimeOffset now)
    {
        var (word, style) = StatusWord(run.Status);
        var line = new TextLine().Add(run.Blueprint, Style.Strong).Add("  ").Add(run.RunId, Style.Faint).Add("  ").Add(word, style)
            .Add("  ").Add(HumanTime.Precise((run.CompletedAt ?? now) - run.CreatedAt));
        if (run is { Status: RunStatus.Pending or RunStatus.Waiting, Wait: { } wait } && run.Steps.All(step => step.Status != StepStatus.Waiting))
            line.Add("  ").Add(StepWords.Waiting(wait, now), Style.Caution);
        return line;
    }

    /// <summary>A run's status as a word and how it weighs.</summary>
    public static (string Word, Style Style) StatusWord(RunStatus status) => status switch
    {
        RunStatus.Pending => ("pending", Style.Faint),
        RunStatus.Running => ("running", Style.Active),
        RunStatus.Waiting => ("waiting", Style.Caution),
        RunStatus.Paused => ("paused", Style.Bad),
        RunStatus.Completed => ("completed", Style.Good),
        RunStatus.Failed => ("failed", Style.Bad),
        RunStatus.Cancelled => ("cancelled", Style.Caution),
        _ => (status.ToString(), Style.Plain),
    };

    private static TextLine Line(RunSnapshot snapshot, StepView step, int depth, int nameColumn, int stateColumn, DateTimeOffset now)
    {
        var (glyph, style) = StepWords.Sign(step);
        var quiet = step.Status is StepStatus.Pending or StepStatus.Skipped;
        var active = step.Status is StepStatus.Running or StepStatus.Waiting or StepStatus.Paused or StepStatus.Failed;
        var line = new TextLine { IsActive = active }.PadTo(2 + (2 * depth)).Add(glyph, style).Add(" ").Add(StepWords.ShortName(step.Key), quiet ? Style.Faint : Style.Plain)
            .PadTo(nameColumn).Add(StepWords.ShortType(step.Type), Style.Faint);
        var state = StepWords.State(step, now) + ChildWords.Of(snapshot, step, now);
        return state.Length == 0 ? line : line.PadTo(stateColumn).Add(state, step.Status == StepStatus.Completed ? Style.Faint : style);
    }

    private static IEnumerable<string> Log(RunSnapshot snapshot, RunView run, StepView step)
    {
        if (step.Status is StepStatus.Running or StepStatus.Waiting && snapshot.LogTails.TryGetValue((run.RunId, step.Key), out var tail)) return tail.TakeLast(LogLines);
        return step.Status is StepStatus.Failed or StepStatus.Paused && step.Children.Count == 0 && step.ChildRunId is null
            ? (step.Failure?.LogTail ?? []).TakeLast(LogLines)
            : [];
    }

    private static int Widest(IEnumerable<int> widths, int limit) => Math.Min(widths.DefaultIfEmpty(0).Max(), limit);
}
