using Orchestrator.Activities.Hosts;
using Orchestrator.Activities.Tests.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Testing.Lab;
using static Orchestrator.Testing.ActivityContexts;

namespace Orchestrator.Activities.Tests.Hosts;

public sealed class HostSysctlTests : IAsyncLifetime, IDisposable
{
    private NetworkNamespace _network = null!;
    private Workplace _place = null!;

    public async Task InitializeAsync()
    {
        _network = await NetworkNamespace.CreateAsync();
        _place = new Workplace(_network.Name);
    }

    public async Task DisposeAsync() => await _network.DisposeAsync();

    public void Dispose() => _place?.Dispose();

    [LabFact("ip")]
    public async Task Sysctl_InANamespace_SetsPersistsAndUndoes()
    {
        await File.WriteAllTextAsync(_place["s.conf"], "# mine\nnet.ipv4.ip_forward=0\nother = 1\n");
        var input = Input($"{{'values': {{'net.ipv4.ip_forward': '1', 'net.ipv4.ping_group_range': '1 5'}}, 'file': '{_place["s.conf"]}'}}");
        Assert.Contains("net.ipv4.ip_forward: 0 -> 1", (await _place.PlanAsync(new HostSysctl(), input)).Changes.Select(change => change.ToString()));
        var (output, changed) = await _place.RunAsync(new HostSysctl(), input);
        Assert.True(changed);
        Assert.Equal("1\n", await _network.RunAsync("cat", "/proc/sys/net/ipv4/ip_forward"));
        Assert.Equal("# mine\nother = 1\nnet.ipv4.ip_forward = 1\nnet.ipv4.ping_group_range = 1 5\n", await File.ReadAllTextAsync(_place["s.conf"]));
        Assert.False((await _place.RunAsync(new HostSysctl(), input)).Changed);

        await new HostSysctl().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        Assert.Equal("0\n", await _network.RunAsync("cat", "/proc/sys/net/ipv4/ip_forward"));
        Assert.Equal("# mine\nnet.ipv4.ip_forward=0\nother = 1\n", await File.ReadAllTextAsync(_place["s.conf"]));
    }

    [LabFact("ip")]
    public async Task Sysctl_UnknownOrRefused_Fails()
    {
        Assert.Equal("host.sysctlUnknown", (await _place.FailAsync(new HostSysctl(), Input("{'values': {'net.ipv4.ip_forward': '1', 'net.no.such': '1'}}"))).Code);
        Assert.Equal("0\n", await _network.RunAsync("cat", "/proc/sys/net/ipv4/ip_forward"));
        Assert.Equal("host.sysctlRefused", (await _place.FailAsync(new HostSysctl(), Input("{'values': {'net.ipv4.ip_forward': 'nonsense'}}"))).Code);
    }
}
