using Orchestrator.Activities.Network;
using Orchestrator.Activities.Tests.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Lab;
using static Orchestrator.Testing.ActivityContexts;

namespace Orchestrator.Activities.Tests.Network;

/// <summary>A private Open vSwitch in a namespace of its own, with two hosts on its bridge.</summary>
public sealed class OpenVSwitchTests : IAsyncLifetime, IDisposable
{
    private readonly List<Daemon> _daemons = [];
    private NetworkNamespace _network = null!;
    private NetworkNamespace _one = null!;
    private Workplace _place = null!;

    public async Task InitializeAsync()
    {
        if (LabFactAttribute.Missing("ovsdb-server", "ovs-vswitchd", "ovs-vsctl") is not null) return;
        (_network, _one) = (await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync());
        _place = new Workplace(_network.Name);
        foreach (var folder in (string[])["RUN", "DB", "LOG"]) _place.Environment[$"OVS_{folder}DIR"] = _place.Folder;
        await Tool.RunAsync("ovsdb-tool", "create", _place["conf.db"], "/usr/share/openvswitch/vswitch.ovsschema");
        string[] variables = ["env", .. _place.Environment.Select(entry => $"{entry.Key}={entry.Value}")];
        _daemons.Add(_network.Start([.. variables, "ovsdb-server", _place["conf.db"], $"--remote=punix:{_place["db.sock"]}", $"--unixctl={_place["db.ctl"]}"]));
        // The socket is there before anybody listens.
        await _daemons[0].ReadyAsync(async () => (await _network.TryAsync([.. variables, "ovs-vsctl", "--no-wait", "init"])).Code == 0);
        _daemons.Add(_network.Start([.. variables, "ovs-vswitchd", $"unix:{_place["db.sock"]}", $"--unixctl={_place["vswitchd.ctl"]}"]));
        await _daemons[1].ReadyAsync(() => Task.FromResult(File.Exists(_place["vswitchd.ctl"])));
        await Tool.RunAsync("ip", "link", "add", "port1", "netns", _network.Name, "type", "veth", "peer", "name", "eth0", "netns", _one.Name);
        await _one.RunAsync("ip", "link", "set", "eth0", "up");
        await _one.RunAsync("ip", "address", "add", "10.42.0.2/24", "dev", "eth0");
    }

    public async Task DisposeAsync()
    {
        foreach (var daemon in Enumerable.Reverse(_daemons)) await daemon.DisposeAsync();
        if (_network is not null) await _network.DisposeAsync();
        if (_one is not null) await _one.DisposeAsync();
    }

    public void Dispose() => _place?.Dispose();

    [LabFact("ovsdb-server", "ovs-vswitchd", "ovs-vsctl")]
    public async Task BridgeAndVlan_TagTheFrames()
    {
        var bridge = Input("{'name': 'backplane', 'kind': 'ovs', 'ports': ['port1']}");
        var (made, _) = await _place.RunAsync(new NetworkBridge(), bridge);
        Assert.False((await _place.RunAsync(new NetworkBridge(), bridge)).Changed);
        var vlan = Input("{'parent': 'backplane', 'tag': 42, 'name': 'vxbackend'}");
        var (tagged, changed) = await _place.RunAsync(new NetworkVlan(), vlan);
        Assert.True(changed);
        Assert.Equal(Value.Of("ovs"), tagged.Get("kind"));
        Assert.False((await _place.RunAsync(new NetworkVlan(), vlan)).Changed);
        await _place.RunAsync(new NetworkAddress(), Input("{'interface': 'vxbackend', 'addresses': ['10.42.0.1/24']}"));
        await _place.RunAsync(new NetworkMtu(), Input("{'interface': 'vxbackend', 'mtu': 1400}"));

        Assert.NotEqual(0, (await _network.TryAsync("ping", "-c", "1", "-W", "1", "10.42.0.2")).Code); // the far end is untagged
        await _place.ShellAsync($"OVS_RUNDIR={_place.Folder} ovs-vsctl set port port1 tag=42");
        await _network.RunAsync("ping", "-c", "3", "-W", "3", "10.42.0.2");

        var (retagged, _) = await _place.RunAsync(new NetworkVlan(), vlan.With("tag", Value.Of(43)));
        Assert.Equal(Value.Of(42), retagged.Get("previousTag"));
        await new NetworkVlan().UndoAsync(vlan, tagged, _place.Context(), CancellationToken.None);
        await new NetworkBridge().UndoAsync(bridge, made, _place.Context(), CancellationToken.None);
        Assert.Equal("", await _place.ShellAsync($"OVS_RUNDIR={_place.Folder} ovs-vsctl list-br"));
    }

    [LabFact("ovsdb-server", "ovs-vswitchd", "ovs-vsctl")]
    public async Task Bridge_NoSwitchThere_IsATransientFailure()
    {
        _place.Environment["OVS_RUNDIR"] = _place["elsewhere"];
        var failure = await _place.FailAsync(new NetworkBridge(), Input("{'name': 'backplane', 'kind': 'ovs'}"));
        Assert.Equal(("network.ovsUnavailable", FailureKind.Transient), (failure.Code, failure.Kind));
    }
}
