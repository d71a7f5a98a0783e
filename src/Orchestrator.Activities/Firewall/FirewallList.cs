using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Firewall;

[Activity(
    "firewall.list", Effect.Read, "Read which chains decide what comes in, and the ports that firewall.open let in.",
    Example = """
        - id: rules
          target: node
          uses: firewall.list
        """)]
internal sealed class FirewallList : Activity<FirewallListInput, FirewallListOutput>
{
    protected override async Task<Outcome<FirewallListOutput>> ApplyAsync(FirewallListInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var ruleset = await Ruleset.ReadAsync(context.Target, cancellationToken).ConfigureAwait(false);
        return Outcome<FirewallListOutput>.Same(new FirewallListOutput
        {
            Chains = [.. ruleset.Chains.Select(chain => new FirewallChain { Chain = chain.ToString(), Hook = chain.Hook, Policy = chain.Policy, Refuses = chain.Refuses })],
            Own = [.. ruleset.Own((_, _) => true).Select(rule => $"{rule.Chain} {rule.Comment[FirewallRule.OwnPrefix.Length..]}")],
        });
    }
}

/// <summary>Nothing to say.</summary>
public sealed record FirewallListInput;

/// <summary>How the firewall stands.</summary>
public sealed record FirewallListOutput
{
    /// <summary>Chains.</summary>
    [Field("The chains that decide about incoming and forwarded packets.")]
    public IReadOnlyList<FirewallChain> Chains { get; init; } = [];

    /// <summary>Own rules.</summary>
    [Field("Rules of firewall.open, `family table chain port`.")]
    public IReadOnlyList<string> Own { get; init; } = [];
}

/// <summary>A chain.</summary>
public sealed record FirewallChain
{
    /// <summary>Name.</summary>
    [Field("`family table chain`.")]
    public string Chain { get; init; } = "";

    /// <summary>Hook.</summary>
    [Field("`input` or `forward`.")]
    public string Hook { get; init; } = "";

    /// <summary>Policy.</summary>
    [Field("What happens at its end: `accept` or `drop`.")]
    public string Policy { get; init; } = "";

    /// <summary>Refuses.</summary>
    [Field("True when it can keep something out.")]
    public bool Refuses { get; init; }
}
