using System.Globalization;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Network;

/// <summary>Waits for an interface to be of use.</summary>
[Activity("network.wait-address", Effect.Read, "Wait until an interface has an address, and its WireGuard peers have answered.", Polls = true, Remarks = """
    Link-local addresses do not count, nor IPv6 addresses that the kernel is still probing. With `handshakeWith` every listed peer must have shaken hands within the last three
    minutes. An interface that does not exist yet is waited for too.
    """, Example = """
    - id: address
      uses: network.wait-address@1
      with: {interface: mgmt0, family: ipv4}
      every: 2s
      timeout: {total: 10m}
      target: node
    """)]
internal sealed class NetworkWaitAddress : Activity<NetworkWaitAddress.Input, NetworkWaitAddress.Output>
{
    internal sealed record Input
    {
        [Field("The interface.", Pattern = Link.NamePattern)]
        public required string Interface { get; init; }

        [Field("Which address will do.")]
        public AddressFamily Family { get; init; } = AddressFamily.Any;

        [Field("Public keys of WireGuard peers that must have answered.", Pattern = "[A-Za-z0-9+/]{43}=")]
        public IReadOnlyList<string> HandshakeWith { get; init; } = [];
    }

    internal sealed record Output
    {
        [Field("The first address, without prefix length.")]
        public required string Address { get; init; }

        [Field("All of the family, with prefix length.")]
        public required IReadOnlyList<string> Addresses { get; init; }
    }

    /// <summary>Which addresses count.</summary>
    internal enum AddressFamily
    {
        /// <summary>Either.</summary>
        Any,

        /// <summary>IPv4.</summary>
        Ipv4,

        /// <summary>IPv6.</summary>
        Ipv6,
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var (output, missing) = await LookAsync(input, context, cancellationToken).ConfigureAwait(false);
        return output is not null ? Check<Output>.Satisfied(output) : Check<Output>.Unknown($"waits for {missing}");
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var (output, missing) = await LookAsync(input, context, cancellationToken).ConfigureAwait(false);
        return output is not null ? Outcome<Output>.Same(output) : Outcome<Output>.Waiting(missing);
    }

    private static async Task<(Output? Output, string Missing)> LookAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var link = await Link.FindAsync(context, input.Interface, cancellationToken).ConfigureAwait(false);
        if (link is null) return (null, $"the interface {input.Interface} on {context.Target.Address}: it does not exist");
        var found = link.Addresses.Where(address => address.IsGlobal && IsOf(input.Family, address)).ToArray();
        var usable = found.Where(address => !address.IsTentative).ToArray();
        if (usable.Length == 0)
        {
            var what = input.Family switch { AddressFamily.Ipv4 => "an IPv4 address", AddressFamily.Ipv6 => "an IPv6 address", _ => "an address" };
            var why = found.Length > 0 ? $"{found[0].Address} is still being probed" : link.IsUp ? "it has none" : "it is switched off";
            return (null, $"{what} on {input.Interface} of {context.Target.Address}: {why}");
        }

        if (await SilentAsync(input, context, cancellationToken).ConfigureAwait(false) is { } silent) return (null, $"a WireGuard handshake on {input.Interface} with {silent}");
        return (new Output { Address = usable[0].Address, Addresses = [.. usable.Select(address => address.Cidr)] }, "");
    }

    private static bool IsOf(AddressFamily family, LinkAddress address) =>
        family == AddressFamily.Any || family == AddressFamily.Ipv6 == address.Address.Contains(':', StringComparison.Ordinal);

    /// <summary>The first peer without a recent handshake, by the target's own clock; null when all have one.</summary>
    private static async Task<string?> SilentAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        if (input.HandshakeWith.Count == 0) return null;
        var shown = await context.ScriptAsync("date +%s; wg show \"$1\" latest-handshakes", [input.Interface], cancellationToken).ConfigureAwait(false);
        var lines = shown.OrFail("network.unreadable", $"cannot read the WireGuard peers of {input.Interface}").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var now = long.Parse(lines[0], CultureInfo.InvariantCulture);
        var times = lines[1..].Select(line => line.Split('\t')).ToDictionary(words => words[0], words => long.Parse(words[1], CultureInfo.InvariantCulture));
        return input.HandshakeWith.FirstOrDefault(peer => now - times.GetValueOrDefault(peer) > 180);
    }
}
