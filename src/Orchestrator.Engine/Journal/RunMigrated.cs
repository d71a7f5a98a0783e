using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>
/// A workflow made in Studio goes on with another version of its definition. It carries no moves, so that its body always stands in the row itself: stores keep the definitions that it names.
/// </summary>
/// <param name="Definition">Content hash of the definition from here on.</param>
/// <param name="From">Content hash of the definition until here.</param>
/// <param name="Version">Number of the version, for people.</param>
/// <param name="By">Who asked.</param>
internal sealed record RunMigrated(string Definition, string From, int Version, string By) : JournalEvent
{
    public const string Name = "RunMigrated";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("definition", Definition);
        writer.WriteString("from", From);
        writer.WriteNumber("version", Version);
        writer.WriteString("by", By);
    }

    public static RunMigrated Read(EventBody body) => new(body.Text("definition"), body.Text("from"), body.Int("version"), body.Text("by"));
}
