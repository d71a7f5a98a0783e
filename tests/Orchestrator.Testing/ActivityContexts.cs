using System.Collections.Concurrent;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Testing;

/// <summary>Contexts for running an activity in a test as the engine would.</summary>
public static class ActivityContexts
{
    /// <summary>A context on <paramref name="target"/> whose log lines land in <paramref name="log"/>.</summary>
    public static ActivityContext For(Target target, ConcurrentQueue<string>? log = null, TimeProvider? time = null, string step = "step", int attempt = 1) =>
        new()
        {
            Target = target,
            Log = line => log?.Enqueue(line),
            Time = time ?? TimeProvider.System,
            RunId = "run-1",
            StepKey = step,
            Attempt = attempt,
            IdempotencyKey = $"run-1/{step}",
        };

    /// <summary>An input map from JSON with single quotes for double ones: <c>{'port': 80}</c>.</summary>
    public static MapValue Input(string json) => (MapValue)ValueJson.Parse(json.Replace('\'', '"'));
}
