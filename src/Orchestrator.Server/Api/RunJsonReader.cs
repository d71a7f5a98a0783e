using System.Text.Json;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Api;

/// <summary>Reads back what <see cref="RunJson"/> wrote, for clients. Secrets stay references that nothing here can open.</summary>
public static class RunJsonReader
{
    /// <summary>A row of a list.</summary>
    public static RunSummary Summary(JsonElement json) => new(
        Text(json, "runId")!, Text(json, "definition")!, Text(json, "blueprint")!, json.GetProperty("version").GetInt32(), Name<RunStatus>(json, "status"), Text(json, "attention"),
        json.GetProperty("createdAt").GetDateTimeOffset(), json.GetProperty("updatedAt").GetDateTimeOffset(), Instant(json, "completedAt"), Text(json, "parent"), Text(json, "startKey"), Labels(json));

    /// <summary>A run with its steps.</summary>
    public static RunView View(JsonElement json) => new(
        Text(json, "runId")!, Text(json, "blueprint")!, json.GetProperty("version").GetInt32(), Text(json, "definition")!, Name<RunStatus>(json, "status"), Wait(json),
        json.GetProperty("createdAt").GetDateTimeOffset(), Instant(json, "completedAt"), json.GetProperty("deadline").GetDateTimeOffset(),
        (MapValue)ValueJson.Read(json.GetProperty("inputs")), json.TryGetProperty("outputs", out var outputs) ? (MapValue)ValueJson.Read(outputs) : null, Failure(json), Text(json, "parent"),
        Labels(json), Steps(json), json.GetProperty("lastSeq").GetInt64());

    private static IReadOnlyList<StepView> Steps(JsonElement json) => json.TryGetProperty("steps", out var steps) ? [.. steps.EnumerateArray().Select(Step)] : [];

    private static StepView Step(JsonElement json) => new(
        Text(json, "key")!, Text(json, "id")!, Text(json, "name")!, Text(json, "type")!,
        new SourceSpan(json.GetProperty("line").GetInt32(), json.GetProperty("column").GetInt32(), json.GetProperty("offset").GetInt32(), json.GetProperty("length").GetInt32()),
        Name<StepStatus>(json, "status"), json.GetProperty("attempt").GetInt32(), json.GetProperty("maxAttempts").GetInt32(), Instant(json, "startedAt"), Instant(json, "completedAt"),
        json.TryGetProperty("changed", out var changed) ? changed.GetBoolean() : null, Wait(json), json.TryGetProperty("output", out var output) ? ValueJson.Read(output) : null,
        Failure(json), Text(json, "childRun"), Steps(json));

    private static WaitView? Wait(JsonElement json) => json.TryGetProperty("wait", out var wait)
        ? new WaitView(Text(wait, "kind")!, Text(wait, "reason")!, Instant(wait, "next"), Instant(wait, "deadline"), wait.GetProperty("since").GetDateTimeOffset())
        : null;

    private static Failure? Failure(JsonElement json) => json.TryGetProperty("failure", out var failure)
        ? new Failure(
            Text(failure, "code")!, Name<FailureKind>(failure, "kind"), Text(failure, "message")!, failure.TryGetProperty("details", out var details) ? ValueJson.Read(details) : null,
            failure.TryGetProperty("logTail", out var tail) ? [.. tail.EnumerateArray().Select(line => line.GetString()!)] : null)
        : null;

    private static Dictionary<string, string> Labels(JsonElement json) => json.GetProperty("labels").EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!);

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static DateTimeOffset? Instant(JsonElement json, string name) => json.TryGetProperty(name, out var instant) ? instant.GetDateTimeOffset() : null;

    private static T Name<T>(JsonElement json, string name)
        where T : struct, Enum => Enum.Parse<T>(json.GetProperty(name).GetString()!, ignoreCase: true);
}
