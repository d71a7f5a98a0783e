using System.Globalization;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>Functions over numbers, maps and time.</summary>
internal static class GeneralFunctions
{
    private const int LongestRange = 10_000;

    private static readonly FunctionParameter Number = new("number", Schema.Number);
    private static readonly FunctionParameter Numbers = new("numbers", Schema.Any, Repeats: true);
    private static readonly FunctionParameter Map = new("map", Schema.MapOf(Schema.Any));
    private static readonly Schema Instant = Schema.String with { Format = "instant" };

    public static IEnumerable<ExpressionFunction> All =>
    [
        Function("min", [Numbers], Schema.Number, "The least of the numbers, or of the numbers in one list.", "min(3, 1, 2) => 1", call => Extreme(call, false)),
        Function("max", [Numbers], Schema.Number, "The greatest of the numbers, or of the numbers in one list.", "max([3, 1, 2]) => 3", call => Extreme(call, true)),
        Function("sum", [new("list", Schema.ListOf(Schema.Number))], Schema.Number, "The numbers of the list, added.", "sum([1, 2, 3]) => 6", call => Finite(call, ToNumbers(call, call.List(0).Items).Sum())),
        Function("abs", [Number], Schema.Number, "The number without its sign.", "abs(-2) => 2", call => Value.Of(Math.Abs(call.Number(0)))),
        Function("floor", [Number], Schema.Int, "The greatest whole number that is not greater.", "floor(1.7) => 1", call => Value.Of(Math.Floor(call.Number(0)))),
        Function("ceil", [Number], Schema.Int, "The least whole number that is not less.", "ceil(1.2) => 2", call => Value.Of(Math.Ceiling(call.Number(0)))),
        Function("round", [Number], Schema.Int, "The nearest whole number; a half goes up.", "round(2.5) => 3", call => Value.Of(Math.Floor(call.Number(0) + 0.5))),
        Function("range", [new("from", Schema.Int), new("to", Schema.Int, Required: false)], Schema.ListOf(Schema.Int), "The whole numbers from `from` up to, not including, `to`; with one argument from 0. At most 10,000.", "range(1, 4) => [1, 2, 3]", Range),
        Function("int", [new("value", Schema.Any)], Schema.Int, "The whole number that the text says, or the number when it is whole.", "int('42') => 42", ToInt),
        Function("number", [new("value", Schema.Any)], Schema.Number, "The number that the text says.", "number('1.5') => 1.5", call => Value.Of(ToNumber(call))),
        Function("string", [new("value", Schema.Any)], Schema.String, "The value as text: numbers and booleans as written, lists and maps as JSON.", "string(42) => '42'", ToText),
        Function("keys", [Map], Schema.ListOf(Schema.String), "The keys of the map, in order.", "keys({a: 1, b: 2}) => ['a', 'b']", call => Value.List(call.Map(0).Entries.Keys.Select(Value.Of))) with { Transparent = true },
        Function("values", [Map], Schema.ListOf(Schema.Any), "The values of the map, in order.", "values({a: 1, b: 2}) => [1, 2]", call => Value.List(call.Map(0).Entries.Values)) with { Transparent = true, ResultOf = a => Schema.ListOf(ItemOf(a[0])) },
        Function("entries", [Map], Schema.ListOf(EntryOf(Schema.Any)), "The entries of the map, in order, as `{key, value}`.", "entries({a: 1}) => [{key: 'a', value: 1}]", call => Value.List(call.Map(0).Entries.Select(entry => (Value)Value.Map(("key", Value.Of(entry.Key)), ("value", entry.Value))))) with { Transparent = true, ResultOf = a => Schema.ListOf(EntryOf(ItemOf(a[0]))) },
        Function("fromEntries", [new("entries", Schema.ListOf(Schema.Any))], Schema.MapOf(Schema.Any), "The map of the entries, each `{key, value}` or `[key, value]`; the last of equal keys counts.", "fromEntries([['a', 1]]) => {a: 1}", FromEntries) with { Transparent = true },
        Function("merge", [new("maps", Schema.MapOf(Schema.Any), Repeats: true)], Schema.MapOf(Schema.Any), "One map with the entries of all; the last of equal keys counts.", "merge({a: 1, b: 1}, {b: 2}) => {a: 1, b: 2}", Merge) with { Transparent = true },
        Function("now", [], Instant, "The instant of the evaluation, UTC; recorded, so that a replay sees the same one.", "", call => Value.Of(Format(call.Evaluation.Context.Now))),
        Function("uuid", [], Schema.String, "A new random id, for example for file names; recorded, so that a replay sees the same one.", "", call => Value.Of(call.Evaluation.Context.NewUuid())),
        Function("seconds", [new("duration", Schema.Duration)], Schema.Number, "How many seconds a duration lasts.", "seconds('1m30s') => 90", call => Value.Of(Span(call, 0).TotalSeconds)),
        Function("addTime", [new("instant", Instant), new("duration", Schema.Duration)], Instant, "The instant that lies a duration later.", "addTime('2030-01-31T12:00:00Z', '1d') => '2030-02-01T12:00:00Z'", AddTime),
    ];

    private static ExpressionFunction Function(string name, IReadOnlyList<FunctionParameter> parameters, Schema result, string summary, string example, Func<Invocation, Value> body) =>
        new() { Name = name, Parameters = parameters, Result = result, Summary = summary, Example = example, Body = body };

    private static Schema ItemOf(Schema map) =>
        map.Kind == SchemaKind.Object && map.Fields.Count > 0 ? map.Fields.Select(field => field.Schema).Aggregate(SchemaText.Join) : map.Item ?? Schema.Any;

    private static Schema EntryOf(Schema value) =>
        Schema.Object(new SchemaField("key", Schema.String, true, "The key."), new SchemaField("value", value, true, "The value."));

    private static Value Extreme(Invocation call, bool greatest)
    {
        var numbers = ToNumbers(call, call.Count == 1 && call[0] is ListValue list ? list.Items : [.. Enumerable.Range(0, call.Count).Select(i => call[i])]);
        if (numbers.Count == 0) throw call.Fail(greatest ? "`max` needs at least one number" : "`min` needs at least one number");
        return Value.Of(greatest ? numbers.Max() : numbers.Min());
    }

    private static List<double> ToNumbers(Invocation call, IReadOnlyList<Value> items) =>
        [.. items.Select(item => item is NumberValue number ? number.Number : throw call.Fail($"numbers were expected, but found {EvaluationFailures.Describe(item)}"))];

    private static Value Finite(Invocation call, double number) => double.IsFinite(number) ? Value.Of(number) : throw call.Fail("the result is not finite");

    private static ListValue Range(Invocation call)
    {
        var (from, to) = call.Has(1) ? (call.Whole(0, 0), call.Whole(1, 0)) : (0, call.Whole(0, 0));
        if ((long)to - from > LongestRange) throw call.Fail($"`range` gives at most {LongestRange} numbers");
        return Value.List(Enumerable.Range(from, Math.Max(0, to - from)).Select(number => Value.Of(number)));
    }

    private static Value ToInt(Invocation call)
    {
        var number = ToNumber(call);
        return Math.Floor(number) == number && Math.Abs(number) <= 1L << 53 ? Value.Of(number) : throw call.Fail($"`int` was given {EvaluationFailures.Describe(call[0])}, which is not whole: use `floor` or `round`");
    }

    private static double ToNumber(Invocation call) => call[0] switch
    {
        NumberValue number => number.Number,
        StringValue text when double.TryParse(
            text.Text.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number) => number,
        _ => throw call.Fail($"{EvaluationFailures.Describe(call[0])} is no number"),
    };

    private static Value ToText(Invocation call) =>
        call[0] is NullValue ? throw call.Fail("`string` was given null: give a default with `??`") : Value.Of(Operators.TextOf(call[0]));

    private static MapValue FromEntries(Invocation call) => Value.Map(call.List(0).Items.Select(entry => entry switch
    {
        ListValue { Items: [StringValue key, var value] } => (key.Text, value),
        MapValue map when map.Get("key") is StringValue key && map.Get("value") is { } value => (key.Text, value),
        _ => throw call.Fail($"`fromEntries` takes entries such as `['key', value]`, not {EvaluationFailures.Describe(entry)}"),
    }));

    private static MapValue Merge(Invocation call) =>
        Value.Map(Enumerable.Range(0, call.Count).Where(call.Has).SelectMany(i => call.Map(i).Entries).Select(entry => (entry.Key, entry.Value)));

    private static Value AddTime(Invocation call)
    {
        if (!DateTimeOffset.TryParse(call.Text(0), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            throw call.Fail($"`{call.Text(0)}` is no instant such as 2030-01-31T12:00:00Z");
        return Value.Of(Format(instant + Span(call, 1)));
    }

    private static TimeSpan Span(Invocation call, int index) =>
        Durations.TryParse(call.Text(index), out var span) ? span : throw call.Fail($"`{call.Text(index)}` is no duration such as 90s or 1h30m");

    private static string Format(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
