using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Model.Expressions;

/// <summary>
/// What can be wrong with an expression: one factory a code. 3001-3019 syntax, 3020-3099 types, 31xx functions, 21xx names of a context, 50xx secrets.
/// This part holds syntax.
/// </summary>
internal static partial class ExpressionDiagnostics
{
    private static readonly Dictionary<string, string> ForeignWords = new(StringComparer.Ordinal)
    {
        ["function"] = "an arrow function such as `x => x.name` can be given to `map`, `filter` and the like",
        ["new"] = "values are made by literals and functions; there are no objects with state",
        ["this"] = "name the context that is meant, for example `inputs` or `steps.<id>.outputs`",
        ["var"] = "give the value a name under the blueprint's `vars`",
        ["let"] = "give the value a name under the blueprint's `vars`",
        ["const"] = "give the value a name under the blueprint's `vars`",
        ["if"] = "put the condition into the step's `if`",
        ["for"] = "use `map`, `filter`, `find` or the step's `foreach`",
        ["while"] = "use `map`, `filter`, `find` or the step's `foreach`",
        ["return"] = "the expression itself is the result",
        ["await"] = "a step waits; an expression is evaluated at once",
        ["async"] = "a step waits; an expression is evaluated at once",
        ["typeof"] = "types are known: declare them at the input",
        ["delete"] = "values never change; make a new map with `fromEntries` and `filter`",
        ["void"] = "an expression has no effects to throw away",
        ["class"] = "there are no classes",
        ["import"] = "only the built-in functions can be called",
        ["require"] = "only the built-in functions can be called",
        ["eval"] = "only the built-in functions can be called",
        ["throw"] = "put the condition under the blueprint's `checks`",
        ["yield"] = "an expression is evaluated at once",
    };

    public static Diagnostic Unexpected(SourceSpan span, string expected, string found) =>
        Error("BP3001", span, $"Expected {expected}, found {found}.");

    public static Diagnostic Empty(SourceSpan span) => Error("BP3001", span, "The expression is empty.", "Write a value, for example `inputs.name`.");

    public static Diagnostic Ternary(SourceSpan span) => Error(
        "BP3002", span, "`? :` is not part of the expression language: a `:` is too easily read as YAML.",
        "Choose with `when(condition, a, b)`, use `a ?? b` for a default, or put the condition into the step's `if`.");

    public static Diagnostic? Foreign(string word, SourceSpan span) =>
        ForeignWords.TryGetValue(word, out var hint) ? Error("BP3003", span, $"`{word}` is not allowed: an expression only computes a value.", Sentence(hint)) : null;

    public static Diagnostic? ForeignOperator(string sign, SourceSpan span) => sign switch
    {
        "=" => Error("BP3003", span, "`=` is not allowed: an expression changes nothing.", "Compare with `==`.", new Fix(span, "==", "replace with `==`")),
        "+=" or "-=" or "*=" or "/=" or "%=" or "**=" or "??=" or "&&=" or "||=" or "++" or "--" =>
            Error("BP3003", span, $"`{sign}` is not allowed: an expression changes nothing."),
        ";" => Error("BP3003", span, "`;` is not allowed: an expression is one value, not a list of statements."),
        "&" => Error("BP3003", span, "`&` is not allowed: there are no operators on bits.", "Join conditions with `&&`.", new Fix(span, "&&", "replace with `&&`")),
        "|" => Error("BP3003", span, "`|` is not allowed: there are no filters and no operators on bits.", "Join conditions with `||`; call functions as `f(x)` or `x.f()`."),
        "^" or "~" or "<<" or ">>" or ">>>" => Error("BP3003", span, $"`{sign}` is not allowed: there are no operators on bits."),
        "**" => Error("BP3003", span, "`**` is not allowed.", "Multiply with `*`."),
        "instanceof" => Error("BP3003", span, "`instanceof` is not allowed: types are known."),
        "and" => Error("BP3003", span, "`and` is no operator.", "Write `&&`.", new Fix(span, "&&", "replace with `&&`")),
        "or" => Error("BP3003", span, "`or` is no operator.", "Write `||`.", new Fix(span, "||", "replace with `||`")),
        "=>" => StrayArrow(span),
        _ => null,
    };

    /// <summary>BP3004 not closed, BP3005 stray character, BP3006 number, BP3007 escape.</summary>
    public static Diagnostic Lexical(string code, SourceSpan span, string message, string? help) =>
        Error(code, span, Sentence(message), help is null ? null : Sentence(help));

    public static Diagnostic NotClosed(SourceSpan span, string open, string close, string found) =>
        Error("BP3004", span, $"`{open}` is not closed: expected `{close}`, found {found}.");

    public static Diagnostic TooLong(SourceSpan span, int limit) => Error("BP3008", span, $"The expression is longer than {limit / 1024} KB.");

    public static Diagnostic TooDeep(SourceSpan span, int limit) => Error("BP3008", span, $"The expression is nested more than {limit} deep.");

    public static Diagnostic DuplicateKey(SourceSpan span, string key) => Error("BP3009", span, $"`{key}` stands here twice.");

    public static Diagnostic StrayArrow(SourceSpan span) =>
        Error("BP3010", span, "An arrow function can only be the argument of a call.", "For example `list.map(x => x.name)`.");

    public static Diagnostic BlockBody(SourceSpan span) =>
        Error("BP3010", span, "The body of an arrow function is one expression, without braces.", "For a map put parentheses around it: `x => ({name: x})`.");

    public static Diagnostic Mixed(SourceSpan span) =>
        Error("BP3011", span, "`??` beside `&&` or `||` needs parentheses.", "For example `a && (b ?? c)`.");

    public static Diagnostic Regex(SourceSpan span) =>
        Error("BP3012", span, "There are no literals for regular expressions.", "Write the pattern as text: `matches(name, '^[a-z]+$')`.");

    public static Diagnostic Spread(SourceSpan span) =>
        Error("BP3012", span, "`...` is not part of the expression language.", "Join lists with `a.concat(b)` and maps with `merge(a, b)`.");

    public static Diagnostic ComputedKey(SourceSpan span) =>
        Error("BP3012", span, "The keys of a map are constant.", "Make a map with computed keys by `fromEntries([[key, value]])`.");

    public static Diagnostic TaggedTemplate(SourceSpan span) => Error("BP3012", span, "A template string cannot have a tag before it.");

    public static Diagnostic NotCallable(SourceSpan span, Expr target) =>
        Error("BP3012", span, $"`{target}` is no function: only the built-in functions can be called.");

    private static Diagnostic Error(string code, SourceSpan span, string message, string? help = null, Fix? fix = null, IReadOnlyList<RelatedSpan>? related = null) =>
        new(code, Severity.Error, span, message, help, related ?? [], fix is null ? [] : [fix]);

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] is '.' or '?' ? "" : ".");
}
