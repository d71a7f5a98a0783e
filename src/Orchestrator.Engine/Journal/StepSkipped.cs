using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>An operator had a step passed over; later steps see it done.</summary>
/// <param name="By">Who.</param>
/// <param name="Output">What later steps see as its outputs.</param>
internal sealed record StepSkipped(string By, Value Output) : JournalEvent
{
    public const string Name = "StepSkipped";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("by", By);
        writer.WriteValue("output", Output);
    }

    public static StepSkipped Read(EventBody body) => new(body.Text("by"), body.Value("output"));
}
