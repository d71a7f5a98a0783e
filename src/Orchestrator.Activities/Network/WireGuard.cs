using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Network;

/// <summary>
/// A WireGuard interface of the target: in the kernel where it has the type, else <c>wireguard-go</c> under a supervisor. The key pair is made on the target and the private half
/// stays there, in <c>$state/wireguard/NAME.key</c>.
/// </summary>
internal static class WireGuard
{
    /// <summary>What differs from the input, besides addresses.</summary>
    public static async Task<IReadOnlyList<Change>> ChangesAsync(NetworkJoin.Input input, Link? link, ActivityContext context, CancellationToken cancellationToken)
    {
        if (link is null) return [new Change(input.Interface, null, "WireGuard interface")];
        var live = await LiveAsync(input.Interface, context, cancellationToken).ConfigureAwait(false);
        var changes = new List<Change>();
        if (live.PublicKey.Length == 0 || live.PublicKey != live.KeyOnFile) changes.Add(new Change($"{input.Interface} key", live.PublicKey.Length == 0 ? null : live.PublicKey, "the key of the target's state folder"));
        if (input.ListenPort > 0 && live.ListenPort != input.ListenPort) changes.Add(new Change($"{input.Interface} port", Text(live.ListenPort), Text(input.ListenPort)));
        foreach (var peer in input.Peers)
        {
            if (!live.Peers.TryGetValue(peer.PublicKey, out var allowed)) changes.Add(new Change($"{input.Interface} peer", null, peer.PublicKey));
            else if (!allowed.SetEquals(Allowed(peer))) changes.Add(new Change($"{input.Interface} peer {peer.PublicKey}", string.Join(' ', allowed.Order()), string.Join(' ', Allowed(peer))));
        }

        changes.AddRange(live.Peers.Keys.Except(input.Peers.Select(peer => peer.PublicKey)).Select(stray => new Change($"{input.Interface} peer", stray, null)));
        changes.AddRange(Routes(input).Except(live.Routes).Select(route => new Change($"{input.Interface} route", null, route)));
        // Endpoints move with their peers, so they are compared with what was asked last time and not with what is.
        if (changes.Count == 0 && live.Mark != Mark(input)) changes.Add(new Change($"{input.Interface} peers", "other endpoints or keepalive", "as asked"));
        return changes;
    }

    public static async Task ApplyAsync(NetworkJoin.Input input, Link? link, ActivityContext context, CancellationToken cancellationToken)
    {
        if (link is null) await CreateAsync(input.Interface, context, cancellationToken).ConfigureAwait(false);
        var key = await MakeKeyAsync(input.Interface, context, cancellationToken).ConfigureAwait(false);
        var live = await LiveAsync(input.Interface, context, cancellationToken).ConfigureAwait(false);
        List<string> set = ["wg", "set", input.Interface, "private-key", key];
        if (input.ListenPort > 0) set.AddRange(["listen-port", Text(input.ListenPort)]);
        foreach (var stray in live.Peers.Keys.Except(input.Peers.Select(peer => peer.PublicKey))) set.AddRange(["peer", stray, "remove"]);
        foreach (var peer in input.Peers)
        {
            set.AddRange(["peer", peer.PublicKey, "persistent-keepalive", Text((int)peer.Keepalive.TotalSeconds)]);
            if (peer.Endpoint is { } endpoint) set.AddRange(["endpoint", endpoint]);
            set.AddRange(["allowed-ips", string.Join(',', Allowed(peer))]);
        }

        (await context.RunAsync(cancellationToken, set).ConfigureAwait(false)).OrFail("network.refused", $"cannot configure {input.Interface}");
    }

    /// <summary>After the interface is up and has its addresses: routes to what the peers may send, and the note of what was asked.</summary>
    public static async Task FinishAsync(NetworkJoin.Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        foreach (var route in Routes(input))
            await Link.IpAsync(context, $"route {route} through {input.Interface}", cancellationToken, "route", "replace", route, "dev", input.Interface).ConfigureAwait(false);
        const string note = Shell.State + "printf %s \"$2\" >\"$state/wireguard/$1.asked\"";
        (await context.ScriptAsync(note, [input.Interface, Mark(input)], cancellationToken).ConfigureAwait(false)).OrFail("network.refused", "cannot write the target's state folder");
    }

    public static async Task<string> PublicKeyAsync(string name, ActivityContext context, CancellationToken cancellationToken) =>
        (await LiveAsync(name, context, cancellationToken).ConfigureAwait(false)).KeyOnFile;

    public static string Process(string name) => $"processes/wireguard-{name}";

    private static async Task CreateAsync(string name, ActivityContext context, CancellationToken cancellationToken)
    {
        var added = await context.RunAsync(cancellationToken, "ip", "link", "add", "dev", name, "type", "wireguard").ConfigureAwait(false);
        if (added.Ok) return;
        var hasNoType = added.Error.Contains("Unknown device type", StringComparison.Ordinal) || added.Error.Contains("not supported", StringComparison.Ordinal);
        if (!hasNoType) added.OrFail("network.refused", $"cannot make {name}");
        context.Log("the kernel has no WireGuard; using wireguard-go");
        var state = await Supervisor.LookAsync(context, Process(name), null, create: true, cancellationToken).ConfigureAwait(false);
        if (state.Status != SupervisedStatus.Absent) await Supervisor.StopAsync(context, state.Folder, null, TimeSpan.FromSeconds(5), cancellationToken).ConfigureAwait(false);
        await Supervisor.StartAsync(context, state.Folder, new Command("wireguard-go", "-f", name) { Environment = Shell.EnvironmentOf(context) }, "", oneLog: true, cancellationToken).ConfigureAwait(false);
        while (!(await context.RunAsync(cancellationToken, "wg", "show", name, "listen-port").ConfigureAwait(false)).Ok)
        {
            state = await Supervisor.LookAsync(context, Process(name), null, create: false, cancellationToken).ConfigureAwait(false);
            if (state.Status != SupervisedStatus.Running) throw await NotStartedAsync(name, state, context, cancellationToken).ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromMilliseconds(50), context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<FailureException> NotStartedAsync(string name, SupervisedState state, ActivityContext context, CancellationToken cancellationToken)
    {
        var tail = await Supervisor.TailAsync(context, state.Folder, null, cancellationToken).ConfigureAwait(false);
        return state.ExitCode == 127
            ? new FailureException("network.wireguardUnavailable", FailureKind.Permanent, "the target has neither WireGuard in its kernel nor the program wireguard-go; install wireguard-go")
            : new FailureException(new Failure("network.wireguardFailed", FailureKind.Permanent, $"wireguard-go for {name} ended with exit code {state.ExitCode}: {tail.LastOrDefault() ?? "it wrote nothing"}", LogTail: tail));
    }

    private static async Task<string> MakeKeyAsync(string name, ActivityContext context, CancellationToken cancellationToken)
    {
        const string script = Shell.State + """
            key=$state/wireguard/$1.key
            mkdir -p "$state/wireguard" || exit 1
            if [ ! -s "$key" ]; then wg genkey >"$key.part" && mv "$key.part" "$key" || exit 1; fi
            printf %s "$key"
            """;
        return (await context.ScriptAsync(script, [name], cancellationToken).ConfigureAwait(false)).OrFail("network.keyFailed", $"cannot make a key for {name}; are the wireguard-tools installed?").Output;
    }

    /// <summary>Asks for everything but the private key, which <c>wg show NAME dump</c> would print.</summary>
    private static async Task<(string PublicKey, string KeyOnFile, int ListenPort, Dictionary<string, HashSet<string>> Peers, HashSet<string> Routes, string Mark)> LiveAsync(
        string name, ActivityContext context, CancellationToken cancellationToken)
    {
        const string script = Shell.State + """
            one() { printf '%s %s\n' "$1" "$2"; }
            one public "$(wg show "$1" public-key 2>/dev/null)"
            one port "$(wg show "$1" listen-port 2>/dev/null)"
            if [ -s "$state/wireguard/$1.key" ]; then one file "$(wg pubkey <"$state/wireguard/$1.key")"; fi
            one mark "$(cat "$state/wireguard/$1.asked" 2>/dev/null)"
            wg show "$1" allowed-ips 2>/dev/null | sed 's/^/peer /'
            ip -o route show dev "$1" 2>/dev/null | sed 's/^/route /'
            ip -6 -o route show dev "$1" 2>/dev/null | sed 's/^/route /'
            exit 0
            """;
        var shown = (await context.ScriptAsync(script, [name], cancellationToken).ConfigureAwait(false)).OrFail("network.unreadable", $"cannot read {name}");
        var lines = shown.Output.Split('\n').Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).ToLookup(words => words.FirstOrDefault() ?? "");
        string First(string what) => lines[what].FirstOrDefault() is { Length: > 1 } words ? words[1] : "";
        return (
            First("public") is "(none)" ? "" : First("public"), First("file"), int.TryParse(First("port"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0,
            lines["peer"].Where(words => words.Length > 1).ToDictionary(words => words[1], words => words.Skip(2).Where(word => word != "(none)").ToHashSet()),
            lines["route"].Where(words => words.Length > 1).Select(words => HostBits.Canonical(words[1]) ?? words[1]).ToHashSet(), First("mark"));
    }

    private static string[] Allowed(NetworkJoin.Peer peer) => [.. peer.AllowedIps.Select(cidr => HostBits.Canonical(cidr) ?? cidr).Order()];

    /// <summary>What the peers' networks need beside the interface's own network. A default route is a decision of its own and never made here.</summary>
    private static string[] Routes(NetworkJoin.Input input) =>
    [
        .. input.Peers.SelectMany(Allowed).Distinct()
            .Where(cidr => HostBits.TryParse(cidr, out _, out var prefix) && prefix > 0 && !input.Addresses.Any(address => Covers(address, cidr))),
    ];

    private static bool Covers(string address, string cidr) =>
        HostBits.TryParse(address, out _, out var prefix) && HostBits.TryParse(cidr, out var network, out var length) && prefix <= length
        && HostBits.Combine(address, network.ToString()) == string.Create(CultureInfo.InvariantCulture, $"{network}/{prefix}");

    private static string Mark(NetworkJoin.Input input) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', input.Peers.Select(peer => $"{peer.PublicKey} {peer.Endpoint} {peer.Keepalive}")))));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
