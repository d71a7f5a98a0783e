using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>What JavaScript makes of a value where it needs another kind.</summary>
internal static class Coercion
{
    public static readonly NumberValue NaN = new(double.NaN);

    public static bool Truthy(Value value) => value switch
    {
        BoolValue flag => flag.Flag,
        NullValue or Undefined => false,
        NumberValue number => number.Number != 0 && !double.IsNaN(number.Number),
        StringValue text => text.Text.Length > 0,
        _ => Known(value) is not null,
    };

    public static double ToNumber(Value value) => value switch
    {
        NumberValue number => number.Number,
        BoolValue flag => flag.Flag ? 1 : 0,
        NullValue => 0,
        Undefined or Callback => double.NaN,
        StringValue text => Numbers.Parse(text.Text),
        ListValue or MapValue => Numbers.Parse(ToText(value)),
        _ => ToNumber(Known(value)),
    };

    public static string ToText(Value value) => value switch
    {
        StringValue text => text.Text,
        NumberValue number => Numbers.ToText(number.Number),
        BoolValue flag => flag.Flag ? "true" : "false",
        NullValue => "null",
        Undefined => "undefined",
        ListValue list => Join(list, ","),
        MapValue => "[object Object]",
        Callback => throw ScriptThrowException.Type("a function is no text here"),
        _ => ToText(Known(value)),
    };

    public static string Join(ListValue list, string separator) =>
        string.Join(separator, list.Items.Select(item => item is NullValue or Undefined ? "" : ToText(item)));

    /// <summary>Refuses what a script may not see or nobody knows yet.</summary>
    public static Value Known(Value value) => value switch
    {
        SecretValue secret => throw ScriptFailures.Secret($"`{secret.Secret.Reference}`"),
        UnknownValue unknown => throw new UnknownReachedException(unknown),
        _ => value,
    };

    public static int ToInt32(Value value) => Numbers.ToInt32(ToNumber(value));

    /// <summary>A whole number, as methods take positions; NaN is 0.</summary>
    public static double ToInteger(Value value)
    {
        var number = ToNumber(value);
        return double.IsNaN(number) ? 0 : Math.Truncate(number);
    }

    public static string TypeOf(Value value) => Known(value) switch
    {
        Undefined => "undefined",
        BoolValue => "boolean",
        NumberValue => "number",
        StringValue => "string",
        Callback => "function",
        _ => "object",
    };

    public static bool StrictEquals(Value left, Value right) => (Known(left), Known(right)) switch
    {
        (NumberValue a, NumberValue b) => a.Number == b.Number,
        (StringValue a, StringValue b) => a.Text == b.Text,
        (BoolValue a, BoolValue b) => a.Flag == b.Flag,
        (NullValue, NullValue) or (Undefined, Undefined) => true,
        _ => ReferenceEquals(left, right),
    };

    public static bool LooseEquals(Value left, Value right)
    {
        switch (Known(left), Known(right))
        {
            case (NullValue or Undefined, NullValue or Undefined): return true;
            case (NullValue or Undefined, _) or (_, NullValue or Undefined): return false;
            case (ListValue or MapValue, ListValue or MapValue): return ReferenceEquals(left, right);
            case (ListValue or MapValue, _): return LooseEquals(new StringValue(ToText(left)), right);
            case (_, ListValue or MapValue): return LooseEquals(left, new StringValue(ToText(right)));
            case (StringValue, StringValue): return StrictEquals(left, right);
            case (Callback, _) or (_, Callback): return ReferenceEquals(left, right);
            default: return ToNumber(left) == ToNumber(right);
        }
    }

    /// <summary><c>includes</c>: NaN is NaN.</summary>
    public static bool SameValueZero(Value left, Value right) =>
        (left is NumberValue a && right is NumberValue b && double.IsNaN(a.Number) && double.IsNaN(b.Number)) || StrictEquals(left, right);
}
