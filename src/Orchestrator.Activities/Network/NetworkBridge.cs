using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Network;

/// <summary>A bridge with its ports.</summary>
[Activity("network.bridge", Effect.Idempotent, "Make sure a bridge exists and has these ports.", HasUndo = true, Remarks = """
    Ports it has besides are left alone. `ovs` makes an Open vSwitch bridge in userspace (`datapath_type=netdev`), found through the step's env (`OVS_RUNDIR`). Undo removes the
    ports this step added, and the bridge if this step made it. Fails with `network.interfaceMissing` for a port that does not exist, `network.portTaken` when it belongs to
    another bridge, `network.notABridge` when the name is taken, `network.ovsUnavailable`, and `network.refused` with the kernel's words.
    """, Example = """
    - id: backplane
      uses: network.bridge@1
      with: {name: backplane, ports: [eth1], stp: true}
      target: node
    """)]
internal sealed class NetworkBridge : Activity<NetworkBridge.Input, NetworkBridge.Output>
{
    internal sealed record Input
    {
        [Field("Name of the bridge, at most 15 characters.", Pattern = Link.NamePattern)]
        public required string Name { get; init; }

        [Field("Who forwards: the kernel or Open vSwitch.")]
        public BridgeKind Kind { get; init; } = BridgeKind.Kernel;

        [Field("Interfaces that must be ports of it.", Pattern = Link.NamePattern)]
        public IReadOnlyList<string> Ports { get; init; } = [];

        [Field("Whether it speaks the spanning tree protocol.")]
        public bool Stp { get; init; }

        [Field("Whether the bridge and its ports are switched on. When false they stay as they are.")]
        public bool Up { get; init; } = true;
    }

    internal sealed record Output
    {
        [Field("The bridge.")]
        public required string Name { get; init; }

        [Field("True when this step made it.")]
        public bool Created { get; init; }

        [Field("Ports this step added.")]
        public IReadOnlyList<string> Added { get; init; } = [];
    }

    /// <summary>Who forwards the frames.</summary>
    internal enum BridgeKind
    {
        /// <summary>The kernel's bridge.</summary>
        Kernel,

        /// <summary>Open vSwitch in userspace.</summary>
        Ovs,
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var changes = new List<Change>();
        var bridge = await Link.FindAsync(context, input.Name, cancellationToken).ConfigureAwait(false);
        var isThere = await IsThereAsync(input, bridge, context, cancellationToken).ConfigureAwait(false);
        if (!isThere) changes.Add(new Change(input.Name, null, input.Kind == BridgeKind.Ovs ? "Open vSwitch bridge" : "bridge"));
        else
        {
            var stp = await HasStpAsync(input, bridge, context, cancellationToken).ConfigureAwait(false);
            if (stp != input.Stp) changes.Add(new Change($"{input.Name} spanning tree", stp ? "on" : "off", input.Stp ? "on" : "off"));
        }

        if (input.Up && isThere && bridge is not { IsUp: true }) changes.Add(new Change(input.Name, "down", "up"));
        var ports = await PortsAsync(input, isThere, context, cancellationToken).ConfigureAwait(false);
        foreach (var (port, link, isMember) in ports)
        {
            if (!isMember) changes.Add(new Change($"{input.Name} port", null, port));
            if (input.Up && !link.IsUp) changes.Add(new Change(port, "down", "up"));
        }

        return changes.Count == 0 ? Check<Output>.Satisfied(new Output { Name = input.Name }) : Check<Output>.Differs(changes) with
        {
            Intent = Value.Map(("created", Value.Of(!isThere)), ("added", Value.List(ports.Where(port => !port.IsMember).Select(port => Value.Of(port.Port))))),
        };
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var bridge = await Link.FindAsync(context, input.Name, cancellationToken).ConfigureAwait(false);
        var isThere = await IsThereAsync(input, bridge, context, cancellationToken).ConfigureAwait(false);
        var ports = await PortsAsync(input, isThere, context, cancellationToken).ConfigureAwait(false);
        var isOvs = input.Kind == BridgeKind.Ovs;
        if (!isThere)
        {
            if (isOvs) await OpenVSwitch.AddBridgeAsync(context, input.Name, cancellationToken).ConfigureAwait(false);
            else await Link.IpAsync(context, $"make the bridge {input.Name}", cancellationToken, "link", "add", "name", input.Name, "type", "bridge").ConfigureAwait(false);
        }

        if (isOvs) await OpenVSwitch.SetStpAsync(context, input.Name, input.Stp, cancellationToken).ConfigureAwait(false);
        else await Link.IpAsync(context, $"set the spanning tree of {input.Name}", cancellationToken, "link", "set", "dev", input.Name, "type", "bridge", "stp_state", input.Stp ? "1" : "0").ConfigureAwait(false);
        var added = new List<string>();
        foreach (var (port, _, isMember) in ports)
        {
            if (!isMember)
            {
                if (isOvs) await OpenVSwitch.AddPortAsync(context, input.Name, port, cancellationToken).ConfigureAwait(false);
                else await Link.IpAsync(context, $"add {port} to {input.Name}", cancellationToken, "link", "set", "dev", port, "master", input.Name).ConfigureAwait(false);
                added.Add(port);
            }

            if (input.Up) await Link.IpAsync(context, $"switch {port} on", cancellationToken, "link", "set", "dev", port, "up").ConfigureAwait(false);
        }

        if (input.Up) await Link.IpAsync(context, $"switch {input.Name} on", cancellationToken, "link", "set", "dev", input.Name, "up").ConfigureAwait(false);
        return Outcome<Output>.Changes(new Output { Name = input.Name, Created = !isThere, Added = added });
    }

    protected override async Task UndoAsync(Input input, Output output, ActivityContext context, CancellationToken cancellationToken)
    {
        var isOvs = input.Kind == BridgeKind.Ovs;
        foreach (var port in output.Added)
        {
            if (isOvs) await OpenVSwitch.RemovePortAsync(context, input.Name, port, cancellationToken).ConfigureAwait(false);
            else if ((await Link.FindAsync(context, port, cancellationToken).ConfigureAwait(false))?.Master == input.Name)
                await Link.IpAsync(context, $"remove {port} from {input.Name}", cancellationToken, "link", "set", "dev", port, "nomaster").ConfigureAwait(false);
        }

        if (!output.Created) return;
        if (isOvs) await OpenVSwitch.RemoveBridgeAsync(context, input.Name, cancellationToken).ConfigureAwait(false);
        else if (await Link.FindAsync(context, input.Name, cancellationToken).ConfigureAwait(false) is { Kind: "bridge" })
            await Link.IpAsync(context, $"remove the bridge {input.Name}", cancellationToken, "link", "delete", "dev", input.Name).ConfigureAwait(false);
    }

    private static async Task<bool> IsThereAsync(Input input, Link? link, ActivityContext context, CancellationToken cancellationToken)
    {
        if (input.Kind == BridgeKind.Ovs) return await OpenVSwitch.HasBridgeAsync(context, input.Name, cancellationToken).ConfigureAwait(false);
        return link switch
        {
            null => false,
            { Kind: "bridge" } => true,
            _ => throw new FailureException("network.notABridge", FailureKind.Permanent, $"{input.Name} exists and is no bridge but {(link.Kind.Length == 0 ? "a device" : $"of kind {link.Kind}")}"),
        };
    }

    private static async Task<bool> HasStpAsync(Input input, Link? bridge, ActivityContext context, CancellationToken cancellationToken) =>
        input.Kind == BridgeKind.Ovs
            ? await OpenVSwitch.HasStpAsync(context, input.Name, cancellationToken).ConfigureAwait(false)
            : bridge!.Number("stp_state") is > 0;

    private static async Task<List<(string Port, Link Link, bool IsMember)>> PortsAsync(Input input, bool isThere, ActivityContext context, CancellationToken cancellationToken)
    {
        var members = input.Kind == BridgeKind.Ovs && isThere ? await OpenVSwitch.PortsAsync(context, input.Name, cancellationToken).ConfigureAwait(false) : [];
        var ports = new List<(string, Link, bool)>();
        foreach (var port in input.Ports)
        {
            var link = await Link.GetAsync(context, port, cancellationToken).ConfigureAwait(false);
            if (link.Master is { } other && other != input.Name && input.Kind == BridgeKind.Kernel)
                throw new FailureException("network.portTaken", FailureKind.Permanent, $"{port} is a port of {other}, so it cannot be one of {input.Name}");
            ports.Add((port, link, input.Kind == BridgeKind.Ovs ? members.Contains(port) : link.Master == input.Name));
        }

        return ports;
    }
}
