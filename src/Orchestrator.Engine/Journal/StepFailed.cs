using System.Text.Json;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Journal;

/// <summary>A step failed for good.</summary>
/// <param name="Failure">Why.</param>
/// <param name="StartedAt">When this attempt began, when that was not journaled before; null otherwise.</param>
internal sealed record StepFailed(Failure Failure, DateTimeOffset? StartedAt) : JournalEvent
{
    public const string Name = "StepFailed";

    public override string Type => Name;

    public override DateTimeOffset? AbsorbedStart => StartedAt;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteFailure("failure", Failure);
        writer.WriteInstant("started", StartedAt);
    }

    public static StepFailed Read(EventBody body) => new(body.Failure("failure"), body.InstantOrNull("started"));
}
