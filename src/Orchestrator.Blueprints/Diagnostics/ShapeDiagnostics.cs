using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Diagnostics;

/// <summary>BP40xx: the parts are there, but not as the grammar has them.</summary>
internal static class ShapeDiagnostics
{
    public static Diagnostic WrongKind(SourceSpan span, string expected, string found) =>
        new("BP4001", Severity.Error, span, $"Expected {expected}, not {found}.");

    public static Diagnostic MissingKey(SourceSpan span, string key, string description) =>
        new("BP4002", Severity.Error, span, $"`{key}` is missing.", description);

    public static Diagnostic NoChoice(SourceSpan span, string what, IReadOnlyList<string> keys) =>
        new("BP4003", Severity.Error, span, $"A {what} is missing: exactly one of {List(keys)}.");

    public static Diagnostic TwoChoices(SourceSpan span, string what, string key, string other, SourceSpan first) =>
        new("BP4003", Severity.Error, span, $"`{key}` and `{other}` exclude each other: exactly one {what} is allowed.", null, [new(first, $"`{other}` stands here")]);

    public static Diagnostic Misplaced(SourceSpan span, string key, string where) =>
        new("BP4004", Severity.Error, span, $"`{key}` cannot stand here: {where}.");

    public static Diagnostic NotAChoice(SourceSpan span, string found, IReadOnlyList<string> words) =>
        new("BP4005", Severity.Error, span, $"`{found}` is not one of {List(words)}.{Spelling.DidYouMean(found, words)}", null, null,
            Spelling.Nearest(found, words) is { } nearest ? [new Fix(span, nearest, $"replace with `{nearest}`")] : []);

    public static Diagnostic NotADuration(SourceSpan span, string found) =>
        new("BP4006", Severity.Error, span, $"`{found}` is no duration.", "Write a number with its unit, largest first: `500ms`, `90s`, `2m`, `1h30m`, `7d`.", null,
            found.Length > 0 && found.All(char.IsAsciiDigit) ? [new Fix(span, found + "s", $"replace with `{found}s`")] : []);

    public static Diagnostic OutOfRange(SourceSpan span, string found, string expected) =>
        new("BP4007", Severity.Error, span, $"Expected {expected}, not {found}.");

    public static Diagnostic BadText(SourceSpan span, string found, string expected) =>
        new("BP4008", Severity.Error, span, $"Expected {expected}, not `{found}`.");

    public static Diagnostic ExpressionNotAllowed(SourceSpan span, string key, string help) =>
        new("BP4009", Severity.Error, span, $"`{key}` is constant: an expression cannot stand here.", help);

    public static Diagnostic Cycle(SourceSpan span, IReadOnlyList<string> path, IReadOnlyList<RelatedSpan> related) =>
        new("BP4010", Severity.Error, span, $"These branches wait for each other: {string.Join(" → ", path.Select(id => $"`{id}`"))}.", "Remove one `needs`.", related);

    public static Diagnostic Cron(SourceSpan span, string problem) =>
        new("BP4011", Severity.Error, span, problem, "Five fields: minute (0-59), hour (0-23), day of month (1-31), month (1-12 or JAN-DEC), day of week (0-7 or SUN-SAT); `*`, `a-b`, `a,b`, `*/n`.");

    public static Diagnostic EmptyList(SourceSpan span, string key) =>
        new("BP4012", Severity.Error, span, $"`{key}` is empty.", "Give it at least one item, or remove it.");

    public static Diagnostic BracesAroundBare(SourceSpan span, string key, string inner) =>
        new("BP4013", Severity.Error, span, $"`{key}` is an expression already: leave out `${{{{ }}}}`.", null, null, [new Fix(span, inner, "remove `${{ }}`")]);

    public static Diagnostic KeyNeeded(SourceSpan span, string found) =>
        new("BP4014", Severity.Error, span, $"This `foreach` needs a `key`: its items are {found}, and the journal names them by text.", "For example `key: item.name`.");

    public static Diagnostic ListLength(SourceSpan span, int? least, int? most, int found) =>
        new("BP4015", Severity.Error, span, $"Expected {(least, most) switch { ({ } a, null) => $"at least {a}", (null, { } b) => $"at most {b}", var (a, b) => $"{a} to {b}" }} items, not {found}.");

    public static Diagnostic TargetCycle(SourceSpan span, IReadOnlyList<string> path) =>
        new("BP4016", Severity.Error, span, $"These targets go through each other: {string.Join(" → ", path.Select(id => $"`{id}`"))}.", "Remove one `jump`.");

    public static Diagnostic BadInput(SourceSpan span, string problem, Fix? fix = null) =>
        new("BP4017", Severity.Error, span, problem, null, null, fix is null ? null : [fix]);

    public static Diagnostic ItemTwice(SourceSpan span, string item, SourceSpan first) =>
        new("BP4018", Severity.Error, span, $"The item `{item}` stands in this list twice, and the journal names items by their text.", "Remove one, or give the `foreach` a `key`.", [new(first, "first here")]);

    public static Diagnostic ExpressionInKey(SourceSpan span, string key) =>
        new("BP4019", Severity.Error, span, $"The key `{key}` is taken as it stands: an expression cannot make a key.", "Make the whole map by an expression: `${{ fromEntries([[name, value]]) }}`.");

    private static string List(IReadOnlyList<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));
}
