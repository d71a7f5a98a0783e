using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Model.Expressions;

/// <content>Names, types, functions and secrets.</content>
internal static partial class ExpressionDiagnostics
{
    public static Diagnostic UnknownRoot(NameExpr name, IReadOnlyList<string> here, string? hint)
    {
        var nearest = Spelling.Nearest(name.Name, here);
        return Error(
            "BP2101", name.Span, $"There is no `{name.Name}`: expected {List(here)}.{(nearest is null ? "" : $" Did you mean `{nearest}`?")}",
            hint ?? (here.Contains("inputs") && nearest is null ? $"Text stands in quotes: '{name.Name}'." : null),
            nearest is null ? null : new Fix(name.Span, nearest, $"replace with `{nearest}`"));
    }

    public static Diagnostic NotHere(NameExpr name, IReadOnlyList<string> here, string? hint) =>
        Error("BP2102", name.Span, $"`{name.Name}` does not exist here: expected {List(here)}.", hint);

    public static Diagnostic UnknownMember(Expr node, string target, string name, IReadOnlyList<string> names, SourceSpan declared, string? hint)
    {
        var nearest = Spelling.Nearest(name, names);
        var expected = names.Count == 0 ? "it has none" : $"expected {List(names)}";
        var (span, quote) = node is IndexExpr index ? (index.Index.Span, "'") : (node.NameSpan, "");
        return Error(
            "BP2103", span, $"`{target}` has no `{name}`: {expected}.{(nearest is null ? "" : $" Did you mean `{nearest}`?")}", hint,
            nearest is null ? null : new Fix(span, quote + nearest + quote, $"replace with `{nearest}`"),
            nearest is null || declared == default ? null : [new RelatedSpan(declared, $"declared: {nearest}")]);
    }

    public static Diagnostic NoMembers(Expr node, Expr target, Schema found, string name) =>
        Error(
            "BP3022", node.NameSpan, $"`{target}` is {Article(found)}, which has no `{name}`.",
            found.Kind == SchemaKind.List ? $"For each item write `{target}.map(x => x.{name})`." : found.Kind == SchemaKind.String ? "Only `length` can be read of a text." : null);

    public static Diagnostic NoIndex(IndexExpr node, Schema target, Schema index) =>
        Error(
            "BP3022", node.Span,
            target.Kind is SchemaKind.List or SchemaKind.String ? $"A {Word(target)} is indexed by a number, not by {Article(index)}."
            : target.Kind is SchemaKind.Map or SchemaKind.Object ? $"A map is indexed by text, not by {Article(index)}."
            : $"`{node.Target}` is {Article(target)}, which cannot be indexed.");

    public static Diagnostic Operand(Expr node, string op, string expected, Expr operand, Schema found) =>
        Error(
            "BP3021", operand.Span == default ? node.Span : operand.Span, $"`{op}` needs {expected}, but `{operand}` is {Article(found)}.",
            op is "&&" or "||" && found.Kind == SchemaKind.String ? "For a default value use `??`." : null);

    public static Diagnostic Operands(BinaryExpr node, string expected, Schema left, Schema right) =>
        Error(
            "BP3021", node.Span,
            $"`{Operators.TextOf(node.Operator)}` needs {expected}, but `{node.Left}` is {Article(left)} and `{node.Right}` is {Article(right)}.");

    public static Diagnostic NeverEqual(BinaryExpr node, Schema left, Schema right) =>
        Error(
            "BP3023", node.Span, $"This is always {(node.Operator == BinaryOperator.Equal ? "false" : "true")}: `{node.Left}` is {Article(left)} and `{node.Right}` is {Article(right)}.");

    public static Diagnostic NullInText(Expr part) => Error("BP3025", part.Span, "null cannot be put into text.", "Give a default with `??`.");

    public static Diagnostic Mismatch(Expr node, Schema expected, Schema found, string? help) =>
        Error("BP3020", node.Span, $"Expected {SchemaChecker.Expectation(expected)}, but `{Shorten(node.ToString())}` is {Article(found)}.", help);

    public static Diagnostic Invalid(Expr node, SchemaFault fault) =>
        Error("BP3024", node.Span, $"{(fault.Path.Length == 0 ? "The value" : $"`{fault.Path}`")} {fault.Message}.".Replace("?.", "?", StringComparison.Ordinal));

    public static Diagnostic Stray(ObjectEntry entry, SchemaFault fault, string? nearest)
    {
        var span = entry.KeySpan == default ? entry.Value.Span : entry.KeySpan;
        return Error(
            "BP3024", span, $"`{fault.Path}` {fault.Message}.".Replace("?.", "?", StringComparison.Ordinal), null,
            nearest is null || entry.KeySpan == default ? null : new Fix(span, nearest, $"replace with `{nearest}`"));
    }

    public static Diagnostic Missing(Expr node, string path, Schema expected) =>
        Error("BP3024", node.Span, $"`{path}` is required: {SchemaChecker.Expectation(expected)}.");

    public static Diagnostic UnknownFunction(CallExpr node, IEnumerable<string> names)
    {
        var nearest = Spelling.Nearest(node.Name, names);
        var meant = ExpressionFunctions.All.Where(function => function.Receiver is not null).Select(function => function.Name);
        var near = ExpressionFunctions.Candidates(node.Name, method: true).Length > 0 ? node.Name : nearest is null ? Spelling.Nearest(node.Name, meant) : null;
        var asMethod = near is null ? null : $"{(near == node.Name ? "It is" : "There is")} a method: `{ExpressionFunctions.Candidates(near, method: true)[0].Signature}`.";
        return Error(
            "BP3101", node.NameSpan, $"There is no function `{node.Name}`.{(nearest is null || asMethod is not null ? "" : $" Did you mean `{nearest}`?")}",
            asMethod ?? $"There are {string.Join(", ", names)}.");
    }

    public static Diagnostic UnknownMethod(CallExpr node, Schema receiver, IReadOnlyList<string> names)
    {
        var nearest = Spelling.Nearest(node.Name, names);
        var asFunction = ExpressionFunctions.Candidates(node.Name, method: false) is [var function] ? $"It is a function: `{function.Signature}`." : null;
        return Error(
            "BP3102", node.NameSpan, $"{(receiver.Kind == SchemaKind.Any ? "There is no method" : Capital(Article(receiver)) + " has no method")} `{node.Name}`.{(nearest is null ? "" : $" Did you mean `{nearest}`?")}",
            asFunction ?? (names.Count == 0 ? null : $"There are {string.Join(", ", names)}."));
    }

    public static Diagnostic ArgumentCount(CallExpr node, ExpressionFunction function) =>
        Error(
            "BP3103", node.Span,
            $"`{function.Signature}` takes {(function.Least == function.Most ? $"{function.Least}" : function.Most == int.MaxValue ? $"at least {function.Least}" : $"{function.Least} to {function.Most}")}"
            + $" argument{(function.Least == 1 && function.Most == 1 ? "" : "s")}, not {node.Arguments.Count}.",
            Capital(function.Summary));

    public static Diagnostic Argument(Expr argument, ExpressionFunction function, FunctionParameter parameter, Schema found) =>
        Error("BP3104", argument.Span, $"`{function.Name}` needs {SchemaChecker.Expectation(parameter.Schema)} as `{parameter.Name}`, but `{Shorten(argument.ToString())}` is {Article(found)}.");

    public static Diagnostic ArrowExpected(Expr argument, ExpressionFunction function) =>
        Error("BP3105", argument.Span, $"`{function.Name}` needs an arrow function.", $"For example `{function.Example[..function.Example.LastIndexOf(" => ", StringComparison.Ordinal)]}`: see `{function.Signature}`.");

    public static Diagnostic ArrowNotExpected(Expr argument, ExpressionFunction function) =>
        Error("BP3105", argument.Span, $"`{function.Name}` takes no arrow function here: `{function.Signature}`.");

    public static Diagnostic Pattern(Expr argument, string problem) => Error("BP3106", argument.Span, Sentence(problem));

    public static Diagnostic SecretLeak(Expr node, Schema expected, string? what) =>
        Error(
            "BP5001", node.Span, $"A secret must not flow into {what ?? SchemaChecker.Expectation(expected)}: `{Shorten(node.ToString())}` is a secret.",
            "Secrets go into inputs that accept them, `env` and `stdin`.");

    public static Diagnostic SecretUse(Expr node, string use) =>
        Error("BP5002", node.Span, $"{use} of a secret would show something about it.", "Only compare a secret with null, or make text from it: the result is a secret again.");

    private static string List(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "nothing",
        <= 24 => string.Join(", ", names),
        _ => string.Join(", ", names.Take(24)) + ", …",
    };

    private static string Word(Schema schema) => schema.Kind switch
    {
        SchemaKind.String => "text",
        SchemaKind.Bool => "boolean",
        SchemaKind.Int or SchemaKind.Number => "number",
        SchemaKind.Object => "map",
        SchemaKind.Any => "value",
        _ => schema.Kind.ToString().ToLowerInvariant(),
    };

    private static string Article(Schema schema) => schema.Secret ? "a secret" : $"a {Word(schema)}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..59] + "…";
}
