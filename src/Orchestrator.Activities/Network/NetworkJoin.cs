using System.Globalization;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Network;

/// <summary>The target's place in an overlay network.</summary>
[Activity("network.join", Effect.Idempotent, "Make sure the target is in an overlay network, with its interface, address and peers.", HasUndo = true, Remarks = """
    `wireguard` uses the kernel where it has WireGuard and `wireguard-go` otherwise. The key pair is made on the target on first use and kept over a leave and join; the private
    half never leaves it. Peers not listed are removed; networks in `allowedIps` beside the interface's own get a route (a default route is never set). `vxlan` makes a VXLAN
    interface that floods to `remotes`. Undo removes the interface if this step made it and keeps the key. Fails with `network.wireguardUnavailable` where there is neither
    kernel nor program, `network.nameTaken` when the interface is something else.
    """, Example = """
    - id: overlay
      uses: network.join@1
      with:
        kind: wireguard
        interface: mgmt0
        addresses: [10.99.0.2/24]
        listenPort: 51820
        peers:
          - publicKey: qJvR0c0bH3ZkXPSsOYf0mGQNrjSbLtZqx3rWwP9b3xM=
            endpoint: 192.168.0.1:51820
            allowedIps: [10.99.0.1/32]
            keepalive: 25s
      target: node
    """)]
internal sealed class NetworkJoin : Activity<NetworkJoin.Input, NetworkJoin.Output>
{
    internal sealed record Input
    {
        [Field("What the overlay is made of.")]
        public required OverlayKind Kind { get; init; }

        [Field("Name of the interface. With wireguard-go it must be unlike any other on the machine, also in other network namespaces.", Pattern = Link.NamePattern)]
        public required string Interface { get; init; }

        [Field("Addresses of the interface with prefix length.", Format = "cidr")]
        public IReadOnlyList<string> Addresses { get; init; } = [];

        [Field("Bytes. When absent: as the kernel makes it.", Min = 68, Max = 65535)]
        public int? Mtu { get; init; }

        [Field("UDP port of WireGuard; 0 = any. Ignored for vxlan.", Min = 0, Max = 65535)]
        public int ListenPort { get; init; }

        [Field("The other ends of WireGuard. Ignored for vxlan.")]
        public IReadOnlyList<Peer> Peers { get; init; } = [];

        [Field("VXLAN network id; required for vxlan, ignored for wireguard.", Min = 1, Max = 16777215)]
        public int? Id { get; init; }

        [Field("Addresses of the other ends of the VXLAN. Ignored for wireguard.", Format = "ipAddress")]
        public IReadOnlyList<string> Remotes { get; init; } = [];

        [Field("Own address that VXLAN packets come from. When absent the kernel chooses. Ignored for wireguard.", Format = "ipAddress")]
        public string? Local { get; init; }

        [Field("Interface that VXLAN packets leave by. When absent the routes decide. Ignored for wireguard.", Pattern = Link.NamePattern)]
        public string? Device { get; init; }

        [Field("UDP port of VXLAN. Ignored for wireguard.", Min = 1, Max = 65535)]
        public int Port { get; init; } = 4789;
    }

    /// <summary>Another end of a WireGuard network.</summary>
    internal sealed record Peer
    {
        [Field("Its public key, base64.", Pattern = "[A-Za-z0-9+/]{43}=")]
        public required string PublicKey { get; init; }

        [Field("`host:port` or `[address]:port` where it is reached. When absent it must call first.", MinLength = 3)]
        public string? Endpoint { get; init; }

        [Field("Networks it may send from and is sent for.", Format = "cidr")]
        public required IReadOnlyList<string> AllowedIps { get; init; }

        [Field("How often an empty packet keeps the path open; 0s = never.", Min = 0, Max = 65535)]
        public TimeSpan Keepalive { get; init; }
    }

    internal sealed record Output
    {
        [Field("The interface.")]
        public required string Interface { get; init; }

        [Field("The target's WireGuard public key, for the other ends; empty for vxlan.")]
        public string PublicKey { get; init; } = "";

        [Field("The first address without prefix length; empty when none was asked for.")]
        public string Address { get; init; } = "";

        [Field("True when this step made the interface.")]
        public bool Created { get; init; }
    }

    /// <summary>What an overlay is made of.</summary>
    internal enum OverlayKind
    {
        /// <summary>Encrypted, point to point.</summary>
        Wireguard,

        /// <summary>Plain Ethernet over UDP.</summary>
        Vxlan,
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var link = await FindAsync(input, context, cancellationToken).ConfigureAwait(false);
        List<Change> changes = [.. input.Kind == OverlayKind.Wireguard
            ? await WireGuard.ChangesAsync(input, link, context, cancellationToken).ConfigureAwait(false)
            : await Vxlan.ChangesAsync(input, link, context, cancellationToken).ConfigureAwait(false)];
        changes.AddRange(Missing(input, link).Select(cidr => new Change(input.Interface, null, cidr)));
        if (link is { IsUp: false }) changes.Add(new Change(input.Interface, "down", "up"));
        if (link is not null && input.Mtu is { } mtu && link.Mtu != mtu) changes.Add(new Change($"{input.Interface} mtu", Text(link.Mtu), Text(mtu)));
        return changes.Count == 0 ? Check<Output>.Satisfied(await ResultAsync(input, false, context, cancellationToken).ConfigureAwait(false)) : Check<Output>.Differs(changes) with { Intent = Value.Map(("created", Value.Of(link is null))) };
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var before = await FindAsync(input, context, cancellationToken).ConfigureAwait(false);
        if (input.Kind == OverlayKind.Wireguard) await WireGuard.ApplyAsync(input, before, context, cancellationToken).ConfigureAwait(false);
        else await Vxlan.ApplyAsync(input, before, context, cancellationToken).ConfigureAwait(false);
        var link = await Link.GetAsync(context, input.Interface, cancellationToken).ConfigureAwait(false);
        if (input.Mtu is { } mtu && link.Mtu != mtu) await Link.IpAsync(context, $"set the MTU of {link.Name}", cancellationToken, "link", "set", "dev", link.Name, "mtu", Text(mtu)).ConfigureAwait(false);
        foreach (var cidr in Missing(input, link)) await Link.IpAsync(context, $"add {cidr} to {link.Name}", cancellationToken, "address", "add", cidr, "dev", link.Name).ConfigureAwait(false);
        await Link.IpAsync(context, $"switch {link.Name} on", cancellationToken, "link", "set", "dev", link.Name, "up").ConfigureAwait(false);
        if (input.Kind == OverlayKind.Wireguard) await WireGuard.FinishAsync(input, context, cancellationToken).ConfigureAwait(false);
        return Outcome<Output>.Changes(await ResultAsync(input, before is null, context, cancellationToken).ConfigureAwait(false));
    }

    protected override async Task UndoAsync(Input input, Output output, ActivityContext context, CancellationToken cancellationToken)
    {
        if (output.Created) await LeaveAsync(input.Interface, context, cancellationToken).ConfigureAwait(false);
        else context.Log($"{input.Interface} was there before; it stays");
    }

    /// <summary>Removes the interface, whoever carries it. True when there was one.</summary>
    internal static async Task<bool> LeaveAsync(string name, ActivityContext context, CancellationToken cancellationToken)
    {
        var program = await Supervisor.LookAsync(context, WireGuard.Process(name), null, create: false, cancellationToken).ConfigureAwait(false);
        if (program.Status != SupervisedStatus.Absent) await Supervisor.StopAsync(context, program.Folder, null, TimeSpan.FromSeconds(5), cancellationToken).ConfigureAwait(false);
        var link = await Link.FindAsync(context, name, cancellationToken).ConfigureAwait(false);
        if (link is { Kind: not ("wireguard" or "vxlan") }) throw NotAnOverlay(name, link);
        if (link is not null) await Link.IpAsync(context, $"remove {name}", cancellationToken, "link", "delete", "dev", name).ConfigureAwait(false);
        return link is not null || program.Status == SupervisedStatus.Running;
    }

    private static async Task<Link?> FindAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var link = await Link.FindAsync(context, input.Interface, cancellationToken).ConfigureAwait(false);
        var isOurs = link is null || (input.Kind == OverlayKind.Vxlan
            ? link.Kind == "vxlan"
            : link.Kind == "wireguard" || (await context.RunAsync(cancellationToken, "wg", "show", link.Name, "listen-port").ConfigureAwait(false)).Ok);
        return isOurs ? link : throw NotAnOverlay(input.Interface, link!);
    }

    private static FailureException NotAnOverlay(string name, Link link) =>
        new("network.nameTaken", FailureKind.Permanent, $"{name} exists and is {(link.Kind.Length == 0 ? "a device" : $"of kind {link.Kind}")}, not the overlay's interface");

    private static string[] Missing(Input input, Link? link) =>
        [.. input.Addresses.Select(cidr => HostBits.Canonical(cidr) ?? cidr).Except(link?.Addresses.Select(address => address.Cidr) ?? [])];

    private static async Task<Output> ResultAsync(Input input, bool created, ActivityContext context, CancellationToken cancellationToken) => new()
    {
        Interface = input.Interface,
        PublicKey = input.Kind == OverlayKind.Wireguard ? await WireGuard.PublicKeyAsync(input.Interface, context, cancellationToken).ConfigureAwait(false) : "",
        Address = input.Addresses.Count == 0 ? "" : input.Addresses[0].Split('/')[0],
        Created = created,
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
