using System.Text.RegularExpressions;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Checks;

/// <summary>
/// <c># bp:disable=BP2401 reason</c> takes back a warning on its own line, or on the next one when the comment stands alone. It needs a reason, and something to disable.
/// </summary>
internal static partial class Suppressions
{
    public static void Apply(SourceText source, YamlNode root, List<Diagnostic> diagnostics)
    {
        if (!source.Text.Contains("bp:disable", StringComparison.Ordinal)) return;
        var scalars = Scalars(root).ToArray();
        foreach (Match match in Comment().Matches(source.Text))
        {
            if (scalars.Any(scalar => scalar.Span.Offset <= match.Index && match.Index < scalar.Span.End)) continue;
            var span = source.Span(match.Index, match.Length);
            var code = match.Groups["code"].Value;
            var alone = source.Line(span.Line).TrimStart().StartsWith('#');
            var line = alone ? span.Line + 1 : span.Line;
            var hits = diagnostics.FindAll(diagnostic => diagnostic.Code == code && diagnostic.Span.Line == line);
            if (match.Groups["reason"].Value.Trim().Length == 0)
                diagnostics.Add(SyntaxDiagnostics.Suppression(span, $"Say why `{code}` is disabled: a reason is missing."));
            else if (hits.Count == 0)
                diagnostics.Add(SyntaxDiagnostics.Suppression(span, $"There is no `{code}` on line {line} to disable."));
            else if (hits.Exists(hit => hit.Severity == Severity.Error))
                diagnostics.Add(SyntaxDiagnostics.Suppression(span, $"`{code}` is an error: it cannot be disabled."));
            else
                diagnostics.RemoveAll(hits.Contains);
        }
    }

    private static IEnumerable<YamlScalar> Scalars(YamlNode node) => node switch
    {
        YamlScalar scalar => [scalar],
        YamlSequence sequence => sequence.Items.SelectMany(Scalars),
        YamlMapping mapping => mapping.Entries.SelectMany(entry => Scalars(entry.Value).Prepend(entry.Key)),
        _ => [],
    };

    [GeneratedRegex(@"#[ \t]*bp:disable(=(?<code>[A-Za-z0-9]*))?(?<reason>[^\r\n]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Comment();
}
