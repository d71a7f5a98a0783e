using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Network;

/// <summary>The end of a membership.</summary>
[Activity("network.leave", Effect.Idempotent, "Make sure the target is not in an overlay network that network.join put it in.", Remarks = """
    The key pair stays on the target, so a later join has the same public key. Fails with `network.nameTaken` when the interface is no overlay's.
    """, Example = """
    - id: leave
      uses: network.leave@1
      with: {interface: mgmt0}
      target: node
    """)]
internal sealed class NetworkLeave : Activity<NetworkLeave.Input, NoOutput>
{
    internal sealed record Input
    {
        [Field("The interface that network.join made.", Pattern = Link.NamePattern)]
        public required string Interface { get; init; }
    }

    protected override async Task<Check<NoOutput>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var link = await Link.FindAsync(context, input.Interface, cancellationToken).ConfigureAwait(false);
        var program = await Supervisor.LookAsync(context, WireGuard.Process(input.Interface), null, create: false, cancellationToken).ConfigureAwait(false);
        return link is null && program.Status != SupervisedStatus.Running
            ? Check<NoOutput>.Satisfied(NoOutput.Value)
            : Check<NoOutput>.Differs(new Change(input.Interface, link?.Kind is { Length: > 0 } kind ? kind : "there", null));
    }

    protected override async Task<Outcome<NoOutput>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken) =>
        await NetworkJoin.LeaveAsync(input.Interface, context, cancellationToken).ConfigureAwait(false)
            ? Outcome<NoOutput>.Changes(NoOutput.Value)
            : Outcome<NoOutput>.Same(NoOutput.Value);
}
