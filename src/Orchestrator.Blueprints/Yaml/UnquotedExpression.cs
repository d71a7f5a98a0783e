using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Yaml;

/// <summary>Expressions that YAML tears apart for want of quotes: finds them, says so and offers the quotes.</summary>
internal static class UnquotedExpression
{
    /// <summary>The expression around the place where the YAML parser gave up, or null.</summary>
    public static (SourceSpan Span, Diagnostic Diagnostic)? Find(SourceText source, string text, SourceSpan at)
    {
        if (text.Length == 0) return null;
        var line = source.LineAt(at.Offset);
        var (lineStart, lineEnd) = (source.LineStart(line), source.LineEnd(line));
        var start = text.LastIndexOf("${{", Math.Min(text.Length - 1, at.Offset + 2), StringComparison.Ordinal);
        if (start < lineStart) return null;
        var close = Templates.FindClose(text, start + 3, lineEnd);
        if (close < 0 || close < at.Offset) return null;
        var span = source.Between(start, close + 2);
        var inFlow = at.Offset <= start + 3;
        var fix = inFlow ? Quote(source, span) : Quote(source, ValueAround(source, start));
        return (span, inFlow ? SyntaxDiagnostics.ExpressionNeedsQuotes(span, fix) : SyntaxDiagnostics.ExpressionCutShort(span, ": ", fix));
    }

    /// <summary>True when a mapping that stands where a key should is really <c>{{ … }}</c>.</summary>
    public static bool IsBraces(SourceText source, SourceSpan key) => key.Offset > 0 && source.Text[key.Offset - 1] == '{' && source.Text[key.Offset] == '{';

    public static Diagnostic Braces(SourceText source, SourceSpan key)
    {
        var close = source.Text.IndexOf("}}", key.Offset, StringComparison.Ordinal);
        var span = source.Between(key.Offset - 1, close < 0 ? key.End : close + 2);
        return SyntaxDiagnostics.BracesWithoutDollar(span, Severity.Error, [new Fix(span, $"${source.Text.Substring(span.Offset, span.Length)}", "write `${{ … }}`")]);
    }

    /// <summary>The whole unquoted value of the line in which an offset lies.</summary>
    public static SourceSpan ValueAround(SourceText source, int offset)
    {
        var line = source.LineAt(offset);
        var start = source.LineStart(line);
        var before = source.Text[start..offset];
        var colon = before.IndexOf(": ", StringComparison.Ordinal);
        var begin = colon >= 0 ? colon + 2 : before.Length - before.TrimStart(' ', '-').Length;
        while (start + begin < offset && source.Text[start + begin] == ' ') begin++;
        return source.Between(start + begin, start + source.Line(line).TrimEnd().Length);
    }

    /// <summary>An edit that puts quotes around a stretch of the text.</summary>
    public static Fix Quote(SourceText source, SourceSpan span)
    {
        var text = source.Text.Substring(span.Offset, span.Length);
        var quoted = !text.Contains('"', StringComparison.Ordinal) && !text.Contains('\\', StringComparison.Ordinal)
            ? $"\"{text}\""
            : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        return new Fix(span, quoted, "put quotes around it");
    }
}
