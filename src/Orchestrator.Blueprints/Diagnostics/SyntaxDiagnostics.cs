using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Diagnostics;

/// <summary>BP10xx: the text is no YAML, or YAML that a blueprint may not use.</summary>
internal static class SyntaxDiagnostics
{
    public static Diagnostic NotYaml(SourceSpan span, string problem, IReadOnlyList<RelatedSpan>? related = null) =>
        new("BP1001", Severity.Error, span, $"This is not YAML: {problem}.", "Check the indentation, the quotes and the brackets around this place.", related);

    public static Diagnostic DuplicateKey(SourceSpan span, string key, SourceSpan first) =>
        new("BP1002", Severity.Error, span, $"`{key}` is given twice in one map.", "Remove one of them.", [new(first, "first given here")]);

    public static Diagnostic YamlFeature(SourceSpan span, string feature) =>
        new("BP1003", Severity.Error, span, $"{char.ToUpperInvariant(feature[0])}{feature[1..]} is not allowed in a blueprint.", "Write the value out; `vars` holds what is used more than once.");

    public static Diagnostic TooDeep(SourceSpan span, int limit) =>
        new("BP1004", Severity.Error, span, $"This is nested more than {limit} levels deep.", "Move part of it into a blueprint of its own and `call` it.");

    public static Diagnostic KeyIsNoText(SourceSpan span, string found) =>
        new("BP1005", Severity.Error, span, $"A key must be text, not {found}.", "Give the key a name, or quote it.");

    public static Diagnostic ExpressionNeedsQuotes(SourceSpan span, Fix fix) =>
        new("BP1006", Severity.Error, span, "An expression inside `{ }` or `[ ]` needs quotes, because YAML reads its braces as a map.", "Put quotes around it.", null, [fix]);

    public static Diagnostic BracesWithoutDollar(SourceSpan span, Severity severity, IReadOnlyList<Fix> fixes) =>
        new("BP1007", severity, span, "`{{ }}` without `$` is not an expression.", "Write `${{ … }}`.", null, fixes);

    public static Diagnostic ExpressionCutShort(SourceSpan span, string by, Fix fix) =>
        new("BP1008", Severity.Error, span, $"YAML ends this text at `{by}`, in the middle of the expression.", "Put quotes around the whole value.", null, [fix]);

    public static Diagnostic Tab(SourceSpan span) =>
        new("BP1009", Severity.Error, span, "A tab indents this line; YAML takes only spaces.", "Replace the tab with spaces.", null, [new(span, "  ", "replace with two spaces")]);

    public static Diagnostic UnclosedQuote(SourceSpan span, char quote) =>
        new("BP1010", Severity.Error, span, $"This quoted text has no closing `{quote}`, or its next line is not indented.", $"Close it with `{quote}`, or indent the lines that belong to it.");

    public static Diagnostic TooLarge(SourceSpan span, int length, int limit) =>
        new("BP1011", Severity.Error, span, $"The blueprint is {length} bytes long, more than {limit}.", "Split it and `call` the parts.");

    public static Diagnostic Empty(SourceSpan span) =>
        new("BP1012", Severity.Error, span, "The file holds no blueprint.", "Start with `blueprint: <name>` and `steps:`.");

    public static Diagnostic Character(SourceSpan span, string found) =>
        new("BP1013", Severity.Error, span, $"{found} is not allowed here: a blueprint is printable UTF-8 text.", "Remove it, or write it as an escape in a double-quoted text.");

    public static Diagnostic ColonInText(SourceSpan span, IReadOnlyList<Fix> fixes) =>
        new("BP1014", Severity.Error, span, "YAML takes the text before this `:` for a key, and a key cannot stand here.", "Put quotes around the value, or mend the indentation.", null, fixes);

    public static Diagnostic UnclosedExpression(SourceSpan span) =>
        new("BP1015", Severity.Error, span, "`${{` has no closing `}}`.", "Close the expression with `}}`.");

    public static Diagnostic Suppression(SourceSpan span, string problem) =>
        new("BP1016", Severity.Warning, span, problem, "Write `# bp:disable=BP2401 reason`; only warnings can be disabled.");

    public static Diagnostic BothFormats(SourceSpan span, SourceSpan blueprint) =>
        new("BP1017", Severity.Error, span, "A file is either a blueprint (`blueprint: …`) or an AYS file (`<template>__<instance>: …`), not both.", "Move the service into a file of its own.", [new(blueprint, "a blueprint because of this key")]);

    public static Diagnostic NotAMapping(SourceSpan span, string found) =>
        new("BP1018", Severity.Error, span, $"A blueprint is a map with the keys `blueprint` and `steps`, not {found}.", "Start with `blueprint: <name>`.");
}
