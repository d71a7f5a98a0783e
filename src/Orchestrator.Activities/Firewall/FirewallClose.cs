using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Firewall;

[Activity(
    "firewall.close", Effect.Idempotent, "Make sure that no rule of firewall.open for these ports is left.",
    Remarks = "Only rules with our comment for exactly the same port, interface and source are removed; what somebody else lets in stays open.",
    Example = """
        - id: shut
          target: node
          uses: firewall.close
          with:
            ports: [80/tcp]
        """)]
internal sealed class FirewallClose : Activity<FirewallPorts, NoOutput>
{
    protected override async Task<Check<NoOutput>> CheckAsync(FirewallPorts input, ActivityContext context, CancellationToken cancellationToken)
    {
        var found = await FindAsync(input, context, cancellationToken).ConfigureAwait(false);
        return found.Count == 0
            ? Check<NoOutput>.Satisfied(NoOutput.Value)
            : Check<NoOutput>.Differs([.. found.Select(rule => new Change($"{rule.Comment[FirewallRule.OwnPrefix.Length..]} in {rule.Chain}", "accepted", null))]);
    }

    protected override async Task<Outcome<NoOutput>> ApplyAsync(FirewallPorts input, ActivityContext context, CancellationToken cancellationToken)
    {
        var found = await FindAsync(input, context, cancellationToken).ConfigureAwait(false);
        await Ruleset.ApplyAsync(context.Target, found.Select(rule => Ruleset.Delete(rule.Chain, rule.Handle)), cancellationToken).ConfigureAwait(false);
        return Outcome<NoOutput>.Changes(NoOutput.Value);
    }

    private static async Task<IReadOnlyList<(BaseChain Chain, string Comment, int Handle)>> FindAsync(FirewallPorts input, ActivityContext context, CancellationToken cancellationToken)
    {
        var comments = FirewallRule.Read(input).Select(rule => rule.Comment).ToHashSet();
        return (await Ruleset.ReadAsync(context.Target, cancellationToken).ConfigureAwait(false)).Own((_, comment) => comments.Contains(comment));
    }
}
