using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>A secret output of this step expired before it was used; the step runs again, then the one that needs it.</summary>
/// <param name="NeededBy">Key of the step that waits for it.</param>
internal sealed record StepRefreshed(string NeededBy) : JournalEvent
{
    public const string Name = "StepRefreshed";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("neededBy", NeededBy);
    }

    public static StepRefreshed Read(EventBody body) => new(body.Text("neededBy"));
}
