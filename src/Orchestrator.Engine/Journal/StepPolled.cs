using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>A step looked and the world is not there yet; it looks again.</summary>
/// <param name="Reason">What is missing; completes "waiting: …". Null = as at the poll before, and so the deadline: most polls say nothing new.</param>
/// <param name="Next">When it looks again.</param>
/// <param name="Deadline">When it gives up.</param>
/// <param name="StartedAt">When this attempt began, when that was not journaled before; null otherwise.</param>
internal sealed record StepPolled(string? Reason, DateTimeOffset Next, DateTimeOffset? Deadline, DateTimeOffset? StartedAt) : JournalEvent
{
    public const string Name = "StepPolled";

    public override string Type => Name;

    public override DateTimeOffset? AbsorbedStart => StartedAt;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteText("reason", Reason);
        writer.WriteInstant("next", Next);
        writer.WriteInstant("deadline", Deadline);
        writer.WriteInstant("started", StartedAt);
    }

    public static StepPolled Read(EventBody body) => new(body.TextOrNull("reason"), body.Instant("next"), body.InstantOrNull("deadline"), body.InstantOrNull("started"));
}
