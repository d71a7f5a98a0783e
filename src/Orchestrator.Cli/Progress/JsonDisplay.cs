using System.Text.Json;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Api;

namespace Orchestrator.Cli.Progress;

/// <summary>Prints each journal event as one JSON object a line, and a summary object last. The shapes are documented in <c>docs/cli.md</c>.</summary>
internal sealed class JsonDisplay(Terminal terminal) : RunDisplay
{
    private RunSnapshot? _last;
    private long _shown;

    /// <inheritdoc/>
    public override void Show(RunSnapshot snapshot, DateTimeOffset now)
    {
        // The same snapshot is shown again and again while nothing happens.
        if (ReferenceEquals(_last, snapshot)) return;
        _last = snapshot;
        foreach (var stored in snapshot.NewEvents)
        {
            Json.WriteLine(terminal.Output, writer => Write(writer, stored));
            _shown++;
        }
    }

    /// <inheritdoc/>
    public override void End(RunSnapshot snapshot, DateTimeOffset now)
    {
        Show(snapshot, now);
        Json.WriteLine(terminal.Output, writer => WriteSummary(writer, snapshot));
    }

    private void WriteSummary(Utf8JsonWriter writer, RunSnapshot snapshot)
    {
        var counts = StepCounts.Of(snapshot);
        writer.WriteStartObject();
        writer.WriteStartObject("summary");
        RunJson.WriteFields(writer, snapshot.Root);
        writer.WriteNumber("steps", counts.Done);
        writer.WriteNumber("changed", counts.Changed);
        writer.WriteNumber("alreadySo", counts.AlreadySo);
        writer.WriteNumber("events", _shown);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StoredEvent stored)
    {
        writer.WriteStartObject();
        writer.WriteString("event", stored.Type);
        writer.WriteString("runId", stored.RunId);
        writer.WriteNumber("seq", stored.Seq);
        writer.WriteString("at", stored.At);
        if (stored.Step is { } step) writer.WriteString("step", step);
        if (stored.Attempt > 0) writer.WriteNumber("attempt", stored.Attempt);
        if (stored.Body.Length > 0)
        {
            writer.WritePropertyName("body");
            writer.WriteRawValue(stored.Body.Span);
        }

        writer.WriteEndObject();
    }
}
