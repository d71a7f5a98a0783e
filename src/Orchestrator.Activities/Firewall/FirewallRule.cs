using System.Globalization;
using System.Net;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Firewall;

/// <summary>One port that is let in.</summary>
/// <param name="Port">1-65535.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="Interface">Only from this one; null = any.</param>
/// <param name="Source">Only from this network; null = any.</param>
internal sealed record FirewallRule(int Port, string Protocol, string? Interface, IPNetwork? Source)
{
    public const string Pattern = "[0-9]{1,5}/(tcp|udp)";
    public const string OwnPrefix = "orchestrator:";

    /// <summary>The comment that tells our rules from all others.</summary>
    public string Comment => $"{OwnPrefix}{this}";

    public static IReadOnlyList<FirewallRule> Read(FirewallPorts input)
    {
        IPNetwork? source = null;
        if (input.Source is { } text)
        {
            if (!IPNetwork.TryParse(text.Contains('/', StringComparison.Ordinal) ? text : $"{text}/{(text.Contains(':', StringComparison.Ordinal) ? 128 : 32)}", out var network))
                throw Invalid($"`source` must be a network such as 10.0.0.0/8, not `{text}`");
            source = network;
        }

        return [.. input.Ports.Distinct().Select(port => Parse(port, input.Interface, source))];
    }

    /// <summary>As a statement of nft in a chain of this family; null where it can never match.</summary>
    public string? Statement(BaseChain chain)
    {
        var family = Source?.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "ip6" : "ip";
        if (Source is not null && chain.Family is "ip" or "ip6" && chain.Family != family) return null;
        var from = (Interface is null ? "" : $"iifname \"{Interface}\" ") + (Source is null ? "" : $"{family} saddr {Source} ");
        var port = chain.Hook == "forward"
            ? string.Create(CultureInfo.InvariantCulture, $"meta l4proto {Protocol} ct status dnat ct original proto-dst {Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{Protocol} dport {Port}");
        return $"{from}{port} accept comment \"{Comment}\"";
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Port}/{Protocol}{(Interface is null ? "" : $"@{Interface}")}{(Source is null ? "" : $"<{Source}")}");

    private static FirewallRule Parse(string text, string? link, IPNetwork? source) =>
        text.Split('/') is [var number, "tcp" or "udp"] parts && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? new FirewallRule(port, parts[1], link, source)
            : throw Invalid($"`ports` must hold entries such as `80/tcp` with a port from 1 to 65535, not `{text}`");

    private static FailureException Invalid(string problem) => new("input.invalid", FailureKind.Permanent, $"input {problem}");
}
