using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>A step is done.</summary>
/// <param name="Output">Its outputs.</param>
/// <param name="Changed">True when it changed the world.</param>
/// <param name="StartedAt">When this attempt began, when that was not journaled before; null otherwise.</param>
internal sealed record StepCompleted(Value Output, bool Changed, DateTimeOffset? StartedAt) : JournalEvent
{
    public const string Name = "StepCompleted";

    public override string Type => Name;

    public override DateTimeOffset? AbsorbedStart => StartedAt;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteValue("output", Output);
        writer.WriteFlag("changed", Changed);
        writer.WriteInstant("started", StartedAt);
    }

    public static StepCompleted Read(EventBody body) => new(body.Value("output"), body.Flag("changed"), body.InstantOrNull("started"));
}
