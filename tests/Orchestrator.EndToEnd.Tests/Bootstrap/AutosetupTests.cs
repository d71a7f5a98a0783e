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
        // The page too, which unlike health answers to known names only; by address, and through a port that is forwarded from loopback.
        Assert.Contains("Ready", (await FetchAsync("http://10.231.0.2/")).OrThrow().Output, StringComparison.Ordinal);
        Assert.Contains("Ready", (await FetchAsync("https://10.231.0.2/", "--insecure")).OrThrow().Output, StringComparison.Ordinal);
        Assert.Contains("Ready", (await FetchAsync("https://localhost/", "--insecure", "--connect-to", "localhost:443:10.231.0.2:443")).OrThrow().Output, StringComparison.Ordinal);

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

    [Fact]
    public async Task SeveralFaults_AreToldAtOnce_EachWithItsPlace()
    {
        var before = await SnapshotAsync();
        var run = await lab.AutosetupAsync("--set", "vlan=5000", "--set", "cidr=10.0.0/99", "--set", "upstream=ssh://git@h:u/r", "--set", "nics=[]", "--set", "colour=red");
        Assert.Equal(2, run.Code);
        var text = run.Output + run.Error;
        string[] faults = ["Input `vlan` must be from 1 to 4094, not 5000", "Input `cidr` is no address range", "Write `git@h:u/r` or `ssh://git@h/u/r`", "needs a free interface in `nics`", "There is no input `colour`"];
        Assert.All(faults, fault => Assert.Contains(fault, text, StringComparison.Ordinal));
        Assert.Matches(@"autosetup\.yaml:\d+:\d+: error BP4503: Input `vlan`", text);
        Assert.Contains("5 errors; nothing was executed", text, StringComparison.Ordinal);
        Assert.Equal(before, await SnapshotAsync());
    }

    [Fact]
    public async Task Inputs_MissingAltogether_AreAllNamed()
    {
        var run = await lab.CliAsync("run", "blueprints/autosetup.yaml");
        Assert.Equal(2, run.Code);
        string[] needed = ["host", "loginKey", "hostKey", "image", "upstream", "upstreamHostKey", "tokenUrl", "clientId", "clientSecret", "network"];
        Assert.All(needed, input => Assert.Contains($"Input `{input}` is missing", run.Output + run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hooks_RunAtTheirPlaces_AndOneThatFailsStopsTheStageBehindIt()
    {
        await lab.ResetAsync();
        string[] places = ["beforePrepare", "afterPrepare", "beforeConfigure", "afterConfigure", "beforeStart", "afterStart"];
        var trace = $"{lab.Folder}/hooks";
        File.Delete(trace);
        foreach (var place in places)
        {
            await File.WriteAllTextAsync($"{lab.Folder}/{place}.yaml", $"""
                blueprint: hook
                steps:
                  - id: mark
                    run: test "$PLACE" != beforePrepare || test -e {trace}.allowed || exit 1; echo "$PLACE $(ls {lab.Folder}/node/state 2>/dev/null | grep -cx -e ssh -e cfg -e caddy)" >> {trace}
                    env:
                      PLACE: {place}
                    effect: read
                    retry:
                      max: 0
                """);
        }

        File.Delete(trace + ".allowed");
        string[] sets = [.. places.SelectMany(place => new[] { "--set", $"{place}={lab.Folder}/{place}.yaml" })];
        var stopped = await lab.AutosetupAsync([.. sets, "--key", "hooks"]);
        Assert.Equal(3, stopped.Code);
        Assert.Contains("hooksBeforePrepare", stopped.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ports: started", stopped.Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(trace + ".allowed", "");
        var run = (await RunsAsync()).First(row => Text(row, "blueprint") == "autosetup").GetProperty("runId").GetString()!;
        var ended = await lab.CliAsync("retry", run);
        Assert.True(ended.Code == 0, ended.Output + ended.Error);
        // How far the host was when each of them ran: keys are made by prepare, settings by configure, caddy by start.
        Assert.Equal(["beforePrepare 0", "afterPrepare 1", "beforeConfigure 1", "afterConfigure 2", "beforeStart 2", "afterStart 3"], await File.ReadAllLinesAsync(trace));
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
