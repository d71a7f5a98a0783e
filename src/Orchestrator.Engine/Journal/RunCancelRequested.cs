using System.Text.Json;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Journal;

/// <summary>The run is to end: what waits is cancelled, what runs is asked to stop.</summary>
/// <param name="By">Who asked; <c>engine</c> for the deadline of the run, <c>parent</c> for a parent that was cancelled.</param>
/// <param name="Reason">In words; may be empty.</param>
/// <param name="Deadline">When activities that have not stopped by then are left to themselves.</param>
/// <param name="Failure">Set when the run shall end failed instead of cancelled.</param>
internal sealed record RunCancelRequested(string By, string Reason, DateTimeOffset Deadline, Failure? Failure) : JournalEvent
{
    public const string Name = "RunCancelRequested";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("by", By);
        writer.WriteString("reason", Reason);
        writer.WriteInstant("deadline", Deadline);
        writer.WriteFailure("failure", Failure);
    }

    public static RunCancelRequested Read(EventBody body) => new(body.Text("by"), body.Text("reason"), body.Instant("deadline"), body.FailureOrNull("failure"));
}
