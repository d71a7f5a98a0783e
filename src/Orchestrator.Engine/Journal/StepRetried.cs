using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>An operator had a step run again.</summary>
/// <param name="By">Who.</param>
/// <param name="Input">The input from now on; null = as it was.</param>
internal sealed record StepRetried(string By, Value? Input) : JournalEvent
{
    public const string Name = "StepRetried";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("by", By);
        writer.WriteValue("input", Input);
    }

    public static StepRetried Read(EventBody body) => new(body.Text("by"), body.ValueOrNull("input"));
}
