using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Targets;

/// <summary>Reads the settings of one target and says which one is wrong.</summary>
internal sealed class TargetSettings(string name, string kind, MapValue map)
{
    private readonly HashSet<string> _known = [];

    public string? Text(string key)
    {
        switch (Find(key))
        {
            case null: return null;
            case StringValue text: return text.Text;
            case NumberValue number: return number.ToText();
            case SecretValue secret: return secret.Secret.Reveal();
            default: throw Wrong($"`{key}` must be text");
        }
    }

    public string Required(string key) => Text(key) ?? throw Wrong($"`{key}` is missing");

    public int Number(string key, int absent, int least, int greatest) => Find(key) switch
    {
        null => absent,
        NumberValue { IsInteger: true } number when number.Number >= least && number.Number <= greatest => (int)number.Number,
        _ => throw Wrong($"`{key}` must be a whole number from {least} to {greatest}"),
    };

    /// <summary>A duration such as <c>10s</c>, in whole seconds, at least one.</summary>
    public int Seconds(string key, int absent) =>
        Text(key) is not { } text ? absent
        : Durations.TryParse(text, out var duration) && duration >= TimeSpan.FromSeconds(1) ? (int)duration.TotalSeconds
        : throw Wrong($"`{key}` must be a duration of at least 1s, not `{text}`");

    /// <summary>The value as it stands, or null.</summary>
    public Value? Find(string key)
    {
        _known.Add(key);
        return map.Get(key) is { IsNull: false } value ? value : null;
    }

    /// <summary>Call it when everything was read: whatever was not asked for is a mistake.</summary>
    public void NoOthers()
    {
        if (map.Entries.Keys.FirstOrDefault(key => !_known.Contains(key)) is { } stray)
            throw Wrong($"`{stray}` is not one of its settings ({string.Join(", ", _known)})");
    }

    public FailureException Wrong(string problem) => new("target.invalid", FailureKind.Permanent, $"target `{name}` ({kind}): {problem}");
}
