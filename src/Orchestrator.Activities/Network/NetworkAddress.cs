using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Network;

/// <summary>Addresses of an interface.</summary>
[Activity("network.address", Effect.Idempotent, "Make sure an interface has these addresses.", HasUndo = true, Remarks = """
    With `hostBitsFrom` the host bits of every address are taken from that address: `10.20.0.0/16` and a management address `192.168.3.7` give `10.20.3.7/16`, the rule by which
    a node's storage address follows from its management address. With `exclusive` any other global address of the interface is removed. Undo takes away the addresses this step
    added and gives back those it removed.
    """, Example = """
    - id: storage
      uses: network.address@1
      with:
        interface: backplane
        addresses: [10.20.0.0/16]
        hostBitsFrom: 192.168.3.7
      target: node
    """)]
internal sealed class NetworkAddress : Activity<NetworkAddress.Input, NetworkAddress.Output>
{
    internal sealed record Input
    {
        [Field("The interface.", Pattern = Link.NamePattern)]
        public required string Interface { get; init; }

        [Field("Addresses with prefix length, IPv4 or IPv6.", Format = "cidr")]
        public required IReadOnlyList<string> Addresses { get; init; }

        [Field("Address whose host bits replace those of `addresses` of the same family. When absent they are taken as written.", Format = "ipAddress")]
        public string? HostBitsFrom { get; init; }

        [Field("Whether other global addresses of the interface are removed.")]
        public bool Exclusive { get; init; }

        [Field("Whether the interface is switched on. When false it stays as it is.")]
        public bool Up { get; init; } = true;
    }

    internal sealed record Output
    {
        [Field("The first of the addresses, without prefix length; empty when none was asked for.")]
        public string Address { get; init; } = "";

        [Field("All of them, with prefix length.")]
        public IReadOnlyList<string> Addresses { get; init; } = [];

        [Field("Addresses this step added.")]
        public IReadOnlyList<string> Added { get; init; } = [];

        [Field("Addresses this step removed.")]
        public IReadOnlyList<string> Removed { get; init; } = [];
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var wanted = Wanted(input);
        var link = await Link.GetAsync(context, input.Interface, cancellationToken).ConfigureAwait(false);
        var (missing, strays) = (Missing(wanted, link), Strays(input, wanted, link));
        List<Change> changes = [.. missing.Select(cidr => new Change(input.Interface, null, cidr)), .. strays.Select(cidr => new Change(input.Interface, cidr, null))];
        if (input.Up && !link.IsUp) changes.Add(new Change(input.Interface, "down", "up"));
        return changes.Count == 0 ? Check<Output>.Satisfied(Result(wanted, [], [])) : Check<Output>.Differs(changes) with
        {
            Intent = Value.Map(("added", Value.List(missing.Select(Value.Of))), ("removed", Value.List(strays.Select(Value.Of)))),
        };
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var wanted = Wanted(input);
        var link = await Link.GetAsync(context, input.Interface, cancellationToken).ConfigureAwait(false);
        var (missing, strays) = (Missing(wanted, link), Strays(input, wanted, link));
        foreach (var cidr in missing) await ChangeAsync("add", cidr, input, context, cancellationToken).ConfigureAwait(false);
        foreach (var cidr in strays) await ChangeAsync("delete", cidr, input, context, cancellationToken).ConfigureAwait(false);
        if (input.Up) await Link.IpAsync(context, $"switch {input.Interface} on", cancellationToken, "link", "set", "dev", input.Interface, "up").ConfigureAwait(false);
        return Outcome<Output>.Changes(Result(wanted, missing, strays));
    }

    protected override async Task UndoAsync(Input input, Output output, ActivityContext context, CancellationToken cancellationToken)
    {
        if (await Link.FindAsync(context, input.Interface, cancellationToken).ConfigureAwait(false) is not { } link) return;
        var present = link.Addresses.Select(address => address.Cidr).ToHashSet();
        foreach (var cidr in output.Added.Where(present.Contains)) await ChangeAsync("delete", cidr, input, context, cancellationToken).ConfigureAwait(false);
        foreach (var cidr in output.Removed.Where(cidr => !present.Contains(cidr))) await ChangeAsync("add", cidr, input, context, cancellationToken).ConfigureAwait(false);
    }

    private static Task ChangeAsync(string verb, string cidr, Input input, ActivityContext context, CancellationToken cancellationToken) =>
        Link.IpAsync(context, $"{verb} {cidr} on {input.Interface}", cancellationToken, "address", verb, cidr, "dev", input.Interface);

    private static string[] Wanted(Input input) =>
    [
        .. input.Addresses.Select(written => (input.HostBitsFrom is null ? null : HostBits.Combine(written, input.HostBitsFrom)) ?? HostBits.Canonical(written)
            ?? throw new FailureException("input.invalid", FailureKind.Permanent, $"`{written}` is no address with a prefix length, such as 10.0.0.1/24")).Distinct(),
    ];

    private static string[] Missing(string[] wanted, Link link) => [.. wanted.Except(link.Addresses.Select(address => address.Cidr))];

    private static string[] Strays(Input input, string[] wanted, Link link) =>
        input.Exclusive ? [.. link.Addresses.Where(address => address.IsGlobal).Select(address => address.Cidr).Except(wanted)] : [];

    private static Output Result(string[] wanted, string[] added, string[] removed) =>
        new() { Address = wanted.Length == 0 ? "" : wanted[0].Split('/')[0], Addresses = wanted, Added = added, Removed = removed };
}
