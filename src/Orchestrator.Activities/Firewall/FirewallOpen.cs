using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Firewall;

[Activity(
    "firewall.open", Effect.Idempotent, "Make sure that the target's nftables let ports in.",
    HasUndo = true,
    Remarks = """
        nftables asks every chain, and one refusal is enough; so a rule goes to the head of each input chain that refuses something and does not accept the port
        yet. The same for ports of containers in forward chains, except Docker's own, which open themselves. A machine without such chains is open already.
        Our rules carry the comment `orchestrator:<port>`; no other rule is ever changed, and nothing is stored for the next boot. The undo removes what this
        step added. Failures: `firewall.failed`.
        """,
    Example = """
        - id: web
          target: node
          uses: firewall.open
          with:
            ports: [80/tcp, 443/tcp]
            source: 10.0.0.0/8
        """)]
internal sealed class FirewallOpen : Activity<FirewallPorts, FirewallOpenOutput>
{
    protected override async Task<Check<FirewallOpenOutput>> CheckAsync(FirewallPorts input, ActivityContext context, CancellationToken cancellationToken)
    {
        var rules = FirewallRule.Read(input);
        var ruleset = await Ruleset.ReadAsync(context.Target, cancellationToken).ConfigureAwait(false);
        var missing = ruleset.Missing(rules).ToArray();
        if (missing.Length == 0) return Check<FirewallOpenOutput>.Satisfied(new FirewallOpenOutput());
        return Check<FirewallOpenOutput>.Differs([.. missing.Select(rule => new Change($"{rule.Rule} in {rule.Chain}", null, "accepted"))]) with
        {
            Intent = Value.Map(("added", Value.List(missing.Select(rule => Value.Of(Name(rule.Chain, rule.Rule.Comment)))))),
        };
    }

    protected override async Task<Outcome<FirewallOpenOutput>> ApplyAsync(FirewallPorts input, ActivityContext context, CancellationToken cancellationToken)
    {
        var ruleset = await Ruleset.ReadAsync(context.Target, cancellationToken).ConfigureAwait(false);
        var missing = ruleset.Missing(FirewallRule.Read(input)).ToArray();
        await Ruleset.ApplyAsync(context.Target, missing.Select(rule => $"insert rule {rule.Chain} {rule.Statement}"), cancellationToken).ConfigureAwait(false);
        foreach (var (chain, rule, _) in missing) context.Log($"{rule} is let in by {chain}");
        return Outcome<FirewallOpenOutput>.Changes(new FirewallOpenOutput { Added = [.. missing.Select(rule => Name(rule.Chain, rule.Rule.Comment))] });
    }

    protected override async Task UndoAsync(FirewallPorts input, FirewallOpenOutput output, ActivityContext context, CancellationToken cancellationToken)
    {
        var ruleset = await Ruleset.ReadAsync(context.Target, cancellationToken).ConfigureAwait(false);
        var mine = ruleset.Own((chain, comment) => output.Added.Contains(Name(chain, comment)));
        if (mine.Count > 0) await Ruleset.ApplyAsync(context.Target, mine.Select(rule => Ruleset.Delete(rule.Chain, rule.Handle)), cancellationToken).ConfigureAwait(false);
    }

    private static string Name(BaseChain chain, string comment) => $"{chain} {comment[FirewallRule.OwnPrefix.Length..]}";
}

/// <summary>What was added.</summary>
public sealed record FirewallOpenOutput
{
    /// <summary>Rules.</summary>
    [Field("The rules this step added, `family table chain port`; empty when all was open.")]
    public IReadOnlyList<string> Added { get; init; } = [];
}
