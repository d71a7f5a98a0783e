using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Yaml;

/// <summary>Turns what the YAML parser says into a diagnostic that says what to do.</summary>
internal static class YamlMistake
{
    public static Diagnostic Explain(SourceText source, SourceSpan at, int reached, string problem)
    {
        if (RunawayQuote(source, reached, at) is { } runaway) return SyntaxDiagnostics.UnclosedQuote(runaway, source.Text[runaway.Offset]);
        if (problem.Contains("tab", StringComparison.Ordinal) && FirstTab(source, at) is { } tab) return SyntaxDiagnostics.Tab(tab);
        var quote = at.Offset < source.Text.Length ? source.Text[at.Offset] : ' ';
        if (problem.Contains("quoted scalar", StringComparison.Ordinal) && !problem.Contains("escape", StringComparison.Ordinal) && quote is '"' or '\'')
            return SyntaxDiagnostics.UnclosedQuote(at, quote);
        if (problem.Contains("invalid mapping", StringComparison.Ordinal) && at.Offset < source.Text.Length)
        {
            if (Outdented(source, at) is { } line) return SyntaxDiagnostics.NotYaml(line, "this line begins in the first column and is no `key:`");
            var value = UnquotedExpression.ValueAround(source, at.Offset);
            var sameLine = value.Length > 0 && value.Offset < at.Offset && !source.Line(value.Line).Contains('"', StringComparison.Ordinal);
            return SyntaxDiagnostics.ColonInText(at, sameLine ? [UnquotedExpression.Quote(source, value)] : []);
        }

        if (problem.Contains("cannot start any token", StringComparison.Ordinal) && at.Offset < source.Text.Length)
            return SyntaxDiagnostics.NotYaml(at, $"text cannot start with `{source.Text[at.Offset]}` unless it is quoted");
        return SyntaxDiagnostics.NotYaml(at, problem.TrimEnd('.'));
    }

    // The quote between what was read and the mistake that goes on over the end of its line.
    private static SourceSpan? RunawayQuote(SourceText source, int reached, SourceSpan at)
    {
        var text = source.Text;
        for (var i = Math.Min(reached, text.Length); i < at.End && i < text.Length; i++)
        {
            if (text[i] is not ('"' or '\'') || (i > 0 && !(char.IsWhiteSpace(text[i - 1]) || text[i - 1] is '[' or '{' or ','))) continue;
            var close = i + 1;
            while (close < text.Length && text[close] != text[i]) close += text[close] == '\\' && text[i] == '"' ? 2 : 1;
            if (source.LineAt(Math.Min(close, text.Length)) > source.LineAt(i)) return source.Between(i, Math.Max(at.End, Math.Min(close + 1, text.Length)));
            i = close;
        }

        return null;
    }

    // A line in the first column ends everything above it. When it is no key the parser reads on, and only stumbles over the next one.
    private static SourceSpan? Outdented(SourceText source, SourceSpan at)
    {
        var line = source.LineAt(at.Offset);
        while (line > 1 && (source.Line(line).Length == 0 || source.Line(line)[0] is ' ' or '\t' or '#')) line--;
        var text = source.Line(line);
        return text.Length == 0 || text[0] is ' ' or '\t' or '#' or '-' or '}' or ']' || text.Contains(':', StringComparison.Ordinal) ? null : source.Span(source.LineStart(line), text.Length);
    }

    private static SourceSpan? FirstTab(SourceText source, SourceSpan at)
    {
        for (var line = source.LineAt(at.Offset); line <= source.LineCount; line++)
        {
            var text = source.Line(line);
            var indent = text.Length - text.TrimStart(' ', '\t').Length;
            var tab = text.IndexOf('\t', StringComparison.Ordinal);
            if (tab >= 0 && tab < indent) return source.Span(source.LineStart(line) + tab, 1);
        }

        return null;
    }
}
