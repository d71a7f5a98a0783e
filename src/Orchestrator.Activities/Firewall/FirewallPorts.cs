using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Firewall;

/// <summary>Which ports, from where.</summary>
public sealed record FirewallPorts
{
    /// <summary>Ports.</summary>
    [Field("Ports with protocol, for example `80/tcp`.", Pattern = "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])/(tcp|udp)", MinLength = 1)]
    public required IReadOnlyList<string> Ports { get; init; }

    /// <summary>Interface.</summary>
    [Field("Only for what comes in by this interface; absent = any.", Pattern = "[a-zA-Z0-9_.:-]{1,15}")]
    public string? Interface { get; init; }

    /// <summary>Source.</summary>
    [Field("Only for what comes from this network, for example `10.0.0.0/8`; absent = any.", Format = "cidr")]
    public string? Source { get; init; }
}
