using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Cli.Diagnostics;

/// <summary>The line of a source text on which a span begins, cut to fit.</summary>
/// <param name="Line">The text shown.</param>
/// <param name="Start">Cells before the span.</param>
/// <param name="Length">Cells of the span on this line, at least 1.</param>
internal readonly record struct SourceExcerpt(string Line, int Start, int Length)
{
    /// <summary>The excerpt; null when the span lies outside the text.</summary>
    public static SourceExcerpt? Of(string text, SourceSpan span, int width)
    {
        if (span.Line < 1 || span.Offset < 0 || span.Offset > text.Length) return null;
        var begin = span.Offset == 0 ? 0 : text.LastIndexOf('\n', span.Offset - 1) + 1;
        var end = text.IndexOf('\n', span.Offset);
        if (end < 0) end = text.Length;
        if (end > begin && text[end - 1] == '\r') end--;
        if (span.Offset > end) return null;

        var before = Cells.Harmless(text[begin..span.Offset]);
        var marked = Cells.Harmless(text[span.Offset..Math.Clamp(span.End, span.Offset, end)]);
        var after = Cells.Harmless(text[(span.Offset + marked.Length)..end]);

        // A long line loses its beginning first, so that the marked part stays in sight.
        var room = width - Math.Min(Cells.Width(marked), width / 2) - 1;
        if (Cells.Width(before) > room && Cells.Width(before) + Cells.Width(marked) > width) before = "…" + EndOf(before, room / 2);
        var line = before + marked + after;
        if (Cells.Width(line) > width) line = Cells.Start(line, width - 1) + "…";
        var start = Cells.Width(before);
        return new SourceExcerpt(line.TrimEnd(), start, Math.Clamp(Cells.Width(marked), 1, Math.Max(1, width - start)));
    }

    private static string EndOf(string text, int cells)
    {
        while (Cells.Width(text) > cells) text = text[(char.IsHighSurrogate(text[0]) ? 2 : 1)..];
        return text;
    }
}
