using Orchestrator.Model.Schemas;

namespace Orchestrator.Model.Activities;

/// <summary>Everything there is to know about an activity without running it.</summary>
/// <param name="Name"><c>noun.verb</c>.</param>
/// <param name="Version">Major version.</param>
/// <param name="Effect">What it may do to the world.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Remarks">Markdown for the reference page; may be empty.</param>
/// <param name="Example">One step in YAML that compiles.</param>
/// <param name="Polls">True when it waits for the world.</param>
/// <param name="HasUndo">True when it can take itself back.</param>
/// <param name="Activity">The object that does it.</param>
public sealed record ActivityDescriptor(
    string Name, int Version, Effect Effect, string Summary, string Remarks, string Example,
    bool Polls, bool HasUndo, Activity Activity)
{
    /// <summary>An object schema.</summary>
    public Schema Input => Inputs.Value;

    /// <summary>An object schema; outputs that are secret say so.</summary>
    public Schema Output => Outputs.Value;

    // Read from the records when somebody asks: a blueprint uses a few of the activities, and to start must not cost all of them.
    internal Lazy<Schema> Inputs { get; init; } = new(() => Schema.Object());

    internal Lazy<Schema> Outputs { get; init; } = new(() => Schema.Object());
}

/// <summary>The activities this program knows, by name and major version. Immutable.</summary>
public sealed class ActivityCatalog
{
    private readonly ActivityDescriptor[] _all;
    private readonly Dictionary<string, ActivityDescriptor[]> _byName = new(StringComparer.Ordinal);

    /// <summary>Describes each activity by reflection over its attribute; throws on a duplicate or one without: both are bugs.</summary>
    public ActivityCatalog(IEnumerable<Activity> activities)
    {
        _all = [.. activities.Select(RecordSchema.Describe)];
        Array.Sort(_all, static (one, other) => string.CompareOrdinal(one.Name, other.Name) is var order and not 0 ? order : one.Version.CompareTo(other.Version));
        for (var i = 0; i < _all.Length; i++)
        {
            var (name, version) = (_all[i].Name, _all[i].Version);
            if (i > 0 && _all[i - 1].Name == name && _all[i - 1].Version == version) throw new InvalidOperationException($"two activities are called {name}@{version}");
            _byName[name] = _byName.TryGetValue(name, out var older) ? [.. older, _all[i]] : [_all[i]];
        }
    }

    /// <summary>All of them, by name then version.</summary>
    public IReadOnlyCollection<ActivityDescriptor> All => _all;

    /// <summary>Finds one; without a version the latest. Null when there is none.</summary>
    public ActivityDescriptor? Find(string name, int? version = null)
    {
        if (!_byName.TryGetValue(name, out var versions)) return null;
        return version is { } exact ? Array.Find(versions, candidate => candidate.Version == exact) : versions[^1];
    }
}
