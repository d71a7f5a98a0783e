using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>An operator changed a workflow made in Studio while it was open. The moves say what came of it.</summary>
/// <param name="What"><c>variable</c>, <c>cancel</c>, <c>schedule</c>, or <c>migrate</c>: what a <see cref="RunMigrated"/> before it changed beside the definition.</param>
/// <param name="Subject">The variable's id, executions or a node id; empty for <c>migrate</c>.</param>
/// <param name="By">Who.</param>
internal sealed record RunAltered(string What, string Subject, string By) : JournalEvent
{
    public const string Name = "RunAltered";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("what", What);
        if (Subject.Length > 0) writer.WriteString("subject", Subject);
        writer.WriteString("by", By);
    }

    public static RunAltered Read(EventBody body) => new(body.Text("what"), body.TextOrNull("subject") ?? "", body.Text("by"));
}
