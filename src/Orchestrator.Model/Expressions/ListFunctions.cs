using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>Methods of lists.</summary>
internal static class ListFunctions
{
    private static readonly Schema AnyList = Schema.ListOf(Schema.Any);

    public static IEnumerable<ExpressionFunction> All =>
    [
        Arrow("map", Schema.Any, AnyList, "The list of what the arrow function gives for each item.", "[1, 2].map(x => x * 10) => [10, 20]", Map, a => Schema.ListOf(a[1])),
        Arrow("filter", Schema.Bool, AnyList, "The items for which the condition holds.", "[1, 2, 3].filter(x => x > 1) => [2, 3]", Filter, a => a[0]),
        Arrow("find", Schema.Bool, Schema.Any, "The first item for which the condition holds, or null.", "['a', 'b'].find(x => x == 'b') => 'b'", Find, Item),
        Arrow("some", Schema.Bool, Schema.Bool, "True when the condition holds for at least one item.", "[1, 2].some(x => x > 1) => true", call => Any(call, true)),
        Arrow("every", Schema.Bool, Schema.Bool, "True when the condition holds for all items.", "[1, 2].every(x => x > 1) => false", call => Any(call, false)),
        Arrow("flatMap", Schema.Any, AnyList, "The lists that the arrow function gives, joined to one.", "[1, 2].flatMap(x => [x, x]) => [1, 1, 2, 2]", call => Flatten(Map(call)), a => a[1]),
        Arrow("sortBy", Schema.Any, AnyList, "The items in the order of what the arrow function gives: numbers or texts.", "['bb', 'a'].sortBy(x => x.length) => ['a', 'bb']", SortBy, a => a[0]),
        Method("toSorted", [], AnyList, "The numbers or texts in order.", "[3, 1, 2].toSorted() => [1, 2, 3]", call => Sort(call, call.List(0).Items, call.List(0).Items), a => a[0]),
        Method("toReversed", [], AnyList, "The items in reverse order.", "[1, 2].toReversed() => [2, 1]", call => Value.List(call.List(0).Items.Reverse()), a => a[0], transparent: true),
        Method("unique", [], AnyList, "The items without repetitions.", "[1, 2, 1].unique() => [1, 2]", call => Value.List(call.List(0).Items.Distinct()), a => a[0]),
        Method("flat", [], AnyList, "The lists in the list, joined to one.", "[[1], [2, 3]].flat() => [1, 2, 3]", call => Flatten(call.List(0)), a => a[0].Item ?? AnyList, transparent: true),
        Method("concat", [new("others", Schema.Any, Repeats: true)], AnyList, "The list followed by the items of the others.", "[1].concat([2], [3]) => [1, 2, 3]", Concat, a => a.Aggregate(SchemaText.Join), transparent: true),
        Method("slice", [new("start", Schema.Int), new("end", Schema.Int, Required: false)], AnyList, "The items from `start` up to, not including, `end`; negative counts from the end.", "[1, 2, 3].slice(1) => [2, 3]", Slice, a => a[0], transparent: true),
        Method("at", [new("index", Schema.Int)], Schema.Any, "The item at the index; negative counts from the end; null when there is none.", "[1, 2, 3].at(-1) => 3", At, Item, transparent: true),
        Method("join", [new("separator", Schema.String, Required: false)], Schema.String, "The items as one text with the separator, default a comma, between them.", "[1, 2].join('-') => '1-2'", Join),
        Method("includes", [new("item", Schema.Any)], Schema.Bool, "True when the item is in the list.", "[1, 2].includes(2) => true", call => Value.Of(IndexOf(call) >= 0)),
        Method("indexOf", [new("item", Schema.Any)], Schema.Int, "Where the item is in the list first, or -1.", "['a', 'b'].indexOf('b') => 1", call => Value.Of(IndexOf(call))),
    ];

    private static Schema Item(IReadOnlyList<Schema> arguments) => arguments[0].Item ?? Schema.Any;

    private static ExpressionFunction Arrow(
        string name, Schema gives, Schema result, string summary, string example, Func<Invocation, Value> body, Func<IReadOnlyList<Schema>, Schema>? resultOf = null) =>
        Method(name, [new("x => …", gives, Arrow: true)], result, summary, example, body, resultOf, transparent: true);

    private static ExpressionFunction Method(
        string name, IReadOnlyList<FunctionParameter> parameters, Schema result, string summary, string example, Func<Invocation, Value> body,
        Func<IReadOnlyList<Schema>, Schema>? resultOf = null, bool transparent = false) =>
        new()
        {
            Name = name, Receiver = AnyList, Parameters = parameters, Result = result, Summary = summary, Example = example, Body = body, ResultOf = resultOf, Transparent = transparent,
        };

    private static ListValue Map(Invocation call)
    {
        var items = call.List(0).Items;
        var mapped = new Value[items.Count];
        for (var i = 0; i < mapped.Length; i++) mapped[i] = call.Call(1, items[i], i);
        return new ListValue(mapped);
    }

    private static Value Filter(Invocation call)
    {
        var items = call.List(0).Items;
        var kept = new List<Value>();
        for (var i = 0; i < items.Count; i++)
        {
            if (call.Test(1, items[i], i, out var unknown)) kept.Add(items[i]);
            if (unknown is not null) return unknown;
        }

        return new ListValue([.. kept]);
    }

    private static Value Find(Invocation call)
    {
        var items = call.List(0).Items;
        for (var i = 0; i < items.Count; i++)
        {
            if (call.Test(1, items[i], i, out var unknown)) return items[i];
            if (unknown is not null) return unknown;
        }

        return Value.Null;
    }

    // `some` looks for an item that holds, `every` for one that does not.
    private static Value Any(Invocation call, bool wanted)
    {
        var items = call.List(0).Items;
        Value? undecided = null;
        for (var i = 0; i < items.Count; i++)
        {
            var holds = call.Test(1, items[i], i, out var unknown);
            if (unknown is null && holds == wanted) return Value.Of(wanted);
            undecided ??= unknown;
        }

        return undecided ?? Value.Of(!wanted);
    }

    private static Value Flatten(ListValue lists)
    {
        var items = new List<Value>();
        foreach (var item in lists.Items)
        {
            if (item is ListValue list) items.AddRange(list.Items);
            else items.Add(item);
        }

        return new ListValue([.. items]);
    }

    private static Value SortBy(Invocation call)
    {
        var keys = Map(call);
        return keys.HasUnknown ? Operators.UnknownIn(keys) : Sort(call, call.List(0).Items, keys.Items);
    }

    private static Value Sort(Invocation call, IReadOnlyList<Value> items, IReadOnlyList<Value> keys)
    {
        if (keys.All(key => key is NumberValue))
            return Value.List(items.Zip(keys).OrderBy(pair => ((NumberValue)pair.Second).Number).Select(pair => pair.First));
        if (keys.All(key => key is StringValue))
            return Value.List(items.Zip(keys).OrderBy(pair => ((StringValue)pair.Second).Text, StringComparer.Ordinal).Select(pair => pair.First));
        throw call.Fail($"sorting needs all numbers or all texts, but found {EvaluationFailures.Describe(keys.First(key => key.Kind != keys[0].Kind || key is not (NumberValue or StringValue)))}");
    }

    private static Value Concat(Invocation call)
    {
        var items = new List<Value>(call.List(0).Items);
        for (var i = 1; i < call.Count; i++)
        {
            if (call[i] is ListValue list) items.AddRange(list.Items);
            else items.Add(call[i]);
        }

        return new ListValue([.. items]);
    }

    private static Value Slice(Invocation call)
    {
        var items = call.List(0).Items;
        var (start, end) = Bounds(call, items.Count);
        return Value.List(items.Skip(start).Take(end - start));
    }

    /// <summary>Arguments 1 and 2 as JavaScript's <c>slice</c> reads them.</summary>
    public static (int Start, int End) Bounds(Invocation call, int count)
    {
        int Clamp(int index) => (int)Math.Clamp(index < 0 ? (long)count + index : index, 0, count);
        var start = Clamp(call.Whole(1, 0));
        return (start, Math.Max(start, Clamp(call.Whole(2, count))));
    }

    private static Value At(Invocation call)
    {
        var items = call.List(0).Items;
        var index = call.Whole(1, 0);
        if (index < 0) index += items.Count;
        return index >= 0 && index < items.Count ? items[index] : Value.Null;
    }

    private static Value Join(Invocation call)
    {
        var list = call.List(0);
        var separator = call.Text(1, ",");
        call.Expect(list.Weight + ((long)separator.Length * list.Items.Count));
        return Value.Of(string.Join(separator, list.Items.Select(item => item is NullValue ? throw call.Fail("`join` found null in the list: leave it out with `filter(x => x != null)`") : Operators.TextOf(item))));
    }

    private static int IndexOf(Invocation call)
    {
        var items = call.List(0).Items;
        for (var i = 0; i < items.Count; i++)
            if (items[i].Equals(call[1]))
                return i;
        return -1;
    }
}
