using Orchestrator.Model.Scripts.Syntax;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>Constants of <c>Math</c> and <c>Number</c>.</summary>
internal static class Constants
{
    public static Value? Find(Member member) => member is not { Computed: false, IsOptional: false, Target: Identifier owner, Key: Literal { Value: string name } } ? null : (owner.Name, name) switch
    {
        ("Math", "PI") => Value.Of(Math.PI),
        ("Math", "E") => Value.Of(Math.E),
        ("Math", "SQRT2") => Value.Of(1.4142135623730951),
        ("Number", "MAX_SAFE_INTEGER") => Value.Of(9007199254740991),
        ("Number", "MIN_SAFE_INTEGER") => Value.Of(-9007199254740991),
        ("Number", "EPSILON") => Value.Of(Math.Pow(2, -52)),
        _ => null,
    };
}

/// <summary>Functions of <c>Math</c>, <c>JSON</c>, <c>Object</c>, <c>Array</c> and <c>Number</c>.</summary>
internal static class StaticFunctions
{
    private static readonly Dictionary<(string, string), Function> All = new()
    {
        [("JSON", "parse")] = (_, given) => JsonText.Parse(Coercion.ToText(given.At(0))),
        [("JSON", "stringify")] = (_, given) => JsonText.Write(given.At(0), Indent(given.At(2))),
        [("Math", "abs")] = Number(Math.Abs),
        [("Math", "ceil")] = Number(Math.Ceiling),
        [("Math", "floor")] = Number(Math.Floor),
        [("Math", "trunc")] = Number(Math.Truncate),
        [("Math", "sqrt")] = Number(Math.Sqrt),
        [("Math", "sign")] = Number(number => double.IsNaN(number) ? number : Math.Sign(number)),
        [("Math", "round")] = Number(number => Math.Floor(number) == number ? number : Math.Floor(number + 0.5)),
        [("Math", "pow")] = (_, given) => Value.Of(Operations.Power(Coercion.ToNumber(given.At(0)), Coercion.ToNumber(given.At(1)))),
        [("Math", "min")] = (_, given) => Value.Of(given.Aggregate(double.PositiveInfinity, (least, value) => Math.Min(least, Coercion.ToNumber(value)))),
        [("Math", "max")] = (_, given) => Value.Of(given.Aggregate(double.NegativeInfinity, (most, value) => Math.Max(most, Coercion.ToNumber(value)))),
        [("Object", "keys")] = (_, given) => new ListValue([.. Entries(given.At(0)).Select(entry => (Value)new StringValue(entry.Key))]),
        [("Object", "values")] = (_, given) => new ListValue([.. Entries(given.At(0)).Select(entry => entry.Value)]),
        [("Object", "entries")] = (_, given) => new ListValue([.. Entries(given.At(0)).Select(entry => (Value)new ListValue([new StringValue(entry.Key), entry.Value]))]),
        [("Array", "isArray")] = (_, given) => Value.Of(Coercion.Known(given.At(0)) is ListValue),
        [("Number", "isInteger")] = (_, given) => Value.Of(Coercion.Known(given.At(0)) is NumberValue number && double.IsFinite(number.Number) && Math.Floor(number.Number) == number.Number),
        [("Number", "isFinite")] = (_, given) => Value.Of(Coercion.Known(given.At(0)) is NumberValue number && double.IsFinite(number.Number)),
        [("Number", "isNaN")] = (_, given) => Value.Of(Coercion.Known(given.At(0)) is NumberValue number && double.IsNaN(number.Number)),
        [("Number", "parseInt")] = GlobalFunctions.Find("parseInt")!,
        [("Number", "parseFloat")] = GlobalFunctions.Find("parseFloat")!,
    };

    public static Function? Find(string owner, string name) => All.GetValueOrDefault((owner, name));

    private static Function Number(Func<double, double> function) => (_, given) => Value.Of(function(Coercion.ToNumber(given.At(0))));

    private static string Indent(Value value) => value switch
    {
        NumberValue number => new string(' ', (int)Math.Clamp(number.Number, 0, 10)),
        StringValue text => text.Text.Length > 10 ? text.Text[..10] : text.Text,
        _ => "",
    };

    private static IEnumerable<KeyValuePair<string, Value>> Entries(Value value) => Coercion.Known(value) switch
    {
        MapValue map => map.Entries,
        ListValue list => list.Items.Select((item, i) => new KeyValuePair<string, Value>(Numbers.ToText(i), item)),
        StringValue text => text.Text.Select((c, i) => new KeyValuePair<string, Value>(Numbers.ToText(i), new StringValue(c.ToString()))),
        NullValue or Undefined => throw ScriptThrowException.Type("Cannot convert undefined or null to object"),
        _ => [],
    };
}
