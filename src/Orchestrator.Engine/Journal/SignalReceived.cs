using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>A signal came. Steps that wait for it go on; else it is kept for the first that will.</summary>
/// <param name="Signal">Its name.</param>
/// <param name="Payload">What it carries; may be null.</param>
/// <param name="By">Who sent it.</param>
internal sealed record SignalReceived(string Signal, Value Payload, string By) : JournalEvent
{
    public const string Name = "SignalReceived";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("name", Signal);
        writer.WriteValue("payload", Payload);
        writer.WriteString("by", By);
    }

    public static SignalReceived Read(EventBody body) => new(body.Text("name"), body.Value("payload"), body.Text("by"));
}
