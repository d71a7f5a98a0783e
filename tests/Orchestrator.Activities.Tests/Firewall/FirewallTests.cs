using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;

namespace Orchestrator.Activities.Tests.Firewall;

public sealed class FirewallTests : IAsyncLifetime
{
    private const string Rules = """
        table inet site {
          chain input { type filter hook input priority 0; policy drop;
            ct state established,related accept
            meta l4proto ipv6-icmp accept
            tcp dport 22 accept
          }
        }
        """;

    private NetworkNamespace _host = null!, _outside = null!;

    public async Task InitializeAsync()
    {
        if (LabFactAttribute.Missing("nft", "ip", "busybox") is not null) return;
        (_host, _outside) = (await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync());
        await _host.ConnectAsync(_outside, "10.234.0.1/30", "10.234.0.2/30");
    }

    public async Task DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
        if (_outside is not null) await _outside.DisposeAsync();
    }

    [LabFact("nft", "ip", "busybox")]
    public async Task Open_BehindDrop_LetsInOnceAndUndoTakesOnlyItsOwn()
    {
        using var folder = new TemporaryFolder();
        await LoadAsync(folder, Rules);
        await File.WriteAllTextAsync(folder["index.html"], "hello\n");
        await using var web = _host.Start("busybox", "httpd", "-f", "-h", folder.Path);
        await Eventually.TrueAsync(async () => (await _host.RunAsync("ss", "-ltn")).Contains(":80 ", StringComparison.Ordinal));
        Assert.False(await AnswersAsync());

        var input = ActivityContexts.Input("{'ports': ['80/tcp']}");
        Assert.Equal("80/tcp in inet site input: accepted", Assert.Single((await Context.PlanAsync("firewall.open", input)).Changes).ToString());
        var before = await _host.RunAsync("nft", "list", "ruleset");
        var done = await Context.RunAsync("firewall.open", input);
        Assert.True(done.Changed);
        Assert.Equal(Value.List(Value.Of("inet site input 80/tcp")), done.Output!.Get("added"));
        await Eventually.TrueAsync(AnswersAsync);

        var again = await Context.RunAsync("firewall.open", input);
        Assert.False(again.Changed);
        Assert.Single((await _host.RunAsync("nft", "list", "chain", "inet", "site", "input")).Split('\n'), line => line.Contains("dport 80", StringComparison.Ordinal));

        await Context.UndoAsync("firewall.open", input, again);
        Assert.True(await AnswersAsync());
        await Context.UndoAsync("firewall.open", input, done);
        await Context.UndoAsync("firewall.open", input, done);
        Assert.Equal(before, await _host.RunAsync("nft", "list", "ruleset"));
        Assert.False(await AnswersAsync());
    }

    [LabFact("nft", "ip")]
    public async Task Open_SourceAndInterface_AreKept()
    {
        using var folder = new TemporaryFolder();
        await LoadAsync(folder, Rules);
        await Context.RunAsync("firewall.open", ActivityContexts.Input("{'ports': ['53/udp'], 'source': '10.9.0.0/16', 'interface': 'lo'}"));
        Assert.Contains(
            "iifname \"lo\" ip saddr 10.9.0.0/16 udp dport 53 accept comment \"orchestrator:53/udp@lo<10.9.0.0/16\"", await _host.RunAsync("nft", "list", "ruleset"), StringComparison.Ordinal);
    }

    [LabFact("nft", "ip")]
    public async Task Open_AlreadyOpen_ChangesNothing()
    {
        Assert.False((await Context.RunAsync("firewall.open", ActivityContexts.Input("{'ports': ['80/tcp']}"))).Changed);
        using var folder = new TemporaryFolder();
        await LoadAsync(folder, Rules);
        Assert.False((await Context.RunAsync("firewall.open", ActivityContexts.Input("{'ports': ['22/tcp']}"))).Changed);
    }

    [LabFact("nft", "ip", "busybox")]
    public async Task Open_ForwardedToAContainer_OpensTheForwardChainToo()
    {
        using var folder = new TemporaryFolder();
        await using var inner = await NetworkNamespace.CreateAsync();
        await _host.ConnectAsync(inner, "10.234.1.1/30", "10.234.1.2/30");
        await inner.RunAsync("ip", "route", "add", "default", "via", "10.234.1.1");
        await _host.RunAsync("sysctl", "-qw", "net.ipv4.ip_forward=1");
        await LoadAsync(folder, """
            table ip nat { chain pre { type nat hook prerouting priority -100; tcp dport 8088 dnat to 10.234.1.2:80
              }
            }
            table inet site { chain fo { type filter hook forward priority 0; policy drop; ct state established,related accept
              }
            }
            """);
        await File.WriteAllTextAsync(folder["index.html"], "hello\n");
        await using var web = inner.Start("busybox", "httpd", "-f", "-h", folder.Path);
        await Eventually.TrueAsync(async () => (await inner.RunAsync("ss", "-ltn")).Contains(":80 ", StringComparison.Ordinal));
        Assert.False(await AnswersAsync("10.234.0.1:8088"));
        await Context.RunAsync("firewall.open", ActivityContexts.Input("{'ports': ['8088/tcp']}"));
        await Eventually.TrueAsync(() => AnswersAsync("10.234.0.1:8088"));
    }

    [LabFact("nft", "ip")]
    public async Task CloseAndList_SeeOnlyOurs()
    {
        using var folder = new TemporaryFolder();
        await LoadAsync(folder, Rules);
        await Context.RunAsync("firewall.open", ActivityContexts.Input("{'ports': ['80/tcp', '443/tcp']}"));
        var list = await Context.RunAsync("firewall.list", Value.EmptyMap);
        Assert.Equal(["inet site input 443/tcp", "inet site input 80/tcp"], ((ListValue)list.Output!.Get("own")!).Items.Select(item => item.AsString()).Order(StringComparer.Ordinal));
        Assert.Equal("drop", ((ListValue)list.Output.Get("chains")!).Items.Single().Get("policy")!.AsString());

        Assert.True((await Context.RunAsync("firewall.close", ActivityContexts.Input("{'ports': ['80/tcp', '22/tcp']}"))).Changed);
        Assert.False((await Context.RunAsync("firewall.close", ActivityContexts.Input("{'ports': ['80/tcp', '22/tcp']}"))).Changed);
        var left = await _host.RunAsync("nft", "list", "ruleset");
        Assert.Contains("dport 443", left, StringComparison.Ordinal);
        Assert.Contains("dport 22", left, StringComparison.Ordinal);
        Assert.DoesNotContain("dport 80", left, StringComparison.Ordinal);
    }

    [LabFact("nft", "ip")]
    public async Task Open_WrongPort_IsRefused()
    {
        foreach (var port in new[] { "70000/tcp", "80/foo", "0/tcp", "80" })
            Assert.Equal("input.invalid", (await Context.FailAsync("firewall.open", Value.Map(("ports", Value.List(Value.Of(port)))))).Code);
    }

    private ActivityContext Context => ActivityContexts.For(new LocalTarget { Name = "node", NetworkNamespace = _host.Path });

    private async Task LoadAsync(TemporaryFolder folder, string rules)
    {
        await File.WriteAllTextAsync(folder["rules"], rules);
        await _host.RunAsync("nft", "-f", folder["rules"]);
    }

    /// <summary>A dropped connection says nothing: half a second is long in a network of one cable.</summary>
    private async Task<bool> AnswersAsync(string address) =>
        (await _outside.TryAsync("timeout", "0.5", "busybox", "wget", "-qO-", $"http://{address}/index.html")).Output == "hello\n";

    private Task<bool> AnswersAsync() => AnswersAsync("10.234.0.1");
}
