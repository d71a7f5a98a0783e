using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>What every foreach holds to, in blueprints and in workflows made in Studio: how many items there may be, what tells them apart, what it fails with.</summary>
internal static class ForEachItems
{
    private const int Most = 10_000;
    private const int MostNamed = 10;

    /// <summary>The items of a value: of a list its own, of a map a <c>{key, value}</c> for each entry.</summary>
    /// <param name="where">Key or id of the foreach, for messages.</param>
    /// <param name="given">What was written as its items.</param>
    public static IReadOnlyList<Value> Of(string where, Value given)
    {
        var items = given switch
        {
            ListValue list => list.Items,
            MapValue map => [.. map.Entries.Select(entry => Value.Map(("key", Value.Of(entry.Key)), ("value", entry.Value)))],
            _ => throw new FailureException("foreach.notAList", FailureKind.Permanent, $"`foreach` of `{where}` must be a list, not {given}"),
        };
        return items.Count <= Most ? items : throw new FailureException("foreach.tooMany", FailureKind.Permanent, $"`foreach` of `{where}` has {items.Count} items; at most {Most} are allowed");
    }

    /// <summary>The keys of items, in their order, no two the same.</summary>
    /// <param name="where">Key or id of the foreach, for messages.</param>
    /// <param name="items">The items.</param>
    /// <param name="keyOf">What <c>key</c> gives for an item; null = it was left out, and the item is its own.</param>
    public static IReadOnlyList<string> Keys(string where, IReadOnlyList<Value> items, Func<Value, Value>? keyOf)
    {
        var keys = new List<string>(items.Count);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var key = keyOf is null ? item : keyOf(item);
            var text = key switch
            {
                StringValue given => given.Text,
                NumberValue number => number.ToText(),
                BoolValue flag => flag.Flag ? "true" : "false",
                MapValue when keyOf is null && item.Get("key") is StringValue named => named.Text,
                _ => throw new FailureException("foreach.noKey", FailureKind.Permanent, $"an item of `{where}` is no text or number; say which of its fields is the `key`"),
            };
            if (!seen.Add(text)) throw new FailureException("foreach.duplicateKey", FailureKind.Permanent, $"two items of `{where}` have the key `{text}`; `key` must tell them apart");
            keys.Add(text);
        }

        return keys;
    }

    /// <summary>The failure of a foreach: that of the item; of several the first one's, with the list of all.</summary>
    /// <param name="failed">Key and failure of each item that failed, at least one.</param>
    /// <param name="count">How many items there are.</param>
    public static Failure Failure(IReadOnlyList<(string Key, Failure Failure)> failed, int count)
    {
        var first = failed[0].Failure;
        if (failed.Count == 1) return first;
        var named = failed.Take(MostNamed).Select(entry => $"{entry.Key}: {entry.Failure.Message}");
        return first with
        {
            Message = $"{failed.Count} of {count} items failed: {string.Join("; ", named)}{(failed.Count > MostNamed ? "; …" : "")}",
            Details = Value.Map(("failure", first.Details ?? Value.Null), ("items", Value.Map(failed.Select(entry => (entry.Key, Value.Of(entry.Failure.Message)))))),
        };
    }
}
