using System.Text.Json;
using Orchestrator.Engine.Planning;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Api;

/// <summary>Reads back what <see cref="PlanJson"/> wrote, for clients.</summary>
public static class PlanJsonReader
{
    /// <summary>A plan.</summary>
    public static PlanReport Report(JsonElement json) => new(
        json.GetProperty("blueprint").GetString()!, json.GetProperty("version").GetInt32(), "", Steps(json), (MapValue)ValueJson.Read(json.GetProperty("outputs")));

    private static IReadOnlyList<StepPlan> Steps(JsonElement json) => json.TryGetProperty("steps", out var steps) ? [.. steps.EnumerateArray().Select(Step)] : [];

    private static StepPlan Step(JsonElement json)
    {
        var key = json.GetProperty("key").GetString()!;
        var changes = json.TryGetProperty("changes", out var listed) ? listed.EnumerateArray().Select(Change) : [];
        return new StepPlan(
            key, key, key, json.GetProperty("type").GetString()!, new SourceSpan(json.GetProperty("line").GetInt32(), 1, 0, 0),
            Enum.Parse<PlanState>(json.GetProperty("state").GetString()!, ignoreCase: true), [.. changes], Text(json, "reason"), Steps(json));
    }

    private static Change Change(JsonElement json) => new(json.GetProperty("what").GetString()!, Text(json, "from"), Text(json, "to"));

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;
}
