namespace Orchestrator.Server.Health;

/// <summary>What the health checks found.</summary>
/// <param name="Checks">Each check, in a fixed order.</param>
internal sealed record HealthReport(IReadOnlyList<HealthCheck> Checks)
{
    /// <summary>True when work is accepted and moves.</summary>
    public bool IsReady => Checks.All(check => check.Ok);
}

/// <summary>One check.</summary>
/// <param name="Name">What is looked at.</param>
/// <param name="Ok">Whether it is well.</param>
/// <param name="Detail">A few words, without anything of a run.</param>
internal sealed record HealthCheck(string Name, bool Ok, string Detail);
