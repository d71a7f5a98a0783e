using System.Text.Json;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Api;

/// <summary>Runs and steps as JSON: the same from the API and from <c>orchestrator --json</c>. Secrets are references, as in the journal.</summary>
public static class RunJson
{
    /// <summary>A run with its steps.</summary>
    public static void Write(Utf8JsonWriter writer, RunView run)
    {
        writer.WriteStartObject();
        WriteFields(writer, run);
        writer.WriteNumber("lastSeq", run.LastSeq);
        writer.WriteStartArray("steps");
        foreach (var step in run.Steps) Write(writer, step);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>A row of a list.</summary>
    public static void Write(Utf8JsonWriter writer, RunSummary run, bool? existing = null)
    {
        writer.WriteStartObject();
        writer.WriteString("runId", run.RunId);
        writer.WriteString("blueprint", run.Blueprint);
        writer.WriteNumber("version", run.Version);
        writer.WriteString("definition", run.Definition);
        writer.WriteString("status", Name(run.Status));
        if (run.Attention is { } attention) writer.WriteString("attention", attention);
        writer.WriteString("createdAt", run.CreatedAt);
        writer.WriteString("updatedAt", run.UpdatedAt);
        if (run.CompletedAt is { } completed) writer.WriteString("completedAt", completed);
        if (run.ParentRunId is { } parent) writer.WriteString("parent", parent);
        if (run.StartKey is { } key) writer.WriteString("startKey", key);
        if (existing is { } isOld) writer.WriteBoolean("existing", isOld);
        WriteLabels(writer, run.Labels);
        writer.WriteEndObject();
    }

    /// <summary>The fields of a run without its steps, inside an object that the caller has begun.</summary>
    public static void WriteFields(Utf8JsonWriter writer, RunView run)
    {
        writer.WriteString("runId", run.RunId);
        writer.WriteString("blueprint", run.Blueprint);
        writer.WriteNumber("version", run.Version);
        writer.WriteString("definition", run.Definition);
        writer.WriteString("status", Name(run.Status));
        writer.WriteString("createdAt", run.CreatedAt);
        if (run.CompletedAt is { } completed) writer.WriteString("completedAt", completed);
        writer.WriteString("deadline", run.Deadline);
        if (run.ParentRunId is { } parent) writer.WriteString("parent", parent);
        if (run.Wait is { } wait) Write(writer, wait);
        Write(writer, "inputs", run.Inputs);
        if (run.Outputs is { } outputs) Write(writer, "outputs", outputs);
        if (run.Failure is { } failure) Write(writer, failure);
        WriteLabels(writer, run.Labels);
    }

    private static void WriteLabels(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? labels)
    {
        writer.WriteStartObject("labels");
        foreach (var (key, value) in labels ?? new Dictionary<string, string>()) writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StepView step)
    {
        writer.WriteStartObject();
        writer.WriteString("key", step.Key);
        writer.WriteString("id", step.Id);
        writer.WriteString("name", step.Name);
        writer.WriteString("type", step.Type);
        writer.WriteString("status", Name(step.Status));
        writer.WriteNumber("line", step.Span.Line);
        writer.WriteNumber("column", step.Span.Column);
        writer.WriteNumber("offset", step.Span.Offset);
        writer.WriteNumber("length", step.Span.Length);
        writer.WriteNumber("attempt", step.Attempt);
        writer.WriteNumber("maxAttempts", step.MaxAttempts);
        if (step.StartedAt is { } started) writer.WriteString("startedAt", started);
        if (step.CompletedAt is { } completed) writer.WriteString("completedAt", completed);
        if (step.Changed is { } changed) writer.WriteBoolean("changed", changed);
        if (step.Wait is { } wait) Write(writer, wait);
        if (step.Output is { } output) Write(writer, "output", output);
        if (step.Failure is { } failure) Write(writer, failure);
        if (step.ChildRunId is { } child) writer.WriteString("childRun", child);
        if (step.Children.Count > 0)
        {
            writer.WriteStartArray("steps");
            foreach (var inner in step.Children) Write(writer, inner);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, WaitView wait)
    {
        writer.WriteStartObject("wait");
        writer.WriteString("kind", wait.Kind);
        writer.WriteString("reason", wait.Reason);
        writer.WriteString("since", wait.Since);
        if (wait.Next is { } next) writer.WriteString("next", next);
        if (wait.Deadline is { } deadline) writer.WriteString("deadline", deadline);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, Failure failure)
    {
        writer.WriteStartObject("failure");
        writer.WriteString("code", failure.Code);
        writer.WriteString("kind", Name(failure.Kind));
        writer.WriteString("message", failure.Message);
        if (failure.Details is { } details) Write(writer, "details", details);
        if (failure.LogTail is { Count: > 0 } tail)
        {
            writer.WriteStartArray("logTail");
            foreach (var line in tail) writer.WriteStringValue(line);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, Value value)
    {
        writer.WritePropertyName(name);
        ValueJson.Write(writer, value);
    }

    /// <summary>A name of an enum as JSON writes it: <c>unknownOutcome</c>.</summary>
    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
