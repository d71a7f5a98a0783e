using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>What a merge means, for every format: maps are merged key by key, everything else is replaced, null removes (as in RFC 7396).</summary>
internal static class MergedValues
{
    public static MapValue Of(MapValue old, MapValue values)
    {
        var merged = new OrderedDictionary<string, Value>();
        foreach (var (key, value) in old.Entries) merged[key] = value;
        foreach (var (key, value) in values.Entries)
        {
            if (value.IsNull) merged.Remove(key);
            else if (value is MapValue map) merged[key] = Of(merged.GetValueOrDefault(key) as MapValue ?? Value.EmptyMap, map);
            else merged[key] = value;
        }

        return Value.Map(merged.Select(entry => (entry.Key, entry.Value)));
    }

    /// <summary>The values with every secret in plain text: for comparing with and writing into the file, never for showing.</summary>
    public static Value Plain(Value value) => value switch
    {
        SecretValue secret => Value.Of(secret.Secret.Reveal()),
        ListValue list => Value.List(list.Items.Select(Plain)),
        MapValue map => Value.Map(map.Entries.Select(entry => (entry.Key, Plain(entry.Value)))),
        _ => value,
    };

    /// <summary>Puts a value at a dotted path.</summary>
    public static MapValue With(MapValue map, ReadOnlySpan<string> path, Value value) =>
        map.With(path[0], path.Length == 1 ? value : With(map.Get(path[0]) as MapValue ?? Value.EmptyMap, path[1..], value));
}
