using System.Text.Json;
using Orchestrator.Engine.Folding;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>Writes the members of event bodies and snapshots. What is absent or false is left out.</summary>
internal static class BodyWriter
{
    public static void WriteText(this Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null) writer.WriteString(name, text);
    }

    public static void WriteFlag(this Utf8JsonWriter writer, string name, bool flag)
    {
        if (flag) writer.WriteBoolean(name, true);
    }

    public static void WriteCount(this Utf8JsonWriter writer, string name, int count)
    {
        if (count != 0) writer.WriteNumber(name, count);
    }

    public static void WriteInstant(this Utf8JsonWriter writer, string name, DateTimeOffset at) => writer.WriteNumber(name, at.ToUnixTimeMilliseconds());

    public static void WriteInstant(this Utf8JsonWriter writer, string name, DateTimeOffset? at)
    {
        if (at is { } known) writer.WriteInstant(name, known);
    }

    public static void WriteValue(this Utf8JsonWriter writer, string name, Value? value)
    {
        if (value is null) return;
        writer.WritePropertyName(name);
        ValueJson.Write(writer, value);
    }

    public static void WriteMap(this Utf8JsonWriter writer, string name, MapValue map)
    {
        if (map.Entries.Count > 0) writer.WriteValue(name, map);
    }

    public static void WriteLabels(this Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string> labels)
    {
        if (labels.Count == 0) return;
        writer.WriteStartObject(name);
        foreach (var (key, value) in labels) writer.WriteString(key, value);
        writer.WriteEndObject();
    }

    public static void WriteFailure(this Utf8JsonWriter writer, string name, Failure? failure)
    {
        if (failure is null) return;
        writer.WriteStartObject(name);
        writer.WriteString("code", failure.Code);
        writer.WriteString("kind", failure.Kind.ToString());
        writer.WriteString("message", failure.Message);
        writer.WriteValue("details", failure.Details);
        if (failure.LogTail is { Count: > 0 } tail)
        {
            writer.WriteStartArray("log");
            foreach (var line in tail) writer.WriteStringValue(line);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    public static void WriteWait(this Utf8JsonWriter writer, string name, WaitState? wait)
    {
        if (wait is null) return;
        writer.WriteStartObject(name);
        writer.WriteString("kind", wait.Kind);
        writer.WriteString("reason", wait.Reason);
        writer.WriteInstant("next", wait.Next);
        writer.WriteInstant("deadline", wait.Deadline);
        writer.WriteInstant("since", wait.Since);
        writer.WriteText("signal", wait.Signal);
        writer.WriteEndObject();
    }
}
