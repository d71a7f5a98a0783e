using System.Text;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Tests;

/// <summary>A source text with its diagnostics written under the lines they point at.</summary>
internal static class Annotated
{
    public static string Write(string text, IReadOnlyList<Diagnostic> diagnostics)
    {
        var result = new StringBuilder();
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var line = 1; line <= lines.Length; line++)
        {
            if (line < lines.Length || lines[^1].Length > 0) result.Append(lines[line - 1]).Append('\n');
            foreach (var diagnostic in diagnostics.Where(diagnostic => diagnostic.Span.Line == line)) Write(result, diagnostic, lines[line - 1]);
        }

        return result.ToString();
    }

    private static void Write(StringBuilder result, Diagnostic diagnostic, string line)
    {
        var length = Math.Max(1, Math.Min(diagnostic.Span.Length, line.Length - diagnostic.Span.Column + 1));
        result.Append('#').Append(' ', Math.Max(0, diagnostic.Span.Column - 2)).Append(diagnostic.Span.Column > 1 ? "" : "<").Append('^', length)
            .Append(diagnostic.Span.Length > length ? "…" : "").Append('\n');
        result.Append($"# {diagnostic.Severity.ToString().ToLowerInvariant()} {diagnostic.Code}: {diagnostic.Message}\n");
        if (diagnostic.Help is { } help) result.Append($"#   help: {help}\n");
        foreach (var related in diagnostic.Related ?? []) result.Append($"#   {related.Span}: {related.Message}\n");
        foreach (var fix in diagnostic.Fixes ?? []) result.Append($"#   fix {fix.Span}+{fix.Span.Length}: {fix.Title}: {fix.Replacement}\n");
    }
}
