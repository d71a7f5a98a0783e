using System.Globalization;
using System.Text.Json;
using Orchestrator.Activities;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;

namespace Orchestrator.Server.Tests.Access;

/// <summary>The real program behind the real caddy, set up by <c>proxy.configure</c> as autosetup does it, and a client elsewhere.</summary>
public sealed class CaddyTests : IAsyncLifetime, IDisposable
{
    private const string Client = "10.233.7.1";
    private const string Node = "10.233.7.2";
    private const string Site = "https://console.test";

    private readonly TemporaryFolder _folder = new();
    private NetworkNamespace _client = null!;
    private NetworkNamespace _node = null!;
    private Daemon? _server;
    private string _root = "";
    private string _proxy = "";

    public async Task InitializeAsync()
    {
        if (LabFactAttribute.Missing("ip") is not null) return;
        _client = await NetworkNamespace.CreateAsync();
        _node = await NetworkNamespace.CreateAsync();
        await _client.ConnectAsync(_node, $"{Client}/30", $"{Node}/30");
    }

    public async Task DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        foreach (var network in (NetworkNamespace?[])[_client, _node])
        {
            if (network is null) continue;
            // Caddy was left running for good; what lives in a network of ours is ours.
            await Tool.TryAsync("sh", "-c", $"kill -9 $(ip netns pids {network.Name})");
            await network.DisposeAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    [LabFact("caddy", "curl", "ip")]
    public async Task Browser_ThroughCaddy_SignsInOverHttpsAndChangesThings()
    {
        await ServeAsync("http://127.0.0.1:8700");
        await ProxyAsync(_node, "127.0.0.1:8700", Node);

        foreach (var page in (string[])[$"{Site}/", $"https://{Node}/", "http://console.test/", $"http://{Node}/"])
        {
            var home = await CurlAsync(page);
            Assert.Equal(200, home.Status);
            Assert.Contains("<title>", home.Body, StringComparison.Ordinal);
            Assert.Equal(page.StartsWith("https", StringComparison.Ordinal), home.Head.Contains("strict-transport-security", StringComparison.OrdinalIgnoreCase));
        }

        // What a client claims about itself is replaced by caddy.
        string[] forged = ["-H", "X-Forwarded-For: 198.51.100.1", "-H", "X-Forwarded-Proto: http"];
        var login = await LoginAsync(Site, [.. forged, "-H", $"Origin: {Site}"]);
        Assert.Equal(302, login.Status);
        Assert.Contains("set-cookie: __Host-orchestrator-443=", login.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; secure", login.Head, StringComparison.OrdinalIgnoreCase);

        var session = JsonDocument.Parse((await CurlAsync($"{Site}/api/v1/session")).Body).RootElement;
        var proof = $"X-Antiforgery-Token: {session.GetProperty("antiforgeryToken").GetString()}";
        string[] create = ["--json", "{\"name\":\"ci\",\"role\":\"viewer\"}"];
        Assert.Equal(403, (await CurlAsync($"{Site}/api/v1/tokens", [.. create, "-H", $"Origin: {Site}"])).Status);
        Assert.Equal(403, (await CurlAsync($"{Site}/api/v1/tokens", [.. create, "-H", proof, "-H", "Origin: http://console.test"])).Status);
        Assert.Equal(201, (await CurlAsync($"{Site}/api/v1/tokens", [.. create, .. forged, "-H", proof, "-H", $"Origin: {Site}"])).Status);

        var lines = JsonDocument.Parse((await CurlAsync($"{Site}/api/v1/audit")).Body).RootElement.GetProperty("lines").EnumerateArray().ToArray();
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Equal(Client, line.GetProperty("from").GetString()));
    }

    [LabFact("caddy", "curl", "ip")]
    public async Task Caddy_OnAnotherMachine_IsBelievedOnlyWhenTrusted()
    {
        await ServeAsync($"http://{Node}:8700");
        await ProxyAsync(_client, $"{Node}:8700", "127.0.0.1");
        Assert.Equal(403, (await LoginAsync(Site, "-H", $"Origin: {Site}")).Status);
        var plain = await LoginAsync(Site);
        Assert.Equal(302, plain.Status);
        Assert.DoesNotContain("; secure", plain.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("strict-transport-security", plain.Head, StringComparison.OrdinalIgnoreCase);

        await _server!.DisposeAsync();
        await ServeAsync($"http://{Node}:8700", "--trusted-proxy", Client);
        var secure = await LoginAsync(Site, "-H", $"Origin: {Site}");
        Assert.Equal(302, secure.Status);
        Assert.Contains("; secure", secure.Head, StringComparison.OrdinalIgnoreCase);

        // Whoever goes round the proxy may claim what he likes.
        Assert.Equal(403, (await FromNodeAsync("-H", $"Origin: {Site}", "-H", "X-Forwarded-Proto: https", "-H", $"X-Forwarded-For: {Client}")).Status);
    }

    private async Task ServeAsync(string listen, params string[] more)
    {
        _server = _node.Start(["dotnet", Path.Combine(AppContext.BaseDirectory, "orchestrator.dll"), "serve", "--listen", listen, "--data", _folder["data"], "--host", "console.test", .. more]);
        await _server.ReadyAsync(async () => (await _node.TryAsync("curl", "-sf", "--max-time", "5", $"{listen}/health/ready")).Code == 0, 120);
    }

    private async Task ProxyAsync(NetworkNamespace network, string upstream, string address)
    {
        var target = await BuiltinTargets.OpenAsync("edge", "local", Value.Map(("netns", Value.Of(network.Name))), CancellationToken.None);
        await using var _ = target;
        var context = ActivityContexts.For(target) with { Environment = new Dictionary<string, Secret> { ["ORCHESTRATOR_STATE"] = Secret.FromPlainText(_folder["state"]) } };
        var sites = $"{{'hosts': ['console.test', '{address}'], 'upstreams': ['{upstream}'], 'tls': 'internal'}}, {{'upstreams': ['{upstream}'], 'tls': 'off', 'ports': [80]}}";
        var activity = new ActivityCatalog(BuiltinActivities.All()).Find("proxy.configure")!.Activity;
        var result = await activity.ExecuteAsync(ActivityContexts.Input($"{{'folder': '{_folder["caddy"]}', 'sites': [{sites}]}}"), context, CancellationToken.None);
        _root = result.Output!.Get("caRoot")!.AsString()!;
        _proxy = address;
    }

    private Task<Answer> LoginAsync(string site, params string[] more) =>
        CurlAsync($"{site}/login", ["--data-urlencode", $"token@{_folder["data"]}/admin.token", .. more]);

    private Task<Answer> CurlAsync(string url, params string[] more) => CurlAsync(
        _client, [url, "--cacert", _root, "--resolve", $"console.test:443:{_proxy}", "--resolve", $"console.test:80:{_proxy}", "--cookie", _folder["cookies"], "--cookie-jar", _folder["cookies"], .. more]);

    private Task<Answer> FromNodeAsync(params string[] more) =>
        CurlAsync(_node, [$"http://{Node}:8700/login", "-H", "Host: console.test", "--data-urlencode", $"token@{_folder["data"]}/admin.token", .. more]);

    private static async Task<Answer> CurlAsync(NetworkNamespace network, string[] arguments)
    {
        var text = await network.RunAsync(["curl", "-sS", "-i", "--max-time", "30", "--retry", "5", "--retry-connrefused", .. arguments]);
        var parts = text.Split("\r\n\r\n", 2);
        return new Answer(int.Parse(parts[0].Split(' ')[1], CultureInfo.InvariantCulture), parts[0], parts[1]);
    }

    private sealed record Answer(int Status, string Head, string Body);
}
