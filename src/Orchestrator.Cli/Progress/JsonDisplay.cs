using System.Text.Json;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Progress;

/// <summary>Prints each journal event as one JSON object a line, and a summary object last. The shapes are documented in <c>docs/cli.md</c>.</summary>
internal sealed class JsonDisplay(Terminal terminal) : RunDisplay
{
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

    private RunSnapshot? _last;

    /// <inheritdoc/>
    public override void End(RunSnapshot snapshot, DateTimeOffset now)
    {
        Show(snapshot, now);
        Json.WriteLine(terminal.Output, writer => RunJson.WriteSummary(writer, snapshot, _shown));
    }

    private static void Write(Utf8JsonWriter writer, StoredEvent stored)
    {
        writer.WriteStartObject();
        writer.WriteString("event", stored.Type);
        writer.WriteString("run", stored.RunId);
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
