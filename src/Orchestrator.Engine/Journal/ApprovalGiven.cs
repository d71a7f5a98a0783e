using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>A person answered.</summary>
/// <param name="Approved">The answer.</param>
/// <param name="By">Who.</param>
/// <param name="Comment">In words; may be empty.</param>
internal sealed record ApprovalGiven(bool Approved, string By, string Comment) : JournalEvent
{
    public const string Name = "ApprovalGiven";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteFlag("approved", Approved);
        writer.WriteString("by", By);
        writer.WriteString("comment", Comment);
    }

    public static ApprovalGiven Read(EventBody body) => new(body.Flag("approved"), body.Text("by"), body.Text("comment"));
}
