using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>The run was ended at once; nothing was loaded, undone or cleaned up.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">In words; may be empty.</param>
internal sealed record RunTerminated(string By, string Reason) : JournalEvent
{
    public const string Name = "RunTerminated";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("by", By);
        writer.WriteString("reason", Reason);
    }

    public static RunTerminated Read(EventBody body) => new(body.Text("by"), body.Text("reason"));
}
