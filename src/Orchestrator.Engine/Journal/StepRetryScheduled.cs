using System.Text.Json;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Journal;

/// <summary>An attempt failed; another follows.</summary>
/// <param name="Failure">Why.</param>
/// <param name="Due">When.</param>
/// <param name="StartedAt">When this attempt began, when that was not journaled before; null otherwise.</param>
internal sealed record StepRetryScheduled(Failure Failure, DateTimeOffset Due, DateTimeOffset? StartedAt) : JournalEvent
{
    public const string Name = "StepRetryScheduled";

    public override string Type => Name;

    public override DateTimeOffset? AbsorbedStart => StartedAt;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteFailure("failure", Failure);
        writer.WriteInstant("due", Due);
        writer.WriteInstant("started", StartedAt);
    }

    public static StepRetryScheduled Read(EventBody body) => new(body.Failure("failure"), body.Instant("due"), body.InstantOrNull("started"));
}
