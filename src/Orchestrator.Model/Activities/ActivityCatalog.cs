using Orchestrator.Model.Schemas;

namespace Orchestrator.Model.Activities;

/// <summary>Everything there is to know about an activity without running it.</summary>
/// <param name="Name"><c>noun.verb</c>.</param>
/// <param name="Version">Major version.</param>
/// <param name="Effect">What it may do to the world.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Remarks">Markdown for the reference page; may be empty.</param>
/// <param name="Example">One step in YAML that compiles.</param>
/// <param name="Input">An object schema.</param>
/// <param name="Output">An object schema; outputs that are secret say so.</param>
/// <param name="Polls">True when it waits for the world.</param>
/// <param name="HasUndo">True when it can take itself back.</param>
/// <param name="Activity">The object that does it.</param>
public sealed record ActivityDescriptor(
    string Name, int Version, Effect Effect, string Summary, string Remarks, string Example,
    Schema Input, Schema Output, bool Polls, bool HasUndo, Activity Activity);

/// <summary>The activities this program knows, by name and major version. Immutable.</summary>
public sealed class ActivityCatalog
{
    private readonly SortedDictionary<(string Name, int Version), ActivityDescriptor> _byName = [];

    /// <summary>Describes each activity by reflection over its attribute and records; throws on a duplicate or an undescribed one: both are bugs.</summary>
    public ActivityCatalog(IEnumerable<Activity> activities)
    {
        foreach (var activity in activities)
        {
            var descriptor = RecordSchema.Describe(activity);
            if (!_byName.TryAdd((descriptor.Name, descriptor.Version), descriptor))
                throw new InvalidOperationException($"two activities are called {descriptor.Name}@{descriptor.Version}");
        }
    }

    /// <summary>All of them, by name then version.</summary>
    public IReadOnlyCollection<ActivityDescriptor> All => _byName.Values;

    /// <summary>Finds one; without a version the latest. Null when there is none.</summary>
    public ActivityDescriptor? Find(string name, int? version = null) =>
        version is { } exact
            ? _byName.GetValueOrDefault((name, exact))
            : _byName.Values.LastOrDefault(descriptor => descriptor.Name == name);
}
