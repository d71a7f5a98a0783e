using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>JavaScript's operators with two operands that are both evaluated.</summary>
internal static class Operations
{
    public static Func<Value, Value, Value>? Find(string symbol) => symbol switch
    {
        "+" => Add,
        "-" => (a, b) => new NumberValue(Coercion.ToNumber(a) - Coercion.ToNumber(b)),
        "*" => (a, b) => new NumberValue(Coercion.ToNumber(a) * Coercion.ToNumber(b)),
        "/" => (a, b) => new NumberValue(Coercion.ToNumber(a) / Coercion.ToNumber(b)),
        "%" => (a, b) => new NumberValue(Coercion.ToNumber(a) % Coercion.ToNumber(b)),
        "**" => (a, b) => new NumberValue(Power(Coercion.ToNumber(a), Coercion.ToNumber(b))),
        "==" => (a, b) => Value.Of(Coercion.LooseEquals(a, b)),
        "!=" => (a, b) => Value.Of(!Coercion.LooseEquals(a, b)),
        "===" => (a, b) => Value.Of(Coercion.StrictEquals(a, b)),
        "!==" => (a, b) => Value.Of(!Coercion.StrictEquals(a, b)),
        "<" => (a, b) => Value.Of(Compare(a, b, (x, y) => x < y, order => order < 0)),
        ">" => (a, b) => Value.Of(Compare(a, b, (x, y) => x > y, order => order > 0)),
        "<=" => (a, b) => Value.Of(Compare(a, b, (x, y) => x <= y, order => order <= 0)),
        ">=" => (a, b) => Value.Of(Compare(a, b, (x, y) => x >= y, order => order >= 0)),
        "&" => (a, b) => Value.Of((double)(Coercion.ToInt32(a) & Coercion.ToInt32(b))),
        "|" => (a, b) => Value.Of((double)(Coercion.ToInt32(a) | Coercion.ToInt32(b))),
        "^" => (a, b) => Value.Of((double)(Coercion.ToInt32(a) ^ Coercion.ToInt32(b))),
        "<<" => (a, b) => Value.Of((double)(Coercion.ToInt32(a) << (Coercion.ToInt32(b) & 31))),
        ">>" => (a, b) => Value.Of((double)(Coercion.ToInt32(a) >> (Coercion.ToInt32(b) & 31))),
        ">>>" => (a, b) => Value.Of((double)((uint)Coercion.ToInt32(a) >> (Coercion.ToInt32(b) & 31))),
        "in" => (a, b) => Value.Of(In(a, b)),
        _ => null,
    };

    public static double Power(double number, double exponent) =>
        double.IsNaN(exponent) || (Math.Abs(number) == 1 && double.IsInfinity(exponent)) ? double.NaN : Math.Pow(number, exponent);

    private static Value Add(Value left, Value right)
    {
        if (left is NumberValue a && right is NumberValue b) return new NumberValue(a.Number + b.Number);
        if (left is StringValue or ListValue or MapValue || right is StringValue or ListValue or MapValue)
            return Frame.Bounded(string.Concat(Coercion.ToText(left), Coercion.ToText(right)));
        return new NumberValue(Coercion.ToNumber(left) + Coercion.ToNumber(right));
    }

    private static bool Compare(Value left, Value right, Func<double, double, bool> numbers, Func<int, bool> texts)
    {
        if (left is NumberValue x && right is NumberValue y) return numbers(x.Number, y.Number);
        if (left is StringValue or ListValue or MapValue && right is StringValue or ListValue or MapValue)
            return texts(string.CompareOrdinal(Coercion.ToText(left), Coercion.ToText(right)));
        return numbers(Coercion.ToNumber(left), Coercion.ToNumber(right));
    }

    private static bool In(Value key, Value target) => Coercion.Known(target) switch
    {
        MapValue map => map.TryGetValue(Coercion.ToText(key), out _),
        ListValue list => key is StringValue { Text: "length" } || (Coercion.ToNumber(key) is var index && index >= 0 && index < list.Items.Count && Math.Floor(index) == index),
        _ => throw ScriptThrowException.Type($"Cannot use 'in' operator to search for '{Coercion.ToText(key)}' in {Coercion.ToText(target)}"),
    };
}
