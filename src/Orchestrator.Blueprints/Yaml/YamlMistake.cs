using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Yaml;

/// <summary>Turns what the YAML parser says into a diagnostic that says what to do.</summary>
internal static class YamlMistake
{
    public static Diagnostic Explain(SourceText source, SourceSpan at, string problem)
    {
        if (problem.Contains("tab", StringComparison.Ordinal) && FirstTab(source, at) is { } tab) return SyntaxDiagnostics.Tab(tab);
        var quote = at.Offset < source.Text.Length ? source.Text[at.Offset] : ' ';
        if (problem.Contains("quoted scalar", StringComparison.Ordinal) && !problem.Contains("escape", StringComparison.Ordinal) && quote is '"' or '\'')
            return SyntaxDiagnostics.UnclosedQuote(at, quote);
        if (problem.Contains("invalid mapping", StringComparison.Ordinal) && at.Offset < source.Text.Length)
        {
            var value = UnquotedExpression.ValueAround(source, at.Offset);
            var sameLine = value.Length > 0 && value.Offset < at.Offset && !source.Line(value.Line).Contains('"', StringComparison.Ordinal);
            return SyntaxDiagnostics.ColonInText(at, sameLine ? [UnquotedExpression.Quote(source, value)] : []);
        }

        if (problem.Contains("cannot start any token", StringComparison.Ordinal) && at.Offset < source.Text.Length)
            return SyntaxDiagnostics.NotYaml(at, $"text cannot start with `{source.Text[at.Offset]}` unless it is quoted");
        return SyntaxDiagnostics.NotYaml(at, problem.TrimEnd('.'));
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
