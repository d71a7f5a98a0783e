using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>An attempt that was asked to stop did so, or was left to itself.</summary>
/// <param name="Reason">In words.</param>
/// <param name="StartedAt">When this attempt began, when that was not journaled before; null otherwise.</param>
internal sealed record StepCancelled(string Reason, DateTimeOffset? StartedAt) : JournalEvent
{
    public const string Name = "StepCancelled";

    public override string Type => Name;

    public override DateTimeOffset? AbsorbedStart => StartedAt;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("reason", Reason);
        writer.WriteInstant("started", StartedAt);
    }

    public static StepCancelled Read(EventBody body) => new(body.Text("reason"), body.InstantOrNull("started"));
}
