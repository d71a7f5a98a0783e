using System.Globalization;
using System.Text.Json;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Network;

/// <summary>A network interface of the target, as <c>ip -j -d address</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The kernel's kind: <c>bridge vlan vxlan wireguard veth tun …</c>; empty for hardware.</param>
/// <param name="Mtu">In bytes.</param>
/// <param name="IsUp">True when it is switched on; it may still have no carrier.</param>
/// <param name="Master">The bridge it is a port of; null when of none.</param>
/// <param name="Parent">The interface below it; null when none.</param>
/// <param name="Details">What the kernel says about its kind (<c>info_data</c>); undefined when nothing.</param>
/// <param name="Addresses">Its addresses.</param>
internal sealed record Link(string Name, string Kind, int Mtu, bool IsUp, string? Master, string? Parent, JsonElement Details, IReadOnlyList<LinkAddress> Addresses)
{
    public const string NamePattern = "[A-Za-z0-9][A-Za-z0-9_.-]{0,14}";

    /// <summary>Looks one up; null when there is none of that name.</summary>
    public static async Task<Link?> FindAsync(ActivityContext context, string name, CancellationToken cancellationToken)
    {
        var shown = await context.RunAsync(cancellationToken, "ip", "-j", "-d", "address", "show", "dev", name).ConfigureAwait(false);
        if (!shown.Ok && shown.Error.Contains("does not exist", StringComparison.Ordinal)) return null;
        shown.OrFail("network.unreadable", $"cannot read the interface {name}");
        using var document = JsonDocument.Parse(shown.Output);
        return document.RootElement.EnumerateArray().Where(link => link.TryGetProperty("ifname", out _)).Select(link => Read(link.Clone())).FirstOrDefault();
    }

    /// <summary>Looks one up that must be there.</summary>
    public static async Task<Link> GetAsync(ActivityContext context, string name, CancellationToken cancellationToken) =>
        await FindAsync(context, name, cancellationToken).ConfigureAwait(false)
        ?? throw new FailureException("network.interfaceMissing", FailureKind.Permanent, $"there is no network interface {name} on {context.Target.Address}");

    /// <summary>Runs <c>ip</c> and fails with its words.</summary>
    public static async Task<CommandResult> IpAsync(ActivityContext context, string what, CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        (await context.RunAsync(cancellationToken, ["ip", .. arguments]).ConfigureAwait(false)).OrFail("network.refused", $"cannot {what}");

    /// <summary>A number the kernel says about its kind; null when it does not.</summary>
    public int? Number(string name) => Details.ValueKind == JsonValueKind.Object && Details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    /// <summary>A text the kernel says about its kind; null when it does not.</summary>
    public string? Text(string name) => Details.ValueKind == JsonValueKind.Object && Details.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static Link Read(JsonElement link)
    {
        var hasInfo = link.TryGetProperty("linkinfo", out var info);
        return new Link(
            link.GetProperty("ifname").GetString()!,
            hasInfo && info.TryGetProperty("info_kind", out var kind) ? kind.GetString()! : "",
            link.GetProperty("mtu").GetInt32(),
            link.GetProperty("flags").EnumerateArray().Any(flag => flag.GetString() == "UP"),
            link.TryGetProperty("master", out var master) ? master.GetString() : null,
            link.TryGetProperty("link", out var parent) ? parent.GetString() : null,
            hasInfo && info.TryGetProperty("info_data", out var details) ? details : default,
            [.. link.GetProperty("addr_info").EnumerateArray().Where(address => address.TryGetProperty("local", out _)).Select(LinkAddress.Read)]);
    }
}

/// <summary>An address of an interface.</summary>
/// <param name="Cidr">The address with its prefix length.</param>
/// <param name="Address">The address alone.</param>
/// <param name="IsGlobal">False for link-local and host addresses.</param>
/// <param name="IsTentative">True while the kernel still asks whether someone else has it; it cannot be used yet.</param>
internal sealed record LinkAddress(string Cidr, string Address, bool IsGlobal, bool IsTentative)
{
    internal static LinkAddress Read(JsonElement address)
    {
        var local = address.GetProperty("local").GetString()!;
        return new LinkAddress(
            string.Create(CultureInfo.InvariantCulture, $"{local}/{address.GetProperty("prefixlen").GetInt32()}"), local,
            address.GetProperty("scope").GetString() == "global", address.TryGetProperty("tentative", out var tentative) && tentative.GetBoolean());
    }
}
