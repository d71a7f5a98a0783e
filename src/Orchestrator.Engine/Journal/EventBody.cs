using System.Text.Json;
using Orchestrator.Engine.Folding;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>Reads the members of an event body or a snapshot; what is absent has the meaning <see cref="BodyWriter"/> gave it.</summary>
internal readonly struct EventBody(JsonElement json, ValueJson.ResolveSecret? resolve)
{
    public string Text(string name) =>
        TextOrNull(name) ?? throw new FormatException($"a journal body lacks `{name}`");

    public string? TextOrNull(string name) => Find(name) is { ValueKind: JsonValueKind.String } found ? found.GetString() : null;

    public int Int(string name) => Find(name) is { ValueKind: JsonValueKind.Number } found ? found.GetInt32() : 0;

    public long Long(string name) => Find(name) is { ValueKind: JsonValueKind.Number } found ? found.GetInt64() : 0;

    public bool Flag(string name) => Find(name) is { ValueKind: JsonValueKind.True };

    public bool? FlagOrNull(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => null,
    };

    public DateTimeOffset Instant(string name) => DateTimeOffset.FromUnixTimeMilliseconds(Long(name));

    public DateTimeOffset? InstantOrNull(string name) => Find(name) is null ? null : Instant(name);

    public Value? ValueOrNull(string name) => Find(name) is { } found ? ValueJson.Read(found, resolve) : null;

    public Value Value(string name) => ValueOrNull(name) ?? Model.Values.Value.Null;

    public MapValue Map(string name) => ValueOrNull(name) as MapValue ?? Model.Values.Value.EmptyMap;

    public MapValue? MapOrNull(string name) => ValueOrNull(name) as MapValue;

    public IReadOnlyDictionary<string, string> Labels(string name)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Find(name) is { } found)
            foreach (var entry in found.EnumerateObject()) labels[entry.Name] = entry.Value.GetString() ?? "";
        return labels;
    }

    public Failure Failure(string name) => FailureOrNull(name) ?? throw new FormatException($"a journal body lacks `{name}`");

    public Failure? FailureOrNull(string name)
    {
        if (Find(name) is not { } found) return null;
        var body = new EventBody(found, resolve);
        return new Failure(
            body.Text("code"), Enum.Parse<FailureKind>(body.Text("kind")), body.Text("message"), body.ValueOrNull("details"),
            body.Find("log") is { } log ? [.. log.EnumerateArray().Select(line => line.GetString()!)] : null);
    }

    public WaitState? WaitOrNull(string name)
    {
        if (Find(name) is not { } found) return null;
        var body = new EventBody(found, resolve);
        return new WaitState(
            body.Text("kind"), body.Text("reason"), body.InstantOrNull("next"), body.InstantOrNull("deadline"), body.Instant("since"), body.TextOrNull("signal"));
    }

    public List<T> Items<T>(string name, Func<EventBody, T> read)
    {
        var items = new List<T>();
        if (Find(name) is { } found)
            foreach (var item in found.EnumerateArray()) items.Add(read(new EventBody(item, resolve)));
        return items;
    }

    public EventBody? Inner(string name) => Find(name) is { } found ? new EventBody(found, resolve) : null;

    public int Number() => json.GetInt32();

    public (string Name, string Text) FirstMember()
    {
        foreach (var member in json.EnumerateObject()) return (member.Name, member.Value.GetString()!);
        throw new FormatException("a move in the journal is empty");
    }

    private JsonElement? Find(string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var found) ? found : null;
}
