using Orchestrator.Engine.Deciding;

namespace Orchestrator.Engine.Running;

/// <summary>The run shall commit what rides.</summary>
internal sealed record FlushFact : Fact
{
    public static FlushFact Instance { get; } = new();
}

/// <summary>The run shall look at what is ready.</summary>
internal sealed record NudgeFact : Fact
{
    public static NudgeFact Instance { get; } = new();
}

/// <summary>A timer row came due whose key has been dealt with by another fact, and goes with the next commit.</summary>
internal sealed record TimerFact(string Key) : Fact;
