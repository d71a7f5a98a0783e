using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>The engine died with this run in its hands; these steps run again.</summary>
/// <param name="Steps">What happens to each step that was ready or under way, in order.</param>
internal sealed record RunRecovered(IReadOnlyList<RecoveredStep> Steps) : JournalEvent
{
    public const string Name = "RunRecovered";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        RecoveredStep.Write(writer, "steps", Steps);
    }

    public static RunRecovered Read(EventBody body) => new(RecoveredStep.Read(body, "steps"));
}
