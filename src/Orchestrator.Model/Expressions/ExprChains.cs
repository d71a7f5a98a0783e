using System.Text;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary><c>target.name</c> or <c>target?.name</c>.</summary>
public sealed record MemberExpr(Expr Target, string Name, bool Optional = false) : Expr
{
    /// <inheritdoc/>
    public override IEnumerable<Expr> Children => [Target];

    internal override Precedence Precedence => Precedence.Chain;

    internal override Value Evaluate(Evaluation evaluation) => EvaluateChain(evaluation) ?? Value.Null;

    internal override Value? EvaluateChain(Evaluation evaluation)
    {
        evaluation.Step();
        if (Target is NameExpr root && evaluation.LookupMember(root, Name) is { } direct) return direct;
        var target = Target.EvaluateChain(evaluation);
        return target switch
        {
            null => null,
            MapValue map => map.TryGetValue(Name, out var value) ? value : Value.Null,
            NullValue when Optional => null,
            ListValue list when Name == "length" => Value.Of(list.Items.Count),
            StringValue text when Name == "length" => Value.Of(text.Text.Length),
            UnknownValue => target,
            _ => throw EvaluationFailures.NoMember(this, target),
        };
    }

    internal override void Print(StringBuilder text)
    {
        PrintChild(text, Target, Precedence.Chain);
        text.Append(Optional ? "?." : ".").Append(Name);
    }
}

/// <summary><c>target[index]</c> or <c>target?.[index]</c>.</summary>
public sealed record IndexExpr(Expr Target, Expr Index, bool Optional = false) : Expr
{
    /// <inheritdoc/>
    public override IEnumerable<Expr> Children => [Target, Index];

    internal override Precedence Precedence => Precedence.Chain;

    internal override Value Evaluate(Evaluation evaluation) => EvaluateChain(evaluation) ?? Value.Null;

    internal override Value? EvaluateChain(Evaluation evaluation)
    {
        evaluation.Step();
        var target = Target.EvaluateChain(evaluation);
        if (target is null || (target is NullValue && Optional)) return null;
        if (target is UnknownValue) return target;
        var index = Index.Evaluate(evaluation);
        return (target, index) switch
        {
            (_, UnknownValue) => index,
            (MapValue map, StringValue key) => map.TryGetValue(key.Text, out var value) ? value : Value.Null,
            (ListValue list, NumberValue number) => number.IsInteger && number.Number >= 0 && number.Number < list.Items.Count
                ? list.Items[(int)number.Number] : Value.Null,
            (StringValue text, NumberValue number) => number.IsInteger && number.Number >= 0 && number.Number < text.Text.Length
                ? Value.Of(text.Text[(int)number.Number].ToString()) : Value.Null,
            _ => throw EvaluationFailures.NoIndex(this, target, index),
        };
    }

    internal override void Print(StringBuilder text)
    {
        PrintChild(text, Target, Precedence.Chain);
        text.Append(Optional ? "?.[" : "[");
        Index.Print(text);
        text.Append(']');
    }
}

/// <summary>A call of a known function, <c>name(…)</c>, or of a known method, <c>receiver.name(…)</c>.</summary>
/// <param name="Receiver">What a method is called on; null for a function.</param>
/// <param name="Name">The function's name.</param>
/// <param name="Arguments">The arguments, without the receiver; arrow functions only here.</param>
/// <param name="Optional">True for <c>receiver?.name(…)</c>.</param>
public sealed record CallExpr(Expr? Receiver, string Name, IReadOnlyList<Expr> Arguments, bool Optional = false) : Expr
{
    // Found once, when the tree is built: a call costs no lookup.
    private readonly ExpressionFunction[] _candidates = ExpressionFunctions.Candidates(Name, Receiver is not null);

    /// <inheritdoc/>
    public override IEnumerable<Expr> Children => Receiver is null ? Arguments : Arguments.Prepend(Receiver);

    internal IReadOnlyList<ExpressionFunction> Candidates => _candidates;

    internal override Precedence Precedence => Precedence.Chain;

    /// <inheritdoc/>
    public bool Equals(CallExpr? other) =>
        base.Equals(other) && Name == other.Name && Optional == other.Optional && Equals(Receiver, other.Receiver) && Arguments.SequenceEqual(other.Arguments);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Receiver, HashOf(Arguments));

    internal override Value Evaluate(Evaluation evaluation) => EvaluateChain(evaluation) ?? Value.Null;

    internal override Value? EvaluateChain(Evaluation evaluation)
    {
        evaluation.Step();
        if (Receiver is null) return Invocation.Run(this, _candidates, null, evaluation);
        var receiver = Receiver.EvaluateChain(evaluation);
        if (receiver is null || (receiver is NullValue && Optional)) return null;
        return Invocation.Run(this, _candidates, receiver, evaluation);
    }

    internal override void Print(StringBuilder text)
    {
        if (Receiver is not null)
        {
            PrintChild(text, Receiver, Precedence.Chain);
            text.Append(Optional ? "?." : ".");
        }

        text.Append(Name).Append('(');
        PrintList(text, Arguments);
        text.Append(')');
    }
}
