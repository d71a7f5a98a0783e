using System.Globalization;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Network;

/// <summary>An interface in one VLAN.</summary>
[Activity("network.vlan", Effect.Idempotent, "Make sure there is an interface in a VLAN of another interface or bridge.", HasUndo = true, Remarks = """
    `kernel` puts an 802.1Q interface on `parent`; `ovs` makes an internal port with that tag on the Open vSwitch bridge `parent`; `auto` takes Open vSwitch when `parent` is
    such a bridge and the kernel otherwise. Where neither can be had the step fails with `network.vlanUnavailable`. Undo removes the interface if this step made it, else sets the
    tag back.
    """, Example = """
    - id: vxbackend
      uses: network.vlan@1
      with: {parent: backplane, tag: 101, name: vxbackend}
      target: node
    """)]
internal sealed class NetworkVlan : Activity<NetworkVlan.Input, NetworkVlan.Output>
{
    internal sealed record Input
    {
        [Field("The interface or Open vSwitch bridge that carries the VLAN.", Pattern = Link.NamePattern)]
        public required string Parent { get; init; }

        [Field("VLAN id.", Min = 1, Max = 4094)]
        public required int Tag { get; init; }

        [Field("Name of the interface.", Pattern = Link.NamePattern)]
        public required string Name { get; init; }

        [Field("Who tags the frames.")]
        public VlanKind Kind { get; init; } = VlanKind.Auto;

        [Field("Whether the interface is switched on. When false it stays as it is.")]
        public bool Up { get; init; } = true;
    }

    internal sealed record Output
    {
        [Field("The interface.")]
        public required string Interface { get; init; }

        [Field("Who tags: `kernel` or `ovs`.")]
        public required VlanKind Kind { get; init; }

        [Field("True when this step made it.")]
        public bool Created { get; init; }

        [Field("The tag it had before; 0 when it had none.")]
        public int PreviousTag { get; init; }
    }

    /// <summary>Who tags the frames.</summary>
    internal enum VlanKind
    {
        /// <summary>What the parent asks for.</summary>
        Auto,

        /// <summary>802.1Q in the kernel.</summary>
        Kernel,

        /// <summary>Open vSwitch.</summary>
        Ovs,
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var kind = await KindAsync(input, context, cancellationToken).ConfigureAwait(false);
        var link = await Link.FindAsync(context, input.Name, cancellationToken).ConfigureAwait(false);
        var (parent, tag) = await CurrentAsync(kind, input, link, context, cancellationToken).ConfigureAwait(false);
        var changes = new List<Change>();
        if (parent is null) changes.Add(new Change(input.Name, null, string.Create(CultureInfo.InvariantCulture, $"VLAN {input.Tag} on {input.Parent} ({(kind == VlanKind.Ovs ? "Open vSwitch" : "kernel")})")));
        else if (tag != input.Tag) changes.Add(new Change($"{input.Name} tag", tag?.ToString(CultureInfo.InvariantCulture) ?? "none", input.Tag.ToString(CultureInfo.InvariantCulture)));
        if (input.Up && parent is not null && link is not { IsUp: true }) changes.Add(new Change(input.Name, "down", "up"));
        return changes.Count == 0 ? Check<Output>.Satisfied(new Output { Interface = input.Name, Kind = kind, PreviousTag = input.Tag }) : Check<Output>.Differs(changes) with
        {
            Intent = Value.Map(("created", Value.Of(parent is null)), ("previousTag", Value.Of(tag ?? 0))),
        };
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var kind = await KindAsync(input, context, cancellationToken).ConfigureAwait(false);
        var link = await Link.FindAsync(context, input.Name, cancellationToken).ConfigureAwait(false);
        var (parent, tag) = await CurrentAsync(kind, input, link, context, cancellationToken).ConfigureAwait(false);
        if (kind == VlanKind.Ovs) await OpenVSwitch.SetInternalPortAsync(context, input.Parent, input.Name, input.Tag, cancellationToken).ConfigureAwait(false);
        else if (parent is null || tag != input.Tag) await AddToKernelAsync(input, parent is not null, context, cancellationToken).ConfigureAwait(false);
        if (input.Up) await Link.IpAsync(context, $"switch {input.Name} on", cancellationToken, "link", "set", "dev", input.Name, "up").ConfigureAwait(false);
        return Outcome<Output>.Changes(new Output { Interface = input.Name, Kind = kind, Created = parent is null, PreviousTag = tag ?? 0 });
    }

    protected override async Task UndoAsync(Input input, Output output, ActivityContext context, CancellationToken cancellationToken)
    {
        if (output.Kind == VlanKind.Ovs)
        {
            if (output.Created) await OpenVSwitch.RemovePortAsync(context, input.Parent, input.Name, cancellationToken).ConfigureAwait(false);
            else if (output.PreviousTag > 0) await OpenVSwitch.SetInternalPortAsync(context, input.Parent, input.Name, output.PreviousTag, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (await Link.FindAsync(context, input.Name, cancellationToken).ConfigureAwait(false) is not { Kind: "vlan" }) return;
        if (output.Created) await Link.IpAsync(context, $"remove {input.Name}", cancellationToken, "link", "delete", "dev", input.Name).ConfigureAwait(false);
        else if (output.PreviousTag > 0) await AddToKernelAsync(input with { Tag = output.PreviousTag }, true, context, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<VlanKind> KindAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        if (input.Kind != VlanKind.Auto) return input.Kind;
        return await OpenVSwitch.AnswersAsync(context, cancellationToken).ConfigureAwait(false)
            && await OpenVSwitch.HasBridgeAsync(context, input.Parent, cancellationToken).ConfigureAwait(false) ? VlanKind.Ovs : VlanKind.Kernel;
    }

    /// <summary>The parent and tag as they are; no parent when the interface is not there.</summary>
    private static async Task<(string? Parent, int? Tag)> CurrentAsync(VlanKind kind, Input input, Link? link, ActivityContext context, CancellationToken cancellationToken)
    {
        var (parent, tag) = kind == VlanKind.Ovs
            ? await OpenVSwitch.PortAsync(context, input.Name, cancellationToken).ConfigureAwait(false) ?? (null!, null)
            : link is { Kind: "vlan" } ? (link.Parent, link.Number("id")) : (null, null);
        if (parent is not null && parent != input.Parent) throw Taken(input, $"belongs to {parent}");
        if (parent is null && link is not null) throw Taken(input, "exists and is no VLAN interface");
        return (parent, tag);
    }

    /// <summary>The kernel cannot change the id of a VLAN interface, so it is made again.</summary>
    private static async Task AddToKernelAsync(Input input, bool replace, ActivityContext context, CancellationToken cancellationToken)
    {
        await Link.GetAsync(context, input.Parent, cancellationToken).ConfigureAwait(false);
        if (replace) await Link.IpAsync(context, $"remove {input.Name}", cancellationToken, "link", "delete", "dev", input.Name).ConfigureAwait(false);
        var added = await context.RunAsync(
            cancellationToken, "ip", "link", "add", "link", input.Parent, "name", input.Name, "type", "vlan", "id", input.Tag.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        if (added.Ok) return;
        var isUnknown = added.Error.Contains("Unknown device type", StringComparison.Ordinal) || added.Error.Contains("not supported", StringComparison.Ordinal);
        if (!isUnknown) added.OrFail("network.refused", $"cannot make VLAN {input.Tag} on {input.Parent}");
        throw new FailureException(
            "network.vlanUnavailable", FailureKind.Permanent,
            $"the kernel of the target has no 802.1Q (8021q) and {input.Parent} is no Open vSwitch bridge, so there is no VLAN {input.Tag} to be had on it: load 8021q, or make {input.Parent} with network.bridge kind ovs");
    }

    private static FailureException Taken(Input input, string why) =>
        new("network.nameTaken", FailureKind.Permanent, $"{input.Name} {why}; VLAN {input.Tag} on {input.Parent} needs another name");
}
