using System.Text.Json;

namespace Orchestrator.EndToEnd.Tests.Bootstrap;

/// <summary>The product's main job, whole: a bare host becomes an orchestrator node.</summary>
[Collection("lab")]
public sealed class AutosetupTests(Lab lab)
{
    [Fact]
    public async Task Autosetup_OnABareHost_EndsWithAnOrchestratorThatAnswers_AndASecondTimeChangesNothing()
    {
        await lab.ResetAsync();
        Assert.NotEqual(0, (await FetchAsync("http://10.231.0.2/health/live")).Code);

        var run = await lab.AutosetupAsync("--json");
        Assert.True(run.Code == 0, run.Output + run.Error);

        Assert.Equal(0, (await FetchAsync("http://10.231.0.2/health/live")).Code);
        Assert.Equal(0, (await FetchAsync("https://10.231.0.2/health/live", "--insecure")).Code);

        var log = (await lab.GitAsync("log", "--format=%s", "--reverse")).OrThrow().Output.Trim().Split('\n');
        Assert.Equal(["Initial layout", "Configuration, network and bootstrap"], log);
        var files = (await lab.GitAsync("ls-tree", "-r", "--name-only", "HEAD")).OrThrow().Output;
        Assert.All(["configuration", "network", "bootstrap"], name => Assert.Contains($"blueprints/{name}.yaml", files, StringComparison.Ordinal));

        var children = (await RunsAsync()).Where(row => Text(row, "parent") is not null).OrderBy(row => Text(row, "createdAt")).ToArray();
        Assert.Equal(["configuration", "network", "bootstrap"], children.Select(row => Text(row, "blueprint")));
        Assert.All(children, row => Assert.Equal("completed", Text(row, "status")));

        await AssertOneOfEachAsync();
        var before = await SnapshotAsync();
        var again = await lab.AutosetupAsync();
        Assert.True(again.Code == 0, again.Output + again.Error);
        Assert.Contains("nothing changed", again.Output, StringComparison.Ordinal);
        Assert.Equal(before, await SnapshotAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Autosetup_KilledAtAnyMoment_EndsAsIfItHadNotBeen(int seed)
    {
        await lab.ResetAsync();
        var moment = TimeSpan.FromMilliseconds(new Random(seed).Next(500, 9000));
        using (var process = lab.StartBash("lab_autosetup --key killed >/dev/null 2>&1"))
        {
            await Task.Delay(moment);
            await lab.BashAsync("lab_kill");
            await process.WaitForExitAsync();
        }

        // The same start key: a run that was accepted goes on, one that was not begins.
        var resumed = await lab.AutosetupAsync("--key", "killed");
        Assert.True(resumed.Code == 0, $"seed {seed}, killed after {moment}:\n{resumed.Output}{resumed.Error}");
        await AssertOneOfEachAsync();
    }

    [Fact]
    public async Task Plan_OnABareHost_SaysWhatWouldChange_AndChangesNothing()
    {
        await lab.ResetAsync();
        var before = await SnapshotAsync();
        var plan = await lab.AutosetupAsync("--plan");
        Assert.True(plan.Code == 0, plan.Output + plan.Error);
        Assert.Contains("80/tcp", plan.Output, StringComparison.Ordinal);
        Assert.Contains("after `deployKey`", plan.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", plan.Output, StringComparison.Ordinal);
        Assert.Equal(before, await SnapshotAsync());
    }

    [Theory]
    [InlineData("network=foo", "network")]
    [InlineData("vlan=abc", "vlan")]
    [InlineData("vlan=5000", "vlan")]
    [InlineData("cidr=10.0.0/99", "cidr")]
    [InlineData("upstream=ssh://git@h:u/r", "upstream")]
    [InlineData("network=switchless", "switchless")]
    [InlineData("colour=red", "colour")]
    public async Task BadInput_IsRefusedBeforeAnythingIsTouched(string set, string named)
    {
        var before = await SnapshotAsync();
        var run = await lab.AutosetupAsync("--set", set);
        Assert.Equal(2, run.Code);
        Assert.Contains(named, run.Output + run.Error, StringComparison.Ordinal);
        Assert.Contains("autosetup.yaml:", run.Output + run.Error, StringComparison.Ordinal);
        Assert.Equal(before, await SnapshotAsync());
    }

    private Task<Ran> FetchAsync(string url, params string[] more) =>
        lab.InAsync("operator", ["curl", "--silent", "--fail", "--max-time", "3", .. more, url]);

    private async Task<JsonElement[]> RunsAsync() => [.. (await lab.CliAsync("runs", "--json")).OrThrow().JsonLines()];

    private async Task AssertOneOfEachAsync()
    {
        Assert.Single((await lab.DockerAsync("ps", "-a", "--format", "{{.Names}}")).OrThrow().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("1", (await lab.BashAsync($"ls {lab.Folder}/node/state/ssh/*.pub | wc -l")).OrThrow().Output.Trim());
        Assert.Equal("1", (await lab.GitAsync("rev-list", "--count", "--grep=Initial layout", "main")).OrThrow().Output.Trim());
    }

    /// <summary>Everything autosetup could touch: firewall, containers, images, links, files of the host's state, upstream.</summary>
    private async Task<string> SnapshotAsync() =>
        (await lab.InAsync("node", "nft", "list", "table", "inet", "lab")).Output
        + (await lab.InAsync("node", "ip", "-br", "link")).Output
        + (await lab.DockerAsync("ps", "-a", "--format", "{{.ID}} {{.Names}}")).Output
        + (await lab.DockerAsync("images", "--format", "{{.ID}}")).Output
        + (await lab.BashAsync($"find {lab.Folder}/node/state -type f -not -path '*/orchestrator/*' -not -path '*/state/*' -not -path '*/caddy/*' -printf '%P %s %T@\\n' | sort")).Output
        + (await lab.GitAsync("for-each-ref")).Output;

    private static string? Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
