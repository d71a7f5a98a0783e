using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>Methods of lists that leave the list as it is.</summary>
internal static class ListMethods
{
    private static readonly Dictionary<string, Method> All = new(StringComparer.Ordinal)
    {
        ["at"] = Of((list, given) => TextMethods.Relative(Coercion.ToInteger(given.At(0)), list.Count) is { } i ? list[i] : Undefined.It),
        ["concat"] = Of((list, given) => new ListValue([.. list, .. given.SelectMany(one => one is ListValue more ? more.Items : [one])])),
        ["every"] = Each((list, test) => Value.Of(Enumerable.Range(0, list.Count).All(i => Coercion.Truthy(test(i))))),
        ["some"] = Each((list, test) => Value.Of(Enumerable.Range(0, list.Count).Any(i => Coercion.Truthy(test(i))))),
        ["filter"] = Each((list, test) => new ListValue([.. Enumerable.Range(0, list.Count).Where(i => Coercion.Truthy(test(i))).Select(i => list[i])])),
        ["find"] = Each((list, test) => First(list, test) is >= 0 and var i ? list[i] : Undefined.It),
        ["findIndex"] = Each((list, test) => Value.Of(First(list, test))),
        ["findLast"] = Each((list, test) => Last(list, test) is >= 0 and var i ? list[i] : Undefined.It),
        ["findLastIndex"] = Each((list, test) => Value.Of(Last(list, test))),
        ["flat"] = Of((list, given) => new ListValue([.. Flat(list, given.At(0) is Undefined ? 1 : Coercion.ToInteger(given[0]))])),
        ["flatMap"] = Each((list, make) => new ListValue([.. Flat([.. Enumerable.Range(0, list.Count).Select(make)], 1)])),
        ["includes"] = Of((list, given) => Value.Of(list.Any(item => Coercion.SameValueZero(item, given.At(0))))),
        ["indexOf"] = Of((list, given) => Value.Of(First(list, i => Value.Of(Coercion.StrictEquals(list[i], given.At(0)))))),
        ["lastIndexOf"] = Of((list, given) => Value.Of(Last(list, i => Value.Of(Coercion.StrictEquals(list[i], given.At(0)))))),
        ["join"] = (frame, receiver, given) => Frame.Bounded(Coercion.Join((ListValue)receiver, given.At(0) is Undefined ? "," : Coercion.ToText(given[0]))),
        ["map"] = Each((list, make) => new ListValue([.. Enumerable.Range(0, list.Count).Select(make)])),
        ["reduce"] = (frame, receiver, given) => Reduce((ListValue)receiver, given, backwards: false),
        ["reduceRight"] = (frame, receiver, given) => Reduce((ListValue)receiver, given, backwards: true),
        ["slice"] = Of((list, given) => TextMethods.Range(list.Count, given) is var (from, to) && from < to ? new ListValue([.. list.Skip(from).Take(to - from)]) : Value.EmptyList),
        ["toString"] = (_, receiver, _) => Frame.Bounded(Coercion.ToText(receiver)),
    };

    public static Method? Find(string name) => All.GetValueOrDefault(name);

    private static Method Of(Func<IReadOnlyList<Value>, Value[], Value> method) => (frame, receiver, arguments) =>
    {
        var list = ((ListValue)receiver).Items;
        frame.Step(list.Count);
        return method(list, arguments);
    };

    private static Method Each(Func<IReadOnlyList<Value>, Func<int, Value>, Value> method) => (frame, receiver, arguments) =>
    {
        var list = (ListValue)receiver;
        var callback = Function(arguments);
        frame.Step(list.Items.Count);
        return method(list.Items, i => callback.Call(list.Items[i], Value.Of((double)i), list));
    };

    private static Callback Function(Value[] arguments) =>
        arguments.At(0) as Callback ?? throw ScriptThrowException.Type($"{Coercion.ToText(arguments.At(0))} is not a function");

    private static int First(IReadOnlyList<Value> list, Func<int, Value> test)
    {
        for (var i = 0; i < list.Count; i++)
            if (Coercion.Truthy(test(i))) return i;
        return -1;
    }

    private static int Last(IReadOnlyList<Value> list, Func<int, Value> test)
    {
        for (var i = list.Count - 1; i >= 0; i--)
            if (Coercion.Truthy(test(i))) return i;
        return -1;
    }

    private static IEnumerable<Value> Flat(IReadOnlyList<Value> list, double depth) =>
        list.SelectMany(item => item is ListValue inner && depth >= 1 ? Flat(inner.Items, depth - 1) : [item]);

    private static Value Reduce(ListValue list, Value[] given, bool backwards)
    {
        var callback = Function(given);
        var items = Enumerable.Range(0, list.Items.Count);
        var order = new Queue<int>(backwards ? items.Reverse() : items);
        if (given.Length < 2 && order.Count == 0) throw ScriptThrowException.Type("Reduce of empty array with no initial value");
        var result = given.Length > 1 ? given[1] : list.Items[order.Dequeue()];
        foreach (var i in order) result = callback.Call(result, list.Items[i], Value.Of((double)i));
        return result;
    }
}
