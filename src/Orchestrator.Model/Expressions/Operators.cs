using System.Text;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>What the operators mean: JavaScript's strict ones, without its conversions.</summary>
internal static class Operators
{
    public static string TextOf(BinaryOperator op) => op switch
    {
        BinaryOperator.Coalesce => "??",
        BinaryOperator.Or => "||",
        BinaryOperator.And => "&&",
        BinaryOperator.Equal => "===",
        BinaryOperator.NotEqual => "!==",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.In => "in",
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        _ => "%",
    };

    public static Precedence PrecedenceOf(BinaryOperator op) => op switch
    {
        BinaryOperator.Coalesce => Precedence.Coalesce,
        BinaryOperator.Or => Precedence.Or,
        BinaryOperator.And => Precedence.And,
        BinaryOperator.Equal or BinaryOperator.NotEqual => Precedence.Equality,
        BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual or BinaryOperator.In => Precedence.Relation,
        BinaryOperator.Add or BinaryOperator.Subtract => Precedence.Sum,
        _ => Precedence.Product,
    };

    /// <summary>Whether a condition holds. Null counts as false (an optional flag that was not given); anything but a boolean is a failure.</summary>
    public static bool Condition(Expr node, Expr operand, Value value) => value switch
    {
        BoolValue flag => flag.Flag,
        NullValue => false,
        _ => throw EvaluationFailures.Operand(node, node is BinaryExpr binary ? TextOf(binary.Operator) : "!", "true or false", operand, value),
    };

    public static Value Apply(BinaryExpr node, Value left, Value right)
    {
        if (left is UnknownValue) return left;
        if (right is UnknownValue) return right;
        switch (node.Operator)
        {
            case BinaryOperator.Equal: return AreEqual(node, left, right, true);
            case BinaryOperator.NotEqual: return AreEqual(node, left, right, false);
            case BinaryOperator.In: return Contains(node, left, right);
            case BinaryOperator.Add when left is StringValue or SecretValue || right is StringValue or SecretValue:
                return Concatenate(node, [node.Left, node.Right], [left, right]);
        }

        if (left is NumberValue a && right is NumberValue b) return Numbers(node, a.Number, b.Number);
        if (left is StringValue s && right is StringValue t && IsOrder(node.Operator)) return Value.Of(Holds(node.Operator, string.CompareOrdinal(s.Text, t.Text)));
        if (left is SecretValue) throw EvaluationFailures.Operand(node, TextOf(node.Operator), "", node.Left, left);
        if (right is SecretValue) throw EvaluationFailures.Operand(node, TextOf(node.Operator), "", node.Right, right);
        throw EvaluationFailures.Operands(
            node, node.Operator == BinaryOperator.Add ? "two numbers or a text" : IsOrder(node.Operator) ? "two numbers or two texts" : "two numbers", left, right);
    }

    /// <summary>A value as a part of text: what a template string or <c>+</c> puts in.</summary>
    public static string TextOf(Value value) => value switch
    {
        StringValue text => text.Text,
        NumberValue number => number.ToText(),
        BoolValue flag => flag.Flag ? "true" : "false",
        _ => PlainJson.Serialize(value),
    };

    /// <summary>Joins parts to one text; a secret among them makes the result a secret that is put together only when revealed.</summary>
    public static Value Concatenate(Expr node, IReadOnlyList<Expr> parts, Value[] values)
    {
        var weight = 0L;
        var secret = false;
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (value.HasUnknown) return UnknownIn(value);
            if (value is NullValue) throw EvaluationFailures.NullText(node, parts[i]);
            secret |= value.HasSecret;
            weight += value.Weight;
        }

        if (weight > Evaluation.LargestResult) throw EvaluationFailures.TooLarge(node);
        if (secret) return Secrets.Derive(values, () => Join(Array.ConvertAll(values, Secrets.Reveal)));
        return Evaluation.Bounded(node, Value.Of(Join(values)));
    }

    /// <summary>The first unknown in a value that has one.</summary>
    public static Value UnknownIn(Value value) => value switch
    {
        ListValue list => UnknownIn(list.Items.First(item => item.HasUnknown)),
        MapValue map => UnknownIn(map.Entries.Values.First(item => item.HasUnknown)),
        _ => value,
    };

    public static bool IsOrder(BinaryOperator op) =>
        op is BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual;

    private static string Join(Value[] values)
    {
        if (values.Length == 2) return TextOf(values[0]) + TextOf(values[1]);
        var text = new StringBuilder();
        foreach (var value in values) text.Append(TextOf(value));
        return text.ToString();
    }

    private static Value AreEqual(BinaryExpr node, Value left, Value right, bool wanted)
    {
        if (left is NullValue || right is NullValue) return Value.Of((left is NullValue && right is NullValue) == wanted);
        if (left.HasUnknown) return UnknownIn(left);
        if (right.HasUnknown) return UnknownIn(right);
        if (left.HasSecret) throw EvaluationFailures.Operand(node, TextOf(node.Operator), "", node.Left, Secrets.Any);
        if (right.HasSecret) throw EvaluationFailures.Operand(node, TextOf(node.Operator), "", node.Right, Secrets.Any);
        return Value.Of(left.Equals(right) == wanted);
    }

    private static Value Contains(BinaryExpr node, Value item, Value container)
    {
        switch (container)
        {
            case MapValue map when item is StringValue key: return Value.Of(map.Entries.ContainsKey(key.Text));
            case MapValue: throw EvaluationFailures.Operand(node, "in", "a text as the key", node.Left, item);
            case ListValue list:
                if (item.HasSecret) throw EvaluationFailures.Operand(node, "in", "", node.Left, Secrets.Any);
                if (list.HasSecret) throw EvaluationFailures.Operand(node, "in", "", node.Right, Secrets.Any);
                foreach (var candidate in list.Items)
                    if (candidate.Equals(item))
                        return Value.Of(true);
                return list.HasUnknown ? UnknownIn(list) : item.HasUnknown ? UnknownIn(item) : Value.Of(false);
            default: throw EvaluationFailures.Operand(node, "in", "a list or a map on its right", node.Right, container);
        }
    }

    private static Value Numbers(BinaryExpr node, double left, double right)
    {
        if (IsOrder(node.Operator)) return Value.Of(Holds(node.Operator, left.CompareTo(right)));
        var result = node.Operator switch
        {
            BinaryOperator.Add => left + right,
            BinaryOperator.Subtract => left - right,
            BinaryOperator.Multiply => left * right,
            BinaryOperator.Divide => left / right,
            _ => left % right,
        };
        return double.IsFinite(result) ? Value.Of(result) : throw EvaluationFailures.NotFinite(node);
    }

    private static bool Holds(BinaryOperator op, int order) => op switch
    {
        BinaryOperator.Less => order < 0,
        BinaryOperator.LessOrEqual => order <= 0,
        BinaryOperator.Greater => order > 0,
        _ => order >= 0,
    };
}
