using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>The failures of evaluating: one factory a reason. Values are shown redacted and shortened.</summary>
internal static class EvaluationFailures
{
    public static FailureException NoMember(MemberExpr node, Value target) => target switch
    {
        NullValue => Null(node, node.Target, $".{node.Name}", $"use `?.{node.Name}` where null is expected"),
        SecretValue => Secret(node, node.Target, $"has no `.{node.Name}` that may be read"),
        _ => Make("expression.type", node, $"`{Source(node.Target)}` is {Describe(target)}, which has no `.{node.Name}`", (node.Target, target)),
    };

    public static FailureException NoIndex(IndexExpr node, Value target, Value index) => target switch
    {
        NullValue => Null(node, node.Target, $"[{Source(node.Index)}]", "use `?.[…]` where null is expected"),
        SecretValue => Secret(node, node.Target, "has no items that may be read"),
        MapValue => Make("expression.type", node, $"a map is indexed by text, not by {Describe(index)}", (node.Index, index)),
        ListValue or StringValue => Make("expression.type", node, $"{Kind(target)} is indexed by a number, not by {Describe(index)}", (node.Index, index)),
        _ => Make("expression.type", node, $"`{Source(node.Target)}` is {Describe(target)}, which cannot be indexed", (node.Target, target)),
    };

    public static FailureException NullReceiver(CallExpr node) =>
        Null(node, node.Receiver!, $".{node.Name}(…)", $"use `?.{node.Name}(…)` where null is expected");

    public static FailureException NullText(Expr node, Expr part) =>
        Make("expression.null", node, $"`{Source(part)}` is null and cannot be put into text: give a default with `{Source(part)} ?? ''`", (part, Value.Null));

    public static FailureException Operand(Expr node, string op, string expected, Expr operand, Value found) =>
        found is SecretValue
            ? Secret(node, operand, $"cannot be an operand of `{op}`: the result would show something about it")
            : Make(found is NullValue ? "expression.null" : "expression.type", node, $"`{op}` needs {expected}, but `{Source(operand)}` is {Describe(found)}", (operand, found));

    public static FailureException Operands(BinaryExpr node, string expected, Value left, Value right) =>
        Make(
            "expression.type", node,
            $"`{Operators.TextOf(node.Operator)}` needs {expected}, but `{Source(node.Left)}` is {Describe(left)} and `{Source(node.Right)}` is {Describe(right)}",
            (node.Left, left), (node.Right, right));

    public static FailureException Argument(CallExpr node, string what, Value found) =>
        Make(found is NullValue ? "expression.null" : "expression.type", node, $"`{node.Name}` needs {what}, not {Describe(found)}");

    public static FailureException Invalid(CallExpr node, string problem) => Make("expression.argument", node, problem);

    public static FailureException NotFinite(Expr node) => Make("expression.number", node, $"`{Source(node)}` has no finite result");

    public static FailureException NoFunction(CallExpr node, Value? receiver) =>
        Make(
            "expression.type", node,
            receiver is null ? $"there is no function `{node.Name}`" : $"`{Source(node.Receiver!)}` is {Describe(receiver)}, which has no method `{node.Name}`");

    public static FailureException SecretResult(CallExpr node) =>
        Make("expression.secret", node, $"`{node.Name}` of a secret would show something about it: only functions that give text accept secrets");

    public static FailureException NoName(NameExpr node) => Make("expression.unknownName", node, $"there is no `{node.Name}` here");

    public static FailureException Budget() => new(
        "expression.budget", FailureKind.Permanent, $"the expression takes more than {Evaluation.StepBudget} steps");

    public static FailureException TooLarge(Expr node) =>
        Make("expression.size", node, $"`{Source(node)}` is larger than {Evaluation.LargestResult / 1024} KB");

    public static string Describe(Value value) => value switch
    {
        NullValue => "null",
        SecretValue => "a secret",
        StringValue => $"the text '{Shorten(value.ToString())}'",
        NumberValue => $"the number {value}",
        BoolValue => value.ToString(),
        UnknownValue => "not known yet",
        _ => $"{Kind(value)} ({Shorten(value.ToString())})",
    };

    private static string Kind(Value value) => value switch
    {
        ListValue => "a list",
        MapValue => "a map",
        StringValue => "a text",
        _ => Describe(value),
    };

    private static FailureException Null(Expr node, Expr target, string access, string hint) =>
        Make("expression.null", node, $"`{Source(target)}` is null, so it has no `{access}`: {hint}", (target, Value.Null));

    private static FailureException Secret(Expr node, Expr secret, string problem) =>
        Make("expression.secret", node, $"`{Source(secret)}` is a secret and {problem}");

    private static FailureException Make(string code, Expr node, string message, params (Expr Part, Value Value)[] values)
    {
        var details = new List<(string, Value)> { ("expression", Value.Of(Source(node))) };
        if (node.Span != default) details.Add(("at", Value.Of(node.Span.ToString())));
        details.Add(("values", Value.Map(values.Select(value => (Source(value.Part), Value.Of(Shorten(value.Value.ToString())))))));
        return new FailureException(new Failure(code, FailureKind.Permanent, message, Value.Map(details)));
    }

    private static string Source(Expr node) => Shorten(node.ToString());

    private static string Shorten(string text) => text.Length <= 120 ? text : text[..119] + "…";
}
