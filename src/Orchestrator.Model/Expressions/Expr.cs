using System.Text;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>A node of the syntax tree. The family is closed. <see cref="object.ToString"/> prints source text that parses back to an equal tree.</summary>
public abstract record Expr
{
    private protected Expr()
    {
    }

    /// <summary>Where it stands in the blueprint; default when it was not parsed from one. Not part of equality.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>Where the name in it stands, of a member or a call; default for other nodes. Not part of equality.</summary>
    internal SourceSpan NameSpan { get; init; }

    /// <summary>The nodes right below this one, in source order.</summary>
    public virtual IEnumerable<Expr> Children => [];

    internal abstract Precedence Precedence { get; }

    /// <summary>This node and everything below it, in source order.</summary>
    public IEnumerable<Expr> Descendants() => Children.SelectMany(child => child.Descendants()).Prepend(this);

    /// <inheritdoc/>
    public virtual bool Equals(Expr? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <inheritdoc/>
    public sealed override string ToString()
    {
        var text = new StringBuilder();
        Print(text);
        return text.ToString();
    }

    internal abstract void Print(StringBuilder text);

    internal abstract Value Evaluate(Evaluation evaluation);

    /// <summary>Null when an optional link (<c>?.</c>) ended the chain.</summary>
    internal virtual Value? EvaluateChain(Evaluation evaluation) => Evaluate(evaluation);

    private protected static void PrintChild(StringBuilder text, Expr child, Precedence least)
    {
        if (child.Precedence >= least)
        {
            child.Print(text);
            return;
        }

        text.Append('(');
        child.Print(text);
        text.Append(')');
    }

    private protected static void PrintList(StringBuilder text, IReadOnlyList<Expr> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) text.Append(", ");
            items[i].Print(text);
        }
    }

    private protected static int HashOf(IReadOnlyList<Expr> items) => items.Aggregate(items.Count, HashCode.Combine);
}

/// <summary>How tightly a node binds, loosest first.</summary>
internal enum Precedence
{
    Lambda,
    Coalesce,
    Or,
    And,
    Equality,
    Relation,
    Sum,
    Product,
    Unary,
    Chain,
    Atom,
}

/// <summary>A value that is written out: a literal, or a list, map or text without anything to evaluate in it.</summary>
public sealed record ConstantExpr(Value Value) : Expr
{
    /// <summary>The list or map as it was written, so that a check can point at the item that is wrong; null for other values. Not part of equality.</summary>
    internal Expr? Written { get; init; }

    internal override Precedence Precedence => Value switch
    {
        NumberValue => Precedence.Unary, // -1, and 1.length would not parse
        _ => Precedence.Atom,
    };

    /// <inheritdoc/>
    public bool Equals(ConstantExpr? other) => base.Equals(other) && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode();

    internal override Value Evaluate(Evaluation evaluation) => Value;

    internal override void Print(StringBuilder text) => Literals.Print(text, Value);
}

/// <summary>A name: a root of the context, or the parameter of an arrow function around it.</summary>
public sealed record NameExpr(string Name) : Expr
{
    internal override Precedence Precedence => Precedence.Atom;

    internal override Value Evaluate(Evaluation evaluation) => evaluation.Lookup(this);

    internal override void Print(StringBuilder text) => text.Append(Name);
}

/// <summary>An arrow function; stands only as an argument of a call.</summary>
public sealed record LambdaExpr(IReadOnlyList<string> Parameters, Expr Body) : Expr
{
    /// <inheritdoc/>
    public override IEnumerable<Expr> Children => [Body];

    internal override Precedence Precedence => Precedence.Lambda;

    /// <inheritdoc/>
    public bool Equals(LambdaExpr? other) => base.Equals(other) && Body.Equals(other.Body) && Parameters.SequenceEqual(other.Parameters);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Parameters.Count, Body);

    internal override Value Evaluate(Evaluation evaluation) => throw new InvalidOperationException("an arrow function is no value");

    internal override void Print(StringBuilder text)
    {
        if (Parameters.Count == 1) text.Append(Parameters[0]);
        else text.Append('(').AppendJoin(", ", Parameters).Append(')');
        text.Append(" => ");
        var body = Body.ToString();
        if (body[0] == '{') text.Append('(').Append(body).Append(')'); // a brace right after the arrow starts a block in JavaScript
        else text.Append(body);
    }
}
