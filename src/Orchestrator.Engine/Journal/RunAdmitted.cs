namespace Orchestrator.Engine.Journal;

/// <summary>A place in the concurrency group became free; the run begins.</summary>
internal sealed record RunAdmitted() : JournalEvent
{
    public const string Name = "RunAdmitted";

    public override string Type => Name;

    public static RunAdmitted Read(EventBody body) => new();
}
