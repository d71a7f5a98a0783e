using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Planning;
using Orchestrator.Model.Activities;

namespace Orchestrator.Cli.Progress;

/// <summary>A plan as a tree of steps with what would change; a pure function.</summary>
internal static class PlanLines
{
    private const int WidestName = 40;
    private const int WidestType = 20;

    /// <summary>The lines, a summary last.</summary>
    public static IEnumerable<TextLine> Render(PlanReport report)
    {
        var steps = All(report.Steps, 0).ToList();
        var nameColumn = 2 + Math.Min(WidestName, steps.Select(entry => 4 + (2 * entry.Depth) + Cells.Width(StepWords.ShortName(entry.Step.Key))).DefaultIfEmpty(0).Max());
        var stateColumn = nameColumn + 2 + Math.Min(WidestType, steps.Select(entry => Cells.Width(StepWords.ShortType(entry.Step.Type))).DefaultIfEmpty(0).Max());
        yield return new TextLine().Add("plan of ").Add(report.Blueprint, Style.Strong).Add($"@{report.Version}; nothing is changed by looking", Style.Faint);
        foreach (var (step, depth) in steps)
        {
            var (glyph, words, style) = State(step.State);
            var isContainer = step.Children.Count > 0;
            var line = new TextLine().PadTo(2 + (2 * depth)).Add(glyph, style).Add(" ").Add(StepWords.ShortName(step.Key))
                .PadTo(nameColumn).Add(StepWords.ShortType(step.Type), Style.Faint);
            if (!isContainer) line.PadTo(stateColumn).Add(words, style).Add(step.Reason is { } reason ? $" {reason}" : "");
            yield return line;
            if (isContainer) continue;
            foreach (var change in step.Changes) yield return Change(change, 6 + (2 * depth));
        }

        yield return Total(report);
    }

    /// <summary>One sentence: how many steps stand where.</summary>
    public static TextLine Total(PlanReport report)
    {
        if (report.IsUnchanged) return new TextLine().Add("nothing would change", Style.Good);
        var counts = report.Totals.OrderByDescending(total => total.Key).Select(total => $"{total.Value} {State(total.Key).Words.TrimEnd(':')}");
        return new TextLine().Add(string.Join(", ", counts));
    }

    private static (string Glyph, string Words, Style Style) State(PlanState state) => state switch
    {
        PlanState.Skipped => ("-", "skipped", Style.Faint),
        PlanState.Unchanged => ("✓", "already so", Style.Faint),
        PlanState.DecidedAfter => ("?", "decided later", Style.Plain),
        PlanState.KnownAfter => ("?", "known later", Style.Plain),
        PlanState.WouldRun => ("▸", "would run", Style.Active),
        PlanState.WouldChange => ("~", "would change", Style.Caution),
        PlanState.CannotTell => ("?", "cannot tell", Style.Caution),
        PlanState.TargetUnreachable => ("!", "target not reachable", Style.Bad),
        PlanState.WouldFail => ("✗", "would fail", Style.Bad),
        _ => ("?", state.ToString(), Style.Plain),
    };

    private static TextLine Change(Change change, int column)
    {
        var (sign, style) = change switch
        {
            { From: null } => ("+ ", Style.Good),
            { To: null } => ("- ", Style.Bad),
            _ => ("~ ", Style.Caution),
        };
        return new TextLine().PadTo(column).Add(sign, style).Add(change.ToString().ReplaceLineEndings(" "));
    }

    private static IEnumerable<(StepPlan Step, int Depth)> All(IReadOnlyList<StepPlan> steps, int depth) =>
        steps.SelectMany(step => All(step.Children, depth + 1).Prepend((step, depth)));
}
