using System.Text.Json;
using Orchestrator.Engine.Folding;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Journal;

/// <summary>The run left its steps on the way to its end.</summary>
/// <param name="Phase">What it does now.</param>
/// <param name="Failure">Why; null when it does not fail.</param>
/// <param name="FailedStep">Key of the step that failed; null when none did.</param>
internal sealed record RunPhaseEntered(RunPhase Phase, Failure? Failure, string? FailedStep) : JournalEvent
{
    public const string Name = "RunPhaseEntered";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("phase", Phase.ToString());
        writer.WriteFailure("failure", Failure);
        writer.WriteText("step", FailedStep);
    }

    public static RunPhaseEntered Read(EventBody body) => new(Enum.Parse<RunPhase>(body.Text("phase")), body.FailureOrNull("failure"), body.TextOrNull("step"));
}
