using System.Reflection;
using Orchestrator.Model.Activities;

namespace Orchestrator.Activities;

/// <summary>The activities that come with Orchestrator.</summary>
public static class BuiltinActivities
{
    /// <summary>One object of every class in this assembly that carries <see cref="ActivityAttribute"/>, so a new activity is a new file and nothing else.</summary>
    public static IReadOnlyList<Activity> All() =>
    [
        .. typeof(BuiltinActivities).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.GetCustomAttribute<ActivityAttribute>() is not null)
            .OrderBy(type => type.FullName, StringComparer.Ordinal)
            .Select(type => (Activity)Activator.CreateInstance(type)!),
    ];
}
