using System.Text.Json;

namespace Orchestrator.EndToEnd.Tests.Bootstrap;

/// <summary>A step that fails for good on the bare host: what the person sees, and that each of the ways on leads on.</summary>
[Collection("lab")]
public sealed class TroubleTests(Lab lab)
{
    private static int _images;
    private string _start = "";

    // A name of its own for each test: what one imported another must not find.
    private string Image { get; } = $"trouble:{Interlocked.Increment(ref _images)}";

    private string State => $"{lab.Folder}/node/state/trouble";

    [Fact]
    public async Task UnknownImage_PausesWithTheReason_AndRetryGoesOnAtThatStep()
    {
        await lab.ResetAsync();
        var run = await RunAsync("pause");
        Assert.Equal(3, run.Code);
        Assert.Contains("paused at box", run.Output, StringComparison.Ordinal);
        Assert.Contains($"container.imageNotFound: No such image: {Image}", run.Output, StringComparison.Ordinal);
        Assert.Contains("trouble.yaml:", run.Output, StringComparison.Ordinal);
        Assert.Contains("orchestrator retry", run.Output, StringComparison.Ordinal);

        await ImportAsync();
        var retried = await lab.CliAsync("retry", await IdAsync());
        Assert.True(retried.Code == 0, retried.Output + retried.Error);
        Assert.True(File.Exists($"{State}/after"));
        // What was done before is not done again.
        var events = await EventsAsync();
        Assert.Single(events, line => Is(line, "StepCompleted", "ports"));
        Assert.Single(events, line => Is(line, "StepCompleted", "marker"));
        Assert.Equal("cli:root", Assert.Single(events, line => Is(line, "StepRetried", "box")).GetProperty("body").GetProperty("by").GetString());
    }

    [Fact]
    public async Task ContainerThatEndsAtOnce_ShowsTheEndOfItsLog_AndRetryWithAnotherInputIsJournaled()
    {
        await lab.ResetAsync();
        await ImportAsync();
        var run = await RunAsync("pause", "command=[sh, -c, 'echo reading settings; echo no such file: /srv/settings >&2; exit 3']");
        Assert.Equal(3, run.Code);
        Assert.Contains("container.exited: container trouble ended with exit code 3", run.Output, StringComparison.Ordinal);
        Assert.Contains("| reading settings", run.Output, StringComparison.Ordinal);
        Assert.Contains("| no such file: /srv/settings", run.Output, StringComparison.Ordinal);

        var stray = await lab.CliAsync("retry", await IdAsync(), "--input", "comand=[sleep, '600']");
        Assert.NotEqual(0, stray.Code);
        Assert.Contains("`command`", stray.Output + stray.Error, StringComparison.Ordinal);

        var retried = await lab.CliAsync("retry", await IdAsync(), "--input", "command=[sleep, '600']");
        Assert.True(retried.Code == 0, retried.Output + retried.Error);
        var edited = Assert.Single(await EventsAsync(), line => Is(line, "StepRetried", "box")).GetProperty("body").GetProperty("input");
        Assert.Equal("sleep", edited.GetProperty("command")[0].GetString());
        Assert.Equal("trouble", edited.GetProperty("name").GetString());
    }

    [Fact]
    public async Task PortTaken_IsRetried_ThenPauses_LeavesNoHalfMadeContainer_AndGoesOnOnceThePortIsFree()
    {
        await lab.ResetAsync();
        await ImportAsync();
        (await lab.DockerAsync("run", "-d", "--name", "occupant", "--init", "-p", "8091:80", Image, "sleep", "600")).OrThrow();

        var run = await RunAsync("pause");
        Assert.Equal(3, run.Code);
        Assert.Contains("container.portTaken", run.Output, StringComparison.Ordinal);
        Assert.Contains("port is already allocated", run.Output, StringComparison.Ordinal);
        Assert.Single(await EventsAsync(), line => Is(line, "StepRetryScheduled", "box"));
        Assert.Equal(["occupant"], await ContainersAsync());

        (await lab.DockerAsync("rm", "-f", "occupant")).OrThrow();
        var retried = await lab.CliAsync("retry", await IdAsync());
        Assert.True(retried.Code == 0, retried.Output + retried.Error);
        Assert.Equal(["trouble"], await ContainersAsync());
    }

    [Fact]
    public async Task Skip_TakesTheStepAsDoneWithTheGivenOutputs_AndIsJournaled()
    {
        await lab.ResetAsync();
        Assert.Equal(3, (await RunAsync("pause")).Code);

        var skipped = await lab.CliAsync("skip", await IdAsync(), "box", "--value", """{"id": "made-by-hand"}""");
        Assert.True(skipped.Code == 0, skipped.Output + skipped.Error);
        Assert.Equal("made-by-hand", await File.ReadAllTextAsync($"{State}/after"));
        var journaled = Assert.Single(await EventsAsync(), line => Is(line, "StepSkipped", "box")).GetProperty("body");
        Assert.Equal(("cli:root", "made-by-hand"), (journaled.GetProperty("by").GetString(), journaled.GetProperty("output").GetProperty("id").GetString()));
    }

    [Fact]
    public async Task Rollback_TakesBackOnlyWhatThisRunDid_InReverseOrder()
    {
        await lab.ResetAsync();
        await ImportAsync();
        // There before: a container, one of the two rules, and the file that the run changes.
        (await lab.DockerAsync("run", "-d", "--name", "older", "--init", Image, "sleep", "600")).OrThrow();
        (await lab.InAsync("node", "nft", "insert rule inet lab input tcp dport 8091 accept comment \"orchestrator:8091/tcp\"")).OrThrow();
        Directory.CreateDirectory(State);
        await File.WriteAllTextAsync($"{State}/marker", "as it was");
        var before = await WorldAsync();

        var run = await RunAsync("rollback", "after=/proc/nowhere/after");
        Assert.Equal(1, run.Code);
        Assert.Equal(before, await WorldAsync());
        var undone = (await EventsAsync()).Where(line => line.GetProperty("event").GetString() == "StepCompleted").Select(line => line.GetProperty("step").GetString()!).Where(step => step.EndsWith("-undo", StringComparison.Ordinal));
        Assert.Equal(["box-undo", "marker-undo", "ports-undo"], undone);
        Assert.Contains("undone", (await lab.CliAsync("runs", "show", await IdAsync())).Output, StringComparison.Ordinal);
    }

    private Task<Ran> RunAsync(string onFailure, params string[] sets)
    {
        var file = $"{lab.Folder}/trouble.yaml";
        File.WriteAllText(file, $$$"""
            blueprint: trouble
            inputs:
              host: {type: host}
              hostKey: {type: sshPublicKey}
              loginKey: {type: secret<string>}
              dockerSocket: {type: string}
              command: {type: list<string>, default: [sleep, "600"]}
              after: {type: string, default: "{{{State}}}/after"}
            targets:
              node: {ssh: {address: "${{ inputs.host }}", user: root, key: "${{ inputs.loginKey }}", hostKey: "${{ inputs.hostKey }}"}}
            onFailure: {{{onFailure}}}
            defaults: {target: node, env: {ORCHESTRATOR_STATE: "{{{lab.Folder}}}/node/state/state"}}
            steps:
              - id: ports
                uses: firewall.open
                with: {ports: [8091/tcp, 8092/tcp]}
              - id: marker
                uses: file.write
                with: {path: "{{{State}}}/marker", content: changed, createFolders: true}
              - id: box
                uses: container.run
                with:
                  name: trouble
                  image: {{{Image}}}
                  command: ${{ inputs.command }}
                  init: true
                  publish: ["8091:80"]
                  socket: ${{ inputs.dockerSocket }}
                retry: {max: 1, delay: 500ms}
              - id: after
                uses: file.write
                with: {path: "${{ inputs.after }}", content: "${{ steps.box.outputs.id }}"}
                retry: {max: 0}
            """);
        var inputs = $"jq '{{host, hostKey, dockerSocket}}' {lab.Folder}/autosetup.inputs.json > {lab.Folder}/trouble.json";
        var set = string.Join(' ', sets.Select(text => $"--set '{text.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        _start = $"lab_cli run {file} --inputs {lab.Folder}/trouble.json --set loginKey=@{lab.Folder}/operator/id_ed25519 {set} --key {Image}";
        return lab.BashAsync($"{inputs}; {_start}");
    }

    private async Task ImportAsync() => (await lab.DockerAsync("import", $"{lab.Folder}/image.tar", Image)).OrThrow();

    private async Task<string> IdAsync() => (await lab.CliAsync("runs", "--json", "--limit", "1")).OrThrow().JsonLines().First().GetProperty("runId").GetString()!;

    /// <summary>The journal: the same start key again shows the run and starts nothing.</summary>
    private async Task<JsonElement[]> EventsAsync() =>
        [.. (await lab.BashAsync($"{_start} --json || true")).JsonLines().Where(line => line.TryGetProperty("event", out _))];

    private async Task<string[]> ContainersAsync() => (await lab.DockerAsync("ps", "-a", "--format", "{{.Names}}")).OrThrow().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task<string> WorldAsync() =>
        (await lab.InAsync("node", "nft", "list", "table", "inet", "lab")).Output
        + string.Join('\n', await ContainersAsync())
        + (await lab.BashAsync($"find {State} -type f -printf '%P %m\\n' | sort; cat {State}/*")).Output;

    private static bool Is(JsonElement line, string type, string step) =>
        line.GetProperty("event").GetString() == type && line.TryGetProperty("step", out var key) && key.GetString() == step;
}
