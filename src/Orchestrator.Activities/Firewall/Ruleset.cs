using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Firewall;

/// <summary>A chain that the kernel enters by itself.</summary>
/// <param name="Family"><c>inet</c>, <c>ip</c> or <c>ip6</c>.</param>
/// <param name="Table">Its table.</param>
/// <param name="Name">Its name.</param>
/// <param name="Hook"><c>input</c> or <c>forward</c>.</param>
/// <param name="Policy">What happens at its end.</param>
/// <param name="Rules">Its rules in order.</param>
internal sealed record BaseChain(string Family, string Table, string Name, string Hook, string Policy, IReadOnlyList<JsonNode> Rules)
{
    /// <summary>True when it can keep something out: nftables asks every chain, and one refusal is enough.</summary>
    public bool Refuses => Policy == "drop" || Rules.Any(rule => Expressions(rule).Any(part => part.ContainsKey("drop") || part.ContainsKey("reject") || part.ContainsKey("jump") || part.ContainsKey("goto")));

    /// <summary>True when it lets the port in: by our rule, or by anybody's that asks for nothing but the port.</summary>
    public bool Accepts(FirewallRule wanted) => Rules.Any(rule => Comment(rule) == wanted.Comment || (Hook == "input" && IsPlainAccept(rule, wanted)));

    public static string? Comment(JsonNode rule) => rule["comment"]?.GetValue<string>();

    public override string ToString() => $"{Family} {Table} {Name}";

    private static bool IsPlainAccept(JsonNode rule, FirewallRule wanted)
    {
        var parts = Expressions(rule).Where(part => !part.ContainsKey("counter")).ToArray();
        return parts is [{ } match, { } verdict] && verdict.ContainsKey("accept")
            && match["match"]?["op"]?.GetValue<string>() == "==" && match["match"]!["left"]?["payload"] is { } payload
            && payload["protocol"]?.GetValue<string>() == wanted.Protocol && payload["field"]?.GetValue<string>() == "dport"
            && match["match"]!["right"] is JsonValue port && port.TryGetValue<int>(out var number) && number == wanted.Port;
    }

    private static IEnumerable<JsonObject> Expressions(JsonNode rule) => (rule["expr"] as JsonArray ?? []).OfType<JsonObject>();
}

/// <summary>The nftables rules of a target that decide what comes in.</summary>
internal sealed class Ruleset
{
    private Ruleset(IReadOnlyList<BaseChain> chains) => Chains = chains;

    /// <summary>Input chains, and the forward chains that nobody else (Docker) cares for.</summary>
    public IReadOnlyList<BaseChain> Chains { get; }

    public static async Task<Ruleset> ReadAsync(Target target, CancellationToken cancellationToken)
    {
        var listed = (await target.RunAsync(new Command("nft", "-j", "list", "ruleset"), cancellationToken).ConfigureAwait(false))
            .OrFail("firewall.failed", $"cannot read the firewall of {target.Address}");
        var items = JsonNode.Parse(listed.Output)!["nftables"]!.AsArray().OfType<JsonObject>().ToArray();
        var chains = items.Select(item => item["chain"]).OfType<JsonObject>().ToArray();
        var rules = items.Select(item => item["rule"]).OfType<JsonObject>().ToLookup(rule => (Text(rule, "family"), Text(rule, "table"), Text(rule, "chain")));
        var docker = chains.Where(chain => Text(chain, "name") == "DOCKER").Select(chain => (Text(chain, "family"), Text(chain, "table"))).ToHashSet();
        return new Ruleset(
        [
            .. from chain in chains
               let key = (Family: Text(chain, "family"), Table: Text(chain, "table"), Name: Text(chain, "name"))
               let hook = chain["hook"]?.GetValue<string>()
               where key.Family is "inet" or "ip" or "ip6" && chain["type"]?.GetValue<string>() == "filter"
               where hook == "input" || (hook == "forward" && !docker.Contains((key.Family, key.Table)))
               select new BaseChain(key.Family, key.Table, key.Name, hook, chain["policy"]?.GetValue<string>() ?? "accept", [.. rules[key]]),
        ]);
    }

    /// <summary>What is missing for these ports to be let in, as statements of nft by chain.</summary>
    public IEnumerable<(BaseChain Chain, FirewallRule Rule, string Statement)> Missing(IReadOnlyList<FirewallRule> wanted) =>
        from chain in Chains
        where chain.Refuses
        from rule in wanted
        where !chain.Accepts(rule)
        let statement = rule.Statement(chain)
        where statement is not null
        select (chain, rule, statement);

    /// <summary>Our own rules that <paramref name="which"/> picks.</summary>
    public IReadOnlyList<(BaseChain Chain, string Comment, int Handle)> Own(Func<BaseChain, string, bool> which) =>
    [
        .. from chain in Chains
           from rule in chain.Rules
           let comment = BaseChain.Comment(rule)
           where comment is not null && comment.StartsWith(FirewallRule.OwnPrefix, StringComparison.Ordinal) && which(chain, comment)
           select (chain, comment, rule["handle"]!.GetValue<int>()),
    ];

    /// <summary>Applies commands in one transaction.</summary>
    public static async Task ApplyAsync(Target target, IEnumerable<string> commands, CancellationToken cancellationToken)
    {
        var script = Encoding.UTF8.GetBytes(string.Concat(commands.Select(command => command + "\n")));
        var result = await target.RunAsync(new Command("nft", "-f", "-") { StandardInput = script }, cancellationToken).ConfigureAwait(false);
        result.OrFail("firewall.failed", $"cannot change the firewall of {target.Address}", FailureKind.Transient);
    }

    public static string Delete(BaseChain chain, int handle) => string.Create(CultureInfo.InvariantCulture, $"delete rule {chain} handle {handle}");

    private static string Text(JsonObject node, string key) => node[key]!.GetValue<string>();
}
