using Orchestrator.Activities.Network;
using Orchestrator.Activities.Tests.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Lab;
using static Orchestrator.Testing.ActivityContexts;

namespace Orchestrator.Activities.Tests.Network;

public sealed class WireGuardTests : IAsyncLifetime, IDisposable
{
    // The control sockets of wireguard-go lie in one folder for all namespaces.
    private readonly string _here = $"wa{Environment.ProcessId}";
    private readonly string _there = $"wb{Environment.ProcessId}";
    private NetworkNamespace _network = null!;
    private NetworkNamespace _other = null!;
    private Workplace _place = null!;
    private Workplace _far = null!;

    public async Task InitializeAsync()
    {
        (_network, _other) = (await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync());
        await _network.ConnectAsync(_other, "10.230.1.1/30", "10.230.1.2/30");
        (_place, _far) = (new Workplace(_network.Name), new Workplace(_other.Name));
    }

    public async Task DisposeAsync()
    {
        try
        {
            await NetworkJoin.LeaveAsync(_here, _place.Context(), CancellationToken.None);
            await NetworkJoin.LeaveAsync(_there, _far.Context(), CancellationToken.None);
        }
        finally
        {
            await _network.DisposeAsync();
            await _other.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _place?.Dispose();
        _far?.Dispose();
    }

    [LabFact("ip", "wg", "wireguard-go")]
    public async Task Join_TwoEnds_ShakeHandsAndPing()
    {
        var far = await _far.RunAsync(new NetworkJoin(), Join(_there, "10.99.0.2/24", 51822));
        Assert.True(far.Changed);
        var farKey = far.Output.Get("publicKey")!.AsString()!;
        Assert.Matches("^[A-Za-z0-9+/]{43}=$", farKey);
        Assert.Equal(Value.Of("10.99.0.2"), far.Output.Get("address"));

        var mine = Join(_here, "10.99.0.1/24", 51821, (farKey, "10.230.1.2:51822", "10.99.0.2/32,10.77.0.0/16"));
        var near = await _place.RunAsync(new NetworkJoin(), mine);
        var nearKey = near.Output.Get("publicKey")!.AsString()!;
        Assert.False((await _place.RunAsync(new NetworkJoin(), mine)).Changed);
        Assert.Contains($"10.77.0.0/16 dev {_here}", await _network.RunAsync("ip", "route"));
        var wait = Input($"{{'interface': '{_here}', 'handshakeWith': ['{farKey}']}}");
        Assert.Contains("handshake", (await new NetworkWaitAddress().ExecuteAsync(wait, _place.Context(), CancellationToken.None)).Reason);

        var theirs = Join(_there, "10.99.0.2/24", 51822, (nearKey, "10.230.1.1:51821", "10.99.0.1/32"));
        Assert.Equal([$"{_there} peer: {nearKey}"], (await _far.PlanAsync(new NetworkJoin(), theirs)).Changes.Select(change => change.ToString()));
        var again = await _far.RunAsync(new NetworkJoin(), theirs);
        Assert.Equal(farKey, again.Output.Get("publicKey")!.AsString());
        Assert.Equal(Value.Of(false), again.Output.Get("created"));
        await _network.RunAsync("ping", "-c", "1", "-W", "10", "10.99.0.2");
        Assert.Equal(ActivityResultKind.Done, (await new NetworkWaitAddress().ExecuteAsync(wait, _place.Context(), CancellationToken.None)).Kind);

        await new NetworkJoin().UndoAsync(mine, near.Output, _place.Context(), CancellationToken.None);
        Assert.NotEqual(0, (await _network.TryAsync("ip", "link", "show", _here)).Code);
        Assert.Equal(nearKey, (await _place.RunAsync(new NetworkJoin(), mine)).Output.Get("publicKey")!.AsString());
        Assert.True((await _place.RunAsync(new NetworkLeave(), Input($"{{'interface': '{_here}'}}"))).Changed);
        Assert.False((await _place.RunAsync(new NetworkLeave(), Input($"{{'interface': '{_here}'}}"))).Changed);
    }

    [LabFact("ip", "wg", "wireguard-go")]
    public async Task Join_PrivateKey_StaysInAPrivateFileOnTheTarget()
    {
        var input = Join(_here, "10.99.0.1/24", 0);
        var (output, _) = await _place.RunAsync(new NetworkJoin(), input);
        var file = _place[$"state/wireguard/{_here}.key"];
        var secret = File.ReadAllText(file).Trim();
        Assert.Equal("600", await _place.ShellAsync($"stat -c %a {file}"));
        Assert.DoesNotContain(secret, output.ToString());
        Assert.DoesNotContain(_place.Log, line => line.Contains(secret));
    }

    [LabFact("ip", "wg", "wireguard-go")]
    public async Task Join_NameOfSomethingElse_Fails()
    {
        await _network.RunAsync("ip", "link", "add", "nic1", "type", "veth", "peer", "name", "nic2");
        Assert.Equal("network.nameTaken", (await _place.FailAsync(new NetworkJoin(), Join("nic1", "10.99.0.1/24", 0))).Code);
        Assert.Equal("network.nameTaken", (await _place.FailAsync(new NetworkLeave(), Input("{'interface': 'nic1'}"))).Code);
    }

    private static MapValue Join(string name, string address, int port, params (string Key, string Endpoint, string Allowed)[] peers) => Value.Map(
        ("kind", Value.Of("wireguard")), ("interface", Value.Of(name)), ("addresses", Value.List(Value.Of(address))), ("listenPort", Value.Of(port)),
        ("peers", Value.List(peers.Select(peer => Value.Map(
            ("publicKey", Value.Of(peer.Key)), ("endpoint", Value.Of(peer.Endpoint)), ("allowedIps", Value.List(peer.Allowed.Split(',').Select(Value.Of))))))));
}
