using System.Globalization;
using System.Text;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>A method of the script's.</summary>
internal delegate Value Method(Frame frame, Value receiver, Value[] arguments);

/// <summary>Methods of strings.</summary>
internal static class TextMethods
{
    private static readonly Dictionary<string, Method> All = new(StringComparer.Ordinal)
    {
        ["at"] = Of((text, given) => Relative(Coercion.ToInteger(given.At(0)), text.Length) is { } i ? Text(text[i].ToString()) : Undefined.It),
        ["charAt"] = Of((text, given) => Coercion.ToInteger(given.At(0)) is var i && i >= 0 && i < text.Length ? Text(text[(int)i].ToString()) : Text("")),
        ["charCodeAt"] = Of((text, given) => Coercion.ToInteger(given.At(0)) is var i && i >= 0 && i < text.Length ? Value.Of((double)text[(int)i]) : Coercion.NaN),
        ["concat"] = Of((text, given) => Text(text + string.Concat(given.Select(Coercion.ToText)))),
        ["endsWith"] = Of((text, given) => Value.Of(text[..(given.At(1) is Undefined ? text.Length : Clamp(given[1], text.Length))].EndsWith(Coercion.ToText(given.At(0)), StringComparison.Ordinal))),
        ["includes"] = Of((text, given) => Value.Of(text.IndexOf(Coercion.ToText(given.At(0)), Clamp(given.At(1), text.Length), StringComparison.Ordinal) >= 0)),
        ["indexOf"] = Of((text, given) => Value.Of(text.IndexOf(Coercion.ToText(given.At(0)), Clamp(given.At(1), text.Length), StringComparison.Ordinal))),
        ["lastIndexOf"] = Of((text, given) => Value.Of(Coercion.ToText(given.At(0)) is { Length: > 0 } part ? text.LastIndexOf(part, StringComparison.Ordinal) : text.Length)),
        ["padEnd"] = Of((text, given) => Text(text + Padding(text, given))),
        ["padStart"] = Of((text, given) => Text(Padding(text, given) + text)),
        ["repeat"] = Of(Repeat),
        ["replace"] = Of((text, given) => Replace(text, given, all: false)),
        ["replaceAll"] = Of((text, given) => Replace(text, given, all: true)),
        ["slice"] = Of((text, given) => Range(text.Length, given) is var (from, to) && from < to ? Text(text[from..to]) : Text("")),
        ["split"] = Of(Split),
        ["startsWith"] = Of((text, given) => Value.Of(text[Clamp(given.At(1), text.Length)..].StartsWith(Coercion.ToText(given.At(0)), StringComparison.Ordinal))),
        ["substring"] = Of(Substring),
        ["toLowerCase"] = Of((text, _) => Text(text.ToLowerInvariant())),
        ["toUpperCase"] = Of((text, _) => Text(text.ToUpperInvariant().Replace("ß", "SS", StringComparison.Ordinal))),
        ["trim"] = Of((text, _) => Text(text.Trim(Numbers.Blanks))),
        ["trimStart"] = Of((text, _) => Text(text.TrimStart(Numbers.Blanks))),
        ["trimEnd"] = Of((text, _) => Text(text.TrimEnd(Numbers.Blanks))),
        ["toString"] = Of((text, _) => Text(text)),
        ["valueOf"] = Of((text, _) => Text(text)),
    };

    public static Method? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>The position that <c>at</c> means; null when there is none.</summary>
    public static int? Relative(double index, int length)
    {
        var at = index < 0 ? index + length : index;
        return at >= 0 && at < length ? (int)at : null;
    }

    /// <summary>From and to, as <c>slice</c> takes them.</summary>
    public static (int From, int To) Range(int length, Value[] given) => (Edge(given.At(0), 0, length), Edge(given.At(1), length, length));

    private static int Edge(Value value, int otherwise, int length)
    {
        if (value is Undefined) return otherwise;
        var edge = Coercion.ToInteger(value);
        return (int)Math.Clamp(edge < 0 ? edge + length : edge, 0, length);
    }

    private static Method Of(Func<string, Value[], Value> method) => (frame, receiver, arguments) =>
    {
        var text = ((StringValue)receiver).Text;
        frame.Step(1 + (text.Length / 64));
        return method(text, arguments);
    };

    private static StringValue Text(string text) => Frame.Bounded(text);

    private static int Clamp(Value value, int most) => (int)Math.Clamp(Coercion.ToInteger(value), 0, most);

    private static string Padding(string text, Value[] given)
    {
        var missing = Coercion.ToInteger(given.At(0)) - text.Length;
        var filler = given.At(1) is Undefined ? " " : Coercion.ToText(given[1]);
        if (missing <= 0 || filler.Length == 0) return "";
        if (missing > 1 << 20) throw ScriptFailures.Memory("the expression made a text of more than 1048576 characters");
        var padding = new StringBuilder();
        while (padding.Length < missing) padding.Append(filler);
        return padding.ToString(0, (int)missing);
    }

    private static Value Repeat(string text, Value[] given)
    {
        var times = Coercion.ToInteger(given.At(0));
        if (times < 0 || double.IsInfinity(times)) throw new ScriptThrowException($"RangeError: Invalid count value: {Coercion.ToText(given.At(0))}");
        if (times * text.Length > 1 << 20) throw ScriptFailures.Memory("the expression made a text of more than 1048576 characters");
        return Text(text.Length == 0 ? "" : new StringBuilder().Insert(0, text, (int)times).ToString());
    }

    private static ListValue Split(string text, Value[] given)
    {
        if (given.At(0) is Undefined) return Value.List(Text(text));
        var separator = Coercion.ToText(given[0]);
        if (separator.Length == 0) return Value.List(text.Select(c => (Value)Text(c.ToString())));
        return Value.List(text.Split(separator).Select(part => (Value)Text(part)));
    }

    private static Value Substring(string text, Value[] given)
    {
        var (a, b) = (Clamp(given.At(0), text.Length), given.At(1) is Undefined ? text.Length : Clamp(given[1], text.Length));
        return Text(text[Math.Min(a, b)..Math.Max(a, b)]);
    }

    private static Value Replace(string text, Value[] given, bool all)
    {
        var pattern = Coercion.ToText(given.At(0));
        var result = new StringBuilder();
        var from = 0;
        for (var at = text.IndexOf(pattern, StringComparison.Ordinal); at >= 0;)
        {
            result.Append(text, from, at - from);
            result.Append(given.At(1) is Callback callback
                ? Coercion.ToText(callback.Call(new StringValue(pattern), Value.Of(at), new StringValue(text)))
                : Substitute(Coercion.ToText(given.At(1)), text, at, pattern));
            if (result.Length > 1 << 20) Frame.Bounded(result.ToString());
            from = at + pattern.Length;
            if (!all || at + Math.Max(1, pattern.Length) > text.Length) break;
            at = text.IndexOf(pattern, at + Math.Max(1, pattern.Length), StringComparison.Ordinal);
        }

        return Text(result.Append(text, from, text.Length - from).ToString());
    }

    private static string Substitute(string with, string text, int at, string pattern)
    {
        if (!with.Contains('$', StringComparison.Ordinal)) return with;
        var result = new StringBuilder();
        for (var i = 0; i < with.Length; i++)
        {
            var special = with[i] == '$' && i + 1 < with.Length ? with[i + 1] switch { '$' => "$", '&' => pattern, '`' => text[..at], '\'' => text[(at + pattern.Length)..], _ => null } : null;
            if (special is null) result.Append(with[i]);
            else
            {
                result.Append(special);
                i++;
            }
        }

        return result.ToString();
    }
}

/// <summary>Methods of numbers.</summary>
internal static class NumberMethods
{
    public static Method? Find(string name) => name switch
    {
        "toString" => (_, receiver, _) => new StringValue(Coercion.ToText(receiver)),
        "toFixed" => (_, receiver, given) => new StringValue(Fixed(((NumberValue)receiver).Number, Coercion.ToInteger(given.At(0)))),
        "valueOf" => (_, receiver, _) => receiver,
        _ => null,
    };

    public static string Fixed(double number, double digits)
    {
        if (digits is < 0 or > 100) throw new ScriptThrowException("RangeError: toFixed() digits argument must be between 0 and 100");
        if (!double.IsFinite(number) || Math.Abs(number) >= 1e21) return Numbers.ToText(number);
        // Half goes up here, and to even in .NET: cut the exact digits and look at the next one.
        var exact = Math.Abs(number).ToString("F" + ((int)digits + 30).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var point = exact.IndexOf('.', StringComparison.Ordinal);
        var kept = string.Concat(exact.AsSpan(0, point), exact.AsSpan(point + 1, (int)digits));
        var whole = System.Numerics.BigInteger.Parse(kept, CultureInfo.InvariantCulture) + (exact[point + 1 + (int)digits] >= '5' ? 1 : 0);
        var text = whole.ToString(CultureInfo.InvariantCulture).PadLeft((int)digits + 1, '0');
        var sign = number < 0 ? "-" : "";
        return digits == 0 ? sign + text : $"{sign}{text[..^(int)digits]}.{text[^(int)digits..]}";
    }
}

/// <summary>Methods that objects have.</summary>
internal static class MapMethods
{
    public static Method? Find(string name) => name switch
    {
        "hasOwnProperty" => (_, receiver, given) => Value.Of(receiver is MapValue map && map.Get(Coercion.ToText(given.At(0))) is not null),
        "toString" => (_, receiver, _) => new StringValue(Coercion.ToText(receiver)),
        _ => null,
    };
}
