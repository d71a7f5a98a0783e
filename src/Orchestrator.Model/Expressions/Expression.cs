using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>
/// A parsed, checked expression: what stands between <c>${{</c> and <c>}}</c>, a whole value with such pieces in it (which becomes a template
/// string, a list or an object of expressions), or a constant. Immutable and pure: the same context gives the same value.
/// </summary>
public sealed class Expression
{
    internal Expression(Expr root) => Root = root;

    /// <summary>The syntax tree.</summary>
    public Expr Root { get; }

    /// <summary>True when it is the same value in every context.</summary>
    public bool IsConstant => Root is ConstantExpr;

    /// <summary>The value of a constant; null for other expressions.</summary>
    public Value? ConstantValue => (Root as ConstantExpr)?.Value;

    /// <summary>An expression that is always <paramref name="value"/>.</summary>
    public static Expression Constant(Value value) => new(new ConstantExpr(value));

    /// <summary>The expression as source text that parses back to an equal tree.</summary>
    public override string ToString() => Root.ToString();
}

/// <summary>A node of the syntax tree. <see cref="object.ToString"/> prints source text.</summary>
public abstract record Expr
{
    /// <summary>Where it stands in the blueprint; default when it was not parsed from one. Not part of equality.</summary>
    public SourceSpan Span { get; init; }
}

/// <summary>A literal.</summary>
public sealed record ConstantExpr(Value Value) : Expr
{
    /// <inheritdoc/>
    public override string ToString() => ValueJson.Serialize(Value);
}
