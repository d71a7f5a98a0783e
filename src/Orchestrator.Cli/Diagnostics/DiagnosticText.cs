using System.Globalization;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Cli.Diagnostics;

/// <summary>Diagnostics for people: <c>file:line:column</c>, the source line with the place underlined, related places, fixes, where to read more.</summary>
internal static class DiagnosticText
{
    /// <summary>The lines for one file, a blank line behind each diagnostic.</summary>
    public static IEnumerable<TextLine> Render(CheckedFile file, int width)
    {
        foreach (var diagnostic in file.Diagnostics)
        {
            foreach (var line in Render(file, diagnostic, width)) yield return line;
            yield return new TextLine();
        }
    }

    /// <summary><c>2 errors, 1 warning</c>; empty when there are none.</summary>
    public static string Count(int errors, int warnings) => string.Join(
        ", ",
        new[] { Count(errors, "error"), Count(warnings, "warning") }.Where(part => part.Length > 0));

    private static IEnumerable<TextLine> Render(CheckedFile file, Diagnostic diagnostic, int width)
    {
        var (word, style) = diagnostic.Severity == Severity.Error ? ("error", Style.Bad) : ("warning", Style.Caution);
        yield return new TextLine().Add($"{file.File}:{diagnostic.Span}: ", Style.Strong).Add($"{word} {diagnostic.Code}", style).Add($": {diagnostic.Message}");
        var margin = diagnostic.Span.Line.ToString(CultureInfo.InvariantCulture);
        var blank = new string(' ', margin.Length);
        if (SourceExcerpt.Of(file.Text, diagnostic.Span, Math.Max(20, width - margin.Length - 3)) is { } excerpt)
        {
            yield return new TextLine().Add($"{margin} | ", Style.Faint).Add(excerpt.Line);
            yield return new TextLine().Add($"{blank} | ", Style.Faint).Add(new string(' ', excerpt.Start)).Add(new string('^', excerpt.Length), style);
        }

        foreach (var note in Notes(diagnostic)) yield return new TextLine().Add($"{blank} = ", Style.Faint).Add(note);
    }

    private static IEnumerable<string> Notes(Diagnostic diagnostic)
    {
        foreach (var related in diagnostic.Related ?? []) yield return $"{related.Message} ({related.Span})";
        if (diagnostic.Help is { } help) yield return help;
        foreach (var fix in diagnostic.Fixes ?? []) yield return $"fix: {fix.Title}";
        yield return $"more: orchestrator explain {diagnostic.Code}";
    }

    private static string Count(int count, string noun) => count switch
    {
        0 => "",
        1 => $"1 {noun}",
        _ => $"{count} {noun}s",
    };
}
