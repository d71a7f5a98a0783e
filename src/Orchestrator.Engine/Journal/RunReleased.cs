namespace Orchestrator.Engine.Journal;

/// <summary>The engine stopped in good order; attempts under way were cut off without an outcome. The next <see cref="RunRecovered"/> is no crash.</summary>
internal sealed record RunReleased() : JournalEvent
{
    public const string Name = "RunReleased";

    public override string Type => Name;

    public static RunReleased Read(EventBody body) => new();
}
