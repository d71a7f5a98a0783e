using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>A failed run moves again, from the steps that failed.</summary>
/// <param name="By">Who asked.</param>
internal sealed record RunReopened(string By) : JournalEvent
{
    public const string Name = "RunReopened";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("by", By);
    }

    public static RunReopened Read(EventBody body) => new(body.Text("by"));
}
