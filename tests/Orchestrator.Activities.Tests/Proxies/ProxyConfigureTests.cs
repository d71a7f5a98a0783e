using System.Text.Json.Nodes;
using Orchestrator.Activities.Proxies;
using Orchestrator.Activities.Tests.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Lab;
using static Orchestrator.Testing.ActivityContexts;

namespace Orchestrator.Activities.Tests.Proxies;

public sealed class ProxyConfigureTests : IAsyncLifetime, IDisposable
{
    private NetworkNamespace _network = null!;
    private Workplace _place = null!;
    private Daemon _upstream = null!;

    public async Task InitializeAsync()
    {
        _network = await NetworkNamespace.CreateAsync();
        _place = new Workplace(_network.Name);
        await File.WriteAllTextAsync(_place["hello"], "hello from upstream");
        _upstream = _network.Start("caddy", "file-server", "--listen", "127.0.0.1:8700", "--root", _place.Folder);
    }

    public async Task DisposeAsync()
    {
        await _upstream.DisposeAsync();
        await _network.DisposeAsync();
    }

    public void Dispose() => _place?.Dispose();

    private const string Plain = "{'upstreams': ['127.0.0.1:8700'], 'tls': 'off'}";
    private const string Secure = "{'hosts': ['localhost'], 'upstreams': ['127.0.0.1:8700'], 'tls': 'internal'}";

    [LabFact("caddy", "curl")]
    public async Task Configure_HttpAndInternalTls_AreServedAndTheSecondTimeNothingChanges()
    {
        Assert.Equal(CheckState.Differs, (await _place.PlanAsync(new ProxyConfigure(), Sites(Plain, Secure))).State);
        Assert.False(Directory.Exists(_place["caddy"]));
        var (output, changed) = await _place.RunAsync(new ProxyConfigure(), Sites(Plain, Secure));
        Assert.True(changed);
        Assert.Equal(Value.Of(true), output.Get("started"));
        Assert.Equal("hello from upstream", await CurlAsync("http://127.0.0.1/hello"));
        Assert.Equal("hello from upstream", await CurlAsync("--cacert", output.Get("caRoot")!.AsString()!, "https://localhost/hello"));
        Assert.False((await _place.RunAsync(new ProxyConfigure(), Sites(Plain, Secure))).Changed);
    }

    [LabFact("caddy", "curl")]
    public async Task Configure_SiteWithSeveralNames_IsTheSameHoweverOftenOneLooks()
    {
        var sites = Sites("{'hosts': ['localhost', 'a.test', '127.0.0.1'], 'upstreams': ['127.0.0.1:8700'], 'tls': 'internal'}");
        var (output, _) = await _place.RunAsync(new ProxyConfigure(), sites);
        Assert.Equal("hello from upstream", await CurlAsync("--cacert", output.Get("caRoot")!.AsString()!, "https://127.0.0.1/hello"));
        // Caddy orders the names anew each time it reads the file; often enough, that some looks meet another order.
        for (var i = 0; i < 20; i++) Assert.Equal(CheckState.Satisfied, (await _place.PlanAsync(new ProxyConfigure(), sites)).State);
    }

    [Theory]
    [InlineData("{'a': ['x', 'y'], 'b': 1}", "{'b': 1, 'a': ['y', 'x']}", true)]
    [InlineData("{'a': ['x', 'y']}", "{'a': ['x', 'z']}", false)]
    [InlineData("{'a': ['x', 'x', 'y']}", "{'a': ['x', 'y', 'y']}", false)]
    [InlineData("[{'a': ['x']}, {'a': ['y']}]", "[{'a': ['y']}, {'a': ['x']}]", false)]
    [InlineData("{'a': 1}", "{'a': 1, 'b': null}", false)]
    [InlineData("[1, 2]", "[2, 1]", false)]
    [InlineData("[1]", "[1, 1]", false)]
    public void Configurations_AreTheSame_WhenOnlyTheOrderOfTextsDiffers(string one, string other, bool same) =>
        Assert.Equal(same, CaddyConfiguration.AreSame(JsonNode.Parse(one.Replace('\'', '"')), JsonNode.Parse(other.Replace('\'', '"'))));

    [LabFact("caddy", "curl")]
    public async Task Configure_BadSite_FailsAndTheOldConfigurationIsStillServed()
    {
        await _place.RunAsync(new ProxyConfigure(), Sites(Plain));
        var name = await _place.FailAsync(new ProxyConfigure(), Sites("{'hosts': ['bad domain'], 'upstreams': ['127.0.0.1:8700'], 'tls': 'off'}"));
        Assert.Equal(("proxy.invalid", FailureKind.Permanent), (name.Code, name.Kind));
        Assert.Contains("`bad domain`", name.Message);
        var caddy = await _place.FailAsync(new ProxyConfigure(), Sites("{'hosts': ['a.test'], 'upstreams': ['127.0.0.1:8700'], 'tls': 'files', 'certificate': '/no/such.pem', 'key': '/no/such.key'}"));
        Assert.Equal("proxy.invalid", caddy.Code);
        Assert.Contains("/no/such.", caddy.Message);
        Assert.Equal("proxy.invalid", (await _place.FailAsync(new ProxyConfigure(), Sites("{'upstreams': ['{env.HOME}'], 'tls': 'off'}"))).Code);
        Assert.Equal("hello from upstream", await CurlAsync("http://127.0.0.1/hello"));
        Assert.Equal(CheckState.Satisfied, (await _place.PlanAsync(new ProxyConfigure(), Sites(Plain))).State);
        Assert.Equal(["Caddyfile"], Directory.GetFiles(_place["caddy"]).Select(Path.GetFileName));
    }

    [LabFact("caddy", "curl")]
    public async Task Configure_Running_ReloadsWithoutRestartAndUndoGoesBack()
    {
        await _place.RunAsync(new ProxyConfigure(), Sites(Plain));
        var pid = await _place.ShellAsync($"cat {_place["state/processes/caddy/pid"]}");
        var two = Sites(Plain, "{'upstreams': ['127.0.0.1:8700'], 'tls': 'off', 'ports': [8081]}");
        var (output, changed) = await _place.RunAsync(new ProxyConfigure(), two, _place.Context("second"));
        Assert.True(changed);
        Assert.Equal(Value.Of(false), output.Get("started"));
        Assert.Equal("hello from upstream", await CurlAsync("http://127.0.0.1:8081/hello"));
        Assert.Equal(pid, await _place.ShellAsync($"cat {_place["state/processes/caddy/pid"]}"));

        await new ProxyConfigure().UndoAsync(two, output, _place.Context("second"), CancellationToken.None);
        Assert.Equal(CheckState.Satisfied, (await _place.PlanAsync(new ProxyConfigure(), Sites(Plain))).State);
        Assert.Equal(7, (await _network.TryAsync("curl", "-s", "http://127.0.0.1:8081/hello")).Code);
    }

    [LabFact("caddy", "curl", "perl")]
    public async Task Configure_PortTaken_KeepsTheOldFile()
    {
        // Not another caddy: those share a port on purpose.
        await using var other = _network.Start("perl", "-MIO::Socket::INET", "-e", "$s = IO::Socket::INET->new(LocalAddr => '0.0.0.0:8800', Listen => 1) or die; sleep 60");
        await other.ReadyAsync(async () => (await _network.TryAsync("curl", "-s", "--max-time", "1", "http://127.0.0.1:8800/")).Code != 7);
        await _place.RunAsync(new ProxyConfigure(), Sites(Plain));
        var failure = await _place.FailAsync(new ProxyConfigure(), Sites("{'upstreams': ['127.0.0.1:1'], 'tls': 'off', 'ports': [8800]}"), _place.Context("second"));
        Assert.Equal("proxy.reloadFailed", failure.Code);
        Assert.Contains("8800", failure.Message);
        Assert.Equal(CheckState.Satisfied, (await _place.PlanAsync(new ProxyConfigure(), Sites(Plain))).State);
    }

    private MapValue Sites(params string[] sites) => Input($"{{'sites': [{string.Join(',', sites)}], 'folder': '{_place["caddy"]}'}}");

    private Task<string> CurlAsync(params string[] arguments) => _network.RunAsync(["curl", "-sS", "--fail", "--max-time", "10", "--retry", "5", "--retry-connrefused", .. arguments]);
}
