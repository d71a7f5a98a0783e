using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>The run ended because someone asked.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">In words; may be empty.</param>
internal sealed record RunCancelled(string By, string Reason) : JournalEvent
{
    public const string Name = "RunCancelled";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("by", By);
        writer.WriteString("reason", Reason);
    }

    public static RunCancelled Read(EventBody body) => new(body.Text("by"), body.Text("reason"));
}
