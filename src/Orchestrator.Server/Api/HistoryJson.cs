using System.Text;
using System.Text.Json;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Server.Api;

/// <summary>Events and log lines as JSON: the same from the API and from <c>orchestrator --json</c>.</summary>
public static class HistoryJson
{
    /// <summary>An event of a journal.</summary>
    public static void Write(Utf8JsonWriter writer, StoredEvent entry)
    {
        writer.WriteStartObject();
        writer.WriteString("runId", entry.RunId);
        writer.WriteNumber("seq", entry.Seq);
        writer.WriteString("type", entry.Type);
        writer.WriteString("at", entry.At);
        if (entry.Step is { } step) writer.WriteString("step", step);
        if (entry.Attempt > 0) writer.WriteNumber("attempt", entry.Attempt);
        if (entry.Body.Length > 0)
        {
            writer.WritePropertyName("body");
            // The journal's own JSON, and deeper than a writer would look.
            writer.WriteRawValue(entry.Body.Span, skipInputValidation: true);
        }

        writer.WriteEndObject();
    }

    /// <summary>A line of log.</summary>
    public static void Write(Utf8JsonWriter writer, StoredLogLine line)
    {
        writer.WriteStartObject();
        writer.WriteString("runId", line.RunId);
        writer.WriteNumber("number", line.Number);
        writer.WriteString("at", line.At);
        writer.WriteString("step", line.Step);
        writer.WriteNumber("attempt", line.Attempt);
        writer.WriteString("line", line.Line);
        writer.WriteEndObject();
    }

    /// <summary>Reads an event back.</summary>
    public static StoredEvent ReadEvent(JsonElement json) => new(
        json.GetProperty("runId").GetString()!, json.GetProperty("seq").GetInt64(), json.GetProperty("type").GetString()!, json.GetProperty("at").GetDateTimeOffset(),
        json.TryGetProperty("step", out var step) ? step.GetString() : null, json.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : 0,
        json.TryGetProperty("body", out var body) ? Encoding.UTF8.GetBytes(body.GetRawText()) : ReadOnlyMemory<byte>.Empty);

    /// <summary>Reads a line back.</summary>
    public static StoredLogLine ReadLine(JsonElement json) => new(
        json.GetProperty("runId").GetString()!, json.GetProperty("number").GetInt64(), json.GetProperty("at").GetDateTimeOffset(),
        json.GetProperty("step").GetString()!, json.GetProperty("attempt").GetInt32(), json.GetProperty("line").GetString()!);
}
