using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>A workflow made in Studio goes on: a stimulus came, a wake-up was due, or its queue was too long for one decision. The moves say with what.</summary>
/// <param name="Cause"><c>queue</c>, <c>due</c>, <c>stimulus</c> or <c>retry</c>.</param>
/// <param name="By">Who sent the stimulus; empty for other causes.</param>
internal sealed record RunContinued(string Cause, string By) : JournalEvent
{
    public const string Name = "RunContinued";

    public override string Type => Name;

    /// <summary>What the stimulus carried; null for nothing.</summary>
    public Value? Payload { get; init; }

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("cause", Cause);
        if (By.Length > 0) writer.WriteString("by", By);
        writer.WriteValue("payload", Payload);
    }

    public static RunContinued Read(EventBody body) => new(body.Text("cause"), body.TextOrNull("by") ?? "") { Payload = body.ValueOrNull("payload") };
}
