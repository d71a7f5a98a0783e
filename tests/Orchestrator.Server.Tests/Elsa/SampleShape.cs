using System.Text.Json;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>
/// What a recorded answer says about its shape: names and JSON kinds. Members that are null count as absent, the items of a list have one shape together, and where the keys are somebody's data
/// only the kind counts.
/// </summary>
internal sealed class SampleShape
{
    // Keys in these are inputs, outputs, variables, ids: data of the workflow and not of the API.
    private static readonly HashSet<string> Data = new(StringComparer.Ordinal)
    {
        "activityState", "outputs:object", "input", "output", "properties", "payload", "metadata", "uiSpecifications", "errors", "defaultValue", "value", "updatedConsumers",
    };

    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SampleShape> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);
    private SampleShape? _item;
    private int _objects;

    /// <summary>The shape of one sample.</summary>
    public static SampleShape Of(JsonElement sample)
    {
        var shape = new SampleShape();
        shape.Add(sample);
        return shape;
    }

    /// <summary>Every way in which an answer differs: <c>$.items[].name: missing</c>.</summary>
    public IEnumerable<string> Differences(JsonElement ours, string path = "$", bool isData = false)
    {
        var kind = Kind(ours);
        if (_kinds.Count > 0 && !_kinds.Contains(kind))
        {
            yield return $"{path}: {kind} where {string.Join(" or ", _kinds.Order(StringComparer.Ordinal))} was recorded";
            yield break;
        }

        if (isData) yield break;
        if (ours.ValueKind == JsonValueKind.Array)
        {
            if (_item is null) yield break;
            if (ours.GetArrayLength() == 0) yield return $"{path}: empty";
            foreach (var item in ours.EnumerateArray())
                foreach (var difference in _item.Differences(item, path + "[]"))
                    yield return difference;
        }

        if (ours.ValueKind != JsonValueKind.Object) yield break;
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in ours.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            given.Add(member.Name);
            if (!_members.TryGetValue(member.Name, out var shape)) yield return $"{path}.{member.Name}: not recorded";
            else
                foreach (var difference in shape.Differences(member.Value, $"{path}.{member.Name}", IsData(member.Name, member.Value)))
                    yield return difference;
        }

        foreach (var (name, count) in _seen)
            if (count == _objects && !given.Contains(name) && name != "_type")
                yield return $"{path}.{name}: missing";
    }

    private static bool IsData(string name, JsonElement value) => Data.Contains(name) || Data.Contains($"{name}:{Kind(value)}");

    private void Add(JsonElement sample)
    {
        _kinds.Add(Kind(sample));
        if (sample.ValueKind == JsonValueKind.Array)
            foreach (var item in sample.EnumerateArray()) (_item ??= new SampleShape()).Add(item);
        if (sample.ValueKind != JsonValueKind.Object) return;
        _objects++;
        foreach (var member in sample.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            if (!_members.TryGetValue(member.Name, out var shape)) _members[member.Name] = shape = new SampleShape();
            _seen[member.Name] = _seen.GetValueOrDefault(member.Name) + 1;
            shape.Add(member.Value);
        }
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        _ => "null",
    };
}
