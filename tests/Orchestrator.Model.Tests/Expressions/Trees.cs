using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Expressions;

/// <summary>Random syntax trees, in the shape the parser gives them (constants folded).</summary>
internal static class Trees
{
    private static readonly string[] Names = ["inputs", "steps", "secrets", "unknown", "item", "nobody"];
    private static readonly string[] Members = ["repo", "hosts", "vlan", "flag", "nothing", "ports", "token", "length", "in", "null"];
    private static readonly string[] Texts = ["", "a", "it's", "\\", "`", "${x}", "$", "\n\r\t\0", "é😀", "\ud800", "\u2028", "{", "host-1"];

    public static Arbitrary<Expr> Arbitrary() => Gen.Sized(size => Tree(Math.Min(size / 8, 5))).ToArbitrary();

    private static Gen<Value> Scalar { get; } = Gen.OneOf(
        Gen.Constant(Value.Null),
        Gen.Elements(Value.Of(true), Value.Of(false)),
        Gen.Elements(0, 1, -1, 80, 1.5, -2.25e-9, 1e21, 9007199254740992).Select(Value.Of),
        Gen.Elements(Texts).Select(text => Value.Of(text)));

    private static Gen<Expr> Leaf { get; } = Gen.OneOf(
        Scalar.Select(value => (Expr)new ConstantExpr(value)),
        Gen.Elements(Names).Select(name => (Expr)new NameExpr(name)));

    private static Gen<Expr> Tree(int depth)
    {
        if (depth <= 0) return Leaf;
        var inner = Tree(depth - 1);
        return Gen.OneOf(
            Leaf,
            from target in inner from name in Gen.Elements(Members) from optional in Gen.Elements(true, false) select (Expr)new MemberExpr(target, name, optional),
            from target in inner from index in inner from optional in Gen.Elements(true, false) select (Expr)new IndexExpr(target, index, optional),
            from op in Gen.Elements(Enum.GetValues<BinaryOperator>()) from left in inner from right in inner select (Expr)new BinaryExpr(op, left, right),
            inner.Select(operand => (Expr)new UnaryExpr(UnaryOperator.Not, operand)),
            inner.Where(operand => operand is not ConstantExpr { Value: NumberValue { Number: >= 0 } }).Select(operand => (Expr)new UnaryExpr(UnaryOperator.Negate, operand)),
            from items in Few(inner) select Expression.Array(items.Select(Wrap)).Root,
            from values in Few(inner) from key in Gen.Elements("a", "b-c", "", "in") select Expression.Object(values.Select((value, i) => ($"{key}{i}", Wrap(value)))).Root,
            from parts in Few(inner) select Expression.Template(parts.Select(Wrap)).Root,
            Call(inner));
    }

    private static Gen<Expr> Call(Gen<Expr> inner) =>
        from function in Gen.Elements(ExpressionFunctions.All.ToArray())
        from receiver in inner
        from arguments in Few(inner)
        from optional in Gen.Elements(true, false)
        from parameters in Gen.Elements(Array.Empty<string>(), ["item"], ["item", "i"])
        select (Expr)new CallExpr(
            function.Receiver is null ? null : receiver,
            function.Name,
            function.Parameters is [{ Arrow: true }] ? [new LambdaExpr(parameters, arguments.FirstOrDefault() ?? receiver)] : [.. arguments],
            optional && function.Receiver is not null);

    private static Gen<List<Expr>> Few(Gen<Expr> inner) =>
        from count in Gen.Choose(0, 3) from items in inner.ListOf(count) select items.ToList();

    private static Expression Wrap(Expr node) => new(node);

}
