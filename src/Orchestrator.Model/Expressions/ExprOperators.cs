using System.Text;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary><c>!operand</c> or <c>-operand</c>.</summary>
public sealed record UnaryExpr(UnaryOperator Operator, Expr Operand) : Expr
{
    /// <inheritdoc/>
    public override IEnumerable<Expr> Children => [Operand];

    internal override Precedence Precedence => Precedence.Unary;

    internal override Value Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        var value = Operand.Evaluate(evaluation);
        if (value is UnknownValue) return value;
        return Operator == UnaryOperator.Not
            ? Value.Of(!Operators.Condition(this, Operand, value))
            : value is NumberValue number ? Value.Of(-number.Number) : throw EvaluationFailures.Operand(this, "-", "a number", Operand, value);
    }

    internal override void Print(StringBuilder text)
    {
        text.Append(Operator == UnaryOperator.Not ? '!' : '-');
        // `--1` would be another operator.
        PrintChild(text, Operand, Operator == UnaryOperator.Negate ? Precedence.Chain : Precedence.Unary);
    }
}

/// <summary>The operators with one operand.</summary>
public enum UnaryOperator
{
    /// <summary><c>!</c></summary>
    Not,

    /// <summary><c>-</c></summary>
    Negate,
}

/// <summary>Two operands and an operator between them.</summary>
public sealed record BinaryExpr(BinaryOperator Operator, Expr Left, Expr Right) : Expr
{
    /// <inheritdoc/>
    public override IEnumerable<Expr> Children => [Left, Right];

    internal override Precedence Precedence => Operators.PrecedenceOf(Operator);

    internal override Value Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        var left = Left.Evaluate(evaluation);
        switch (Operator)
        {
            case BinaryOperator.Coalesce:
                return left is NullValue ? Right.Evaluate(evaluation) : left;
            case BinaryOperator.And:
                if (left is UnknownValue) return left;
                return Operators.Condition(this, Left, left) ? Condition(Right.Evaluate(evaluation)) : Value.Of(false);
            case BinaryOperator.Or:
                if (left is UnknownValue) return left;
                return Operators.Condition(this, Left, left) ? Value.Of(true) : Condition(Right.Evaluate(evaluation));
            default:
                return Operators.Apply(this, left, Right.Evaluate(evaluation));
        }
    }

    internal override void Print(StringBuilder text)
    {
        // JavaScript refuses ?? beside && and || without parentheses.
        var mixed = Operator == BinaryOperator.Coalesce ? Precedence.Equality : Precedence;
        PrintChild(text, Left, Left is BinaryExpr { Operator: BinaryOperator.Coalesce } && Operator == BinaryOperator.Coalesce ? Precedence : mixed);
        text.Append(' ').Append(Operators.TextOf(Operator)).Append(' ');
        PrintChild(text, Right, Operator == BinaryOperator.Coalesce ? Precedence.Equality : Precedence + 1);
    }

    private Value Condition(Value value) => value is UnknownValue ? value : Value.Of(Operators.Condition(this, Right, value));
}

/// <summary>The operators with two operands.</summary>
public enum BinaryOperator
{
    /// <summary><c>??</c></summary>
    Coalesce,

    /// <summary><c>||</c></summary>
    Or,

    /// <summary><c>&amp;&amp;</c></summary>
    And,

    /// <summary><c>==</c>, the same as <c>===</c>.</summary>
    Equal,

    /// <summary><c>!=</c>, the same as <c>!==</c>.</summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,

    /// <summary><c>in</c>: an item in a list, a key in a map.</summary>
    In,

    /// <summary><c>+</c></summary>
    Add,

    /// <summary><c>-</c></summary>
    Subtract,

    /// <summary><c>*</c></summary>
    Multiply,

    /// <summary><c>/</c></summary>
    Divide,

    /// <summary><c>%</c></summary>
    Remainder,
}
