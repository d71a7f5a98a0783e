using Orchestrator.Activities.Network;
using Orchestrator.Activities.Tests.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Lab;
using static Orchestrator.Testing.ActivityContexts;

namespace Orchestrator.Activities.Tests.Network;

public sealed class NetworkActivityTests : IAsyncLifetime, IDisposable
{
    private NetworkNamespace _network = null!;
    private Workplace _place = null!;

    public async Task InitializeAsync()
    {
        _network = await NetworkNamespace.CreateAsync();
        _place = new Workplace(_network.Name);
        await _network.RunAsync("ip", "link", "add", "nic1", "type", "veth", "peer", "name", "nic2");
    }

    public async Task DisposeAsync() => await _network.DisposeAsync();

    public void Dispose() => _place?.Dispose();

    [LabFact("ip", "bridge")]
    public async Task Bridge_Kernel_HasPortsOnceAndUndoRemovesIt()
    {
        var input = Input("{'name': 'br1', 'ports': ['nic1'], 'stp': true}");
        var plan = await _place.PlanAsync(new NetworkBridge(), input);
        Assert.Equal(["br1: bridge", "br1 port: nic1", "nic1: down -> up"], plan.Changes.Select(change => change.ToString()));
        var (output, changed) = await _place.RunAsync(new NetworkBridge(), input);
        Assert.True(changed);
        Assert.Contains("master br1", await _network.RunAsync("ip", "link", "show", "nic1"));
        Assert.Contains("stp_state 1", await _network.RunAsync("ip", "-d", "link", "show", "br1"));
        Assert.False((await _place.RunAsync(new NetworkBridge(), input)).Changed);

        await new NetworkBridge().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        await new NetworkBridge().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        Assert.NotEqual(0, (await _network.TryAsync("ip", "link", "show", "br1")).Code);
        Assert.DoesNotContain("master", await _network.RunAsync("ip", "link", "show", "nic1"));
    }

    [LabFact("ip", "bridge")]
    public async Task Bridge_WrongNames_FailPlainly()
    {
        Assert.Equal("network.interfaceMissing", (await _place.FailAsync(new NetworkBridge(), Input("{'name': 'br1', 'ports': ['nope']}"))).Code);
        Assert.Equal("network.notABridge", (await _place.FailAsync(new NetworkBridge(), Input("{'name': 'nic1'}"))).Code);
        await _place.RunAsync(new NetworkBridge(), Input("{'name': 'br1', 'ports': ['nic1']}"));
        Assert.Equal("network.portTaken", (await _place.FailAsync(new NetworkBridge(), Input("{'name': 'br2', 'ports': ['nic1']}"))).Code);
    }

    [LabFact("ip", "bridge")]
    public async Task Address_ExclusiveWithHostBits_SetsExactlyThese()
    {
        await _network.RunAsync("ip", "address", "add", "10.9.0.1/24", "dev", "nic1");
        var input = Input("{'interface': 'nic1', 'addresses': ['10.20.0.0/16', '10.240.0.0/16', 'fd39:5::0:1/64'], 'hostBitsFrom': '192.168.3.7', 'exclusive': true}");
        var (output, changed) = await _place.RunAsync(new NetworkAddress(), input);
        Assert.True(changed);
        Assert.Equal(Value.Of("10.20.3.7"), output.Get("address"));
        Assert.Equal(Value.List(Value.Of("10.20.3.7/16"), Value.Of("10.240.3.7/16"), Value.Of("fd39:5::1/64")), output.Get("addresses"));
        Assert.False((await _place.RunAsync(new NetworkAddress(), input)).Changed);
        var shown = await _network.RunAsync("ip", "address", "show", "nic1");
        Assert.DoesNotContain("10.9.0.1", shown);
        Assert.Contains("10.240.3.7/16", shown);

        await new NetworkAddress().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        shown = await _network.RunAsync("ip", "address", "show", "nic1");
        Assert.Contains("10.9.0.1/24", shown);
        Assert.DoesNotContain("10.20.3.7", shown);
        Assert.Equal("input.invalid", (await _place.FailAsync(new NetworkAddress(), Input("{'interface': 'nic1', 'addresses': ['10.0.0.0/99']}"))).Code);
    }

    [LabFact("ip", "bridge")]
    public async Task Mtu_IsSetAndSetBack()
    {
        var input = Input("{'interface': 'nic1', 'mtu': 2000}");
        var (output, _) = await _place.RunAsync(new NetworkMtu(), input);
        Assert.Contains("mtu 2000", await _network.RunAsync("ip", "link", "show", "nic1"));
        Assert.False((await _place.RunAsync(new NetworkMtu(), input)).Changed);
        await new NetworkMtu().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        Assert.Contains("mtu 1500", await _network.RunAsync("ip", "link", "show", "nic1"));
        Assert.Equal("network.refused", (await _place.FailAsync(new NetworkMtu(), Input("{'interface': 'nic1', 'mtu': 60}"))).Code);
        Assert.Equal("network.interfaceMissing", (await _place.FailAsync(new NetworkMtu(), Input("{'interface': 'nope', 'mtu': 2000}"))).Code);
    }

    [LabFact("ip", "bridge")]
    public async Task Vlan_WithoutOpenVSwitch_IsThereOrSaysWhatIsMissing()
    {
        _place.Environment["OVS_RUNDIR"] = _place.Folder;
        var input = Input("{'parent': 'nic1', 'tag': 42, 'name': 'nic1v42'}");
        var hasKernel = (await _network.TryAsync("ip", "link", "add", "link", "nic1", "name", "probe", "type", "vlan", "id", "7")).Code == 0;
        if (hasKernel)
        {
            Assert.True((await _place.RunAsync(new NetworkVlan(), input)).Changed);
            Assert.False((await _place.RunAsync(new NetworkVlan(), input)).Changed);
            return;
        }

        var failure = await _place.FailAsync(new NetworkVlan(), input);
        Assert.Equal(("network.vlanUnavailable", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Contains("8021q", failure.Message);
    }

    [LabFact("ip", "bridge")]
    public async Task Join_Vxlan_CarriesPackets()
    {
        await using var other = await NetworkNamespace.CreateAsync();
        await _network.ConnectAsync(other, "10.230.0.1/30", "10.230.0.2/30");
        using var there = new Workplace(other.Name);
        var input = Input("{'kind': 'vxlan', 'interface': 'vx7', 'id': 7, 'local': '10.230.0.1', 'remotes': ['10.230.0.2'], 'addresses': ['10.231.0.1/24'], 'mtu': 1400}");
        var (output, changed) = await _place.RunAsync(new NetworkJoin(), input);
        Assert.True(changed);
        Assert.False((await _place.RunAsync(new NetworkJoin(), input)).Changed);
        await there.RunAsync(new NetworkJoin(), Input("{'kind': 'vxlan', 'interface': 'vx7', 'id': 7, 'local': '10.230.0.2', 'remotes': ['10.230.0.1'], 'addresses': ['10.231.0.2/24'], 'mtu': 1400}"));
        await _network.RunAsync("ping", "-c", "1", "-W", "5", "10.231.0.2");

        Assert.True((await _place.RunAsync(new NetworkJoin(), input.With("id", Value.Of(8)))).Changed);
        Assert.NotEqual(0, (await _network.TryAsync("ping", "-c", "1", "-W", "1", "10.231.0.2")).Code);
        await new NetworkJoin().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        Assert.NotEqual(0, (await _network.TryAsync("ip", "link", "show", "vx7")).Code);
    }

    [LabFact("ip", "bridge")]
    public async Task WaitAddress_NoneYet_WaitsWithItsReason()
    {
        async Task<ActivityResult> LookAsync(string input) => await new NetworkWaitAddress().ExecuteAsync(Input(input), _place.Context(), CancellationToken.None);
        Assert.Contains("nope", (await LookAsync("{'interface': 'nope'}")).Reason);
        Assert.Contains("an address on nic1", (await LookAsync("{'interface': 'nic1'}")).Reason);
        await _network.RunAsync("ip", "address", "add", "10.9.0.1/24", "dev", "nic1");
        Assert.Contains("an IPv6 address on nic1", (await LookAsync("{'interface': 'nic1', 'family': 'ipv6'}")).Reason);
        var found = await LookAsync("{'interface': 'nic1', 'family': 'ipv4'}");
        Assert.Equal(ActivityResultKind.Done, found.Kind);
        Assert.Equal(Input("{'address': '10.9.0.1', 'addresses': ['10.9.0.1/24']}"), found.Output);
    }
}
