using System.Globalization;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Network;

/// <summary>The largest packet of an interface.</summary>
[Activity("network.mtu", Effect.Idempotent, "Make sure an interface has this MTU.", HasUndo = true, Remarks = """
    Undo sets it back to what it was. Fails with `network.interfaceMissing`, or `network.refused` when the interface cannot carry packets of that size.
    """, Example = """
    - id: jumbo
      uses: network.mtu@1
      with: {interface: backplane, mtu: 2000}
      target: node
    """)]
internal sealed class NetworkMtu : Activity<NetworkMtu.Input, NetworkMtu.Output>
{
    internal sealed record Input
    {
        [Field("The interface.", Pattern = Link.NamePattern)]
        public required string Interface { get; init; }

        [Field("Bytes.", Min = 68, Max = 65535)]
        public required int Mtu { get; init; }
    }

    internal sealed record Output
    {
        [Field("Bytes, now.")]
        public required int Mtu { get; init; }

        [Field("Bytes, before this step.")]
        public required int Previous { get; init; }
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var link = await Link.GetAsync(context, input.Interface, cancellationToken).ConfigureAwait(false);
        return link.Mtu == input.Mtu
            ? Check<Output>.Satisfied(new Output { Mtu = link.Mtu, Previous = link.Mtu })
            : Check<Output>.Differs(new Change($"{input.Interface} mtu", Text(link.Mtu), Text(input.Mtu))) with { Intent = Value.Map(("previous", Value.Of(link.Mtu))) };
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var link = await Link.GetAsync(context, input.Interface, cancellationToken).ConfigureAwait(false);
        await SetAsync(input.Interface, input.Mtu, context, cancellationToken).ConfigureAwait(false);
        return Outcome<Output>.Changes(new Output { Mtu = input.Mtu, Previous = link.Mtu });
    }

    protected override async Task UndoAsync(Input input, Output output, ActivityContext context, CancellationToken cancellationToken)
    {
        if (await Link.FindAsync(context, input.Interface, cancellationToken).ConfigureAwait(false) is not null)
            await SetAsync(input.Interface, output.Previous, context, cancellationToken).ConfigureAwait(false);
    }

    private static Task SetAsync(string name, int mtu, ActivityContext context, CancellationToken cancellationToken) =>
        Link.IpAsync(context, $"set the MTU of {name}", cancellationToken, "link", "set", "dev", name, "mtu", Text(mtu));

    private static string Text(int mtu) => mtu.ToString(CultureInfo.InvariantCulture);
}
