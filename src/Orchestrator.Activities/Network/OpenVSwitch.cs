using System.Globalization;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Network;

/// <summary>Open vSwitch on the target. Which one is the step's env (<c>OVS_RUNDIR</c>) as for its own tools. Bridges use the userspace datapath, so the kernel needs no module.</summary>
internal static class OpenVSwitch
{
    public static async Task<bool> HasBridgeAsync(ActivityContext context, string name, CancellationToken cancellationToken)
    {
        var found = await VsctlAsync(context, cancellationToken, "br-exists", name).ConfigureAwait(false);
        return found.ExitCode switch
        {
            0 => true,
            2 => false,
            _ => throw Unavailable(found),
        };
    }

    /// <summary>True when there is an Open vSwitch to talk to at all.</summary>
    public static async Task<bool> AnswersAsync(ActivityContext context, CancellationToken cancellationToken) =>
        (await VsctlAsync(context, cancellationToken, "show").ConfigureAwait(false)).Ok;

    public static Task AddBridgeAsync(ActivityContext context, string name, CancellationToken cancellationToken) =>
        DoAsync(context, $"make the Open vSwitch bridge {name}", cancellationToken, "--may-exist", "add-br", name, "--", "set", "bridge", name, "datapath_type=netdev");

    public static Task SetStpAsync(ActivityContext context, string bridge, bool stp, CancellationToken cancellationToken) =>
        DoAsync(context, $"set the spanning tree of {bridge}", cancellationToken, "set", "bridge", bridge, $"stp_enable={(stp ? "true" : "false")}");

    public static async Task<bool> HasStpAsync(ActivityContext context, string bridge, CancellationToken cancellationToken) =>
        (await DoAsync(context, $"read the bridge {bridge}", cancellationToken, "get", "bridge", bridge, "stp_enable").ConfigureAwait(false)).Output.Trim() == "true";

    public static async Task<string[]> PortsAsync(ActivityContext context, string bridge, CancellationToken cancellationToken) =>
        (await DoAsync(context, $"read the ports of {bridge}", cancellationToken, "list-ports", bridge).ConfigureAwait(false)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Adds a port and switches its checksum offload off: frames that the userspace datapath takes from a veth carry no checksum otherwise, and TCP stalls.</summary>
    public static async Task AddPortAsync(ActivityContext context, string bridge, string port, CancellationToken cancellationToken)
    {
        await DoAsync(context, $"add {port} to {bridge}", cancellationToken, "--may-exist", "add-port", bridge, port).ConfigureAwait(false);
        var offload = await context.RunAsync(cancellationToken, "ethtool", "-K", port, "tx", "off").ConfigureAwait(false);
        if (!offload.Ok) context.Log($"checksum offload of {port} stays as it is: {offload.Error.Trim()}");
    }

    public static Task RemovePortAsync(ActivityContext context, string bridge, string port, CancellationToken cancellationToken) =>
        DoAsync(context, $"remove {port} from {bridge}", cancellationToken, "--if-exists", "del-port", bridge, port);

    public static Task RemoveBridgeAsync(ActivityContext context, string name, CancellationToken cancellationToken) =>
        DoAsync(context, $"remove the bridge {name}", cancellationToken, "--if-exists", "del-br", name);

    /// <summary>Adds or retags an internal port: an interface of the target's own in one VLAN of the bridge.</summary>
    public static Task SetInternalPortAsync(ActivityContext context, string bridge, string name, int tag, CancellationToken cancellationToken) =>
        DoAsync(
            context, $"make the VLAN port {name} on {bridge}", cancellationToken, "--may-exist", "add-port", bridge, name, "--", "set", "port", name,
            string.Create(CultureInfo.InvariantCulture, $"tag={tag}"), "--", "set", "interface", name, "type=internal");

    /// <summary>The bridge and tag of a port; null when there is no such port.</summary>
    public static async Task<(string Bridge, int? Tag)?> PortAsync(ActivityContext context, string name, CancellationToken cancellationToken)
    {
        var bridge = await VsctlAsync(context, cancellationToken, "port-to-br", name).ConfigureAwait(false);
        if (!bridge.Ok) return null;
        var tag = await DoAsync(context, $"read the port {name}", cancellationToken, "get", "port", name, "tag").ConfigureAwait(false);
        return (bridge.Output.Trim(), int.TryParse(tag.Output.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null);
    }

    private static async Task<CommandResult> DoAsync(ActivityContext context, string what, CancellationToken cancellationToken, params IReadOnlyList<string> arguments)
    {
        var done = await VsctlAsync(context, cancellationToken, arguments).ConfigureAwait(false);
        return IsUnavailable(done) ? throw Unavailable(done) : done.OrFail("network.refused", $"cannot {what}");
    }

    private static Task<CommandResult> VsctlAsync(ActivityContext context, CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        context.RunAsync(cancellationToken, ["ovs-vsctl", "--timeout=20", .. arguments]);

    private static bool IsUnavailable(CommandResult result) => !result.Ok && (result.ExitCode == 127 || result.Error.Contains("database connection failed", StringComparison.Ordinal));

    private static FailureException Unavailable(CommandResult result) => result.ExitCode == 127
        ? new FailureException("network.ovsUnavailable", FailureKind.Permanent, "Open vSwitch is not installed on the target (no ovs-vsctl); install openvswitch-switch")
        : new FailureException("network.ovsUnavailable", FailureKind.Transient, $"Open vSwitch does not answer on the target: {result.Error.Trim()}");
}
