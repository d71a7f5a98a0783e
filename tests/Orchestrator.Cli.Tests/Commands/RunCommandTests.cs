using System.Text.Json;

namespace Orchestrator.Cli.Tests.Commands;

public sealed class RunCommandTests : IDisposable
{
    private readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    private string Folders => _cli.File("folders.yaml", """
        blueprint: folders
        inputs:
          base: {type: string}
          password: {type: "secret<string>", optional: true}
        steps:
          - id: folder
            uses: file.mkdir
            with: {path: "${{ inputs.base }}/made"}
          - id: file
            uses: file.write
            with: {path: "${{ inputs.base }}/made/file", content: "${{ inputs.password ?? 'none' }}"}
        outputs:
          folder: ${{ inputs.base }}/made
        """);

    private string Base => Path.GetDirectoryName(_cli.Data)!;

    [Fact]
    public async Task Run_Twice_SaysTheSecondTimeThatNothingChanged()
    {
        var first = (await _cli.RunAsync("run", Folders, "--set", $"base={Base}")).Expect(ExitCode.Done);
        var second = (await _cli.RunAsync("run", Folders, "--set", $"base={Base}")).Expect(ExitCode.Done);

        Assert.Contains("2 steps, 2 changed, 0 already so", first.Output, StringComparison.Ordinal);
        Assert.Contains($"  folder: {Base}/made", first.Output, StringComparison.Ordinal);
        Assert.Contains("nothing changed: all 2 steps were already so", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SameKeyTwice_IsOneRun()
    {
        await _cli.RunAsync("run", Folders, "--set", $"base={Base}", "--key", "k");
        var second = (await _cli.RunAsync("run", Folders, "--set", $"base={Base}", "--key", "k")).Expect(ExitCode.Done);

        Assert.Contains("was started with this key before", second.Error, StringComparison.Ordinal);
        Assert.Single((await _cli.RunAsync("runs", "--json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Run_SecretInput_IsNowhereInOutputOrStore()
    {
        const string Canary = "canary-51c0ffee";

        var said = (await _cli.RunAsync(Canary + "\n", CancellationToken.None, "run", Folders, "--json", "--set", $"base={Base}", "--set", "password=@-")).Expect(ExitCode.Done);
        var shown = await _cli.RunAsync("runs", "show", RunId(said), "--json");

        Assert.Equal(Canary, await File.ReadAllTextAsync(Path.Combine(Base, "made", "file")));
        Assert.DoesNotContain(Canary, said.Output + said.Error + shown.Output, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_cli.Data))
            Assert.DoesNotContain(Canary, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Json_PrintsEventsAndASummaryLast()
    {
        var said = (await _cli.RunAsync("run", Folders, "--json", "--set", $"base={Base}", "--label", "team=infra")).Expect(ExitCode.Done);

        var lines = said.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal("RunStarted", lines[0].GetProperty("event").GetString());
        var summary = lines[^1].GetProperty("summary");
        Assert.Equal(("completed", 2, lines.Count - 1), (summary.GetProperty("status").GetString(), summary.GetProperty("changed").GetInt32(), summary.GetProperty("events").GetInt32()));
        Assert.Equal("infra", summary.GetProperty("labels").GetProperty("team").GetString());
    }

    [Fact]
    public async Task Run_BadBlueprint_TouchesNothing()
    {
        var said = (await _cli.RunAsync("run", _cli.File("bad.yaml", "blueprint: bad\nsteps:\n  - id: a\n    uses: file.mkdirr\n"))).Expect(ExitCode.Rejected);

        Assert.Contains("bad.yaml:4:11: error BP2002", said.Error, StringComparison.Ordinal);
        Assert.Contains("nothing was executed", said.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_cli.Data));
    }

    [Fact]
    public async Task Run_FailingStep_ExitsOneAndRetryGoesOn()
    {
        var flag = Path.Combine(Base, "flag");
        var file = _cli.File("failing.yaml", $"blueprint: failing\nsteps:\n  - id: before\n    uses: file.mkdir\n    with: {{path: {Base}/one}}\n  - id: needsFlag\n    run: \"echo looking; test -f {flag}\"\n");

        var failed = (await _cli.RunAsync("run", file)).Expect(ExitCode.Failed);
        await File.WriteAllTextAsync(flag, "");
        var retried = (await _cli.RunAsync("retry", RunId(failed))).Expect(ExitCode.Done);

        Assert.Contains($"failed at needsFlag ({file}:6)", failed.Output, StringComparison.Ordinal);
        Assert.Contains("  | looking", failed.Output, StringComparison.Ordinal);
        Assert.Contains($"orchestrator retry {RunId(failed)}", failed.Output, StringComparison.Ordinal);
        Assert.Contains("needsFlag: completed", retried.Output, StringComparison.Ordinal);
        Assert.Contains("so far: failed, 1 of 2 steps done", retried.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("before:", retried.Output, StringComparison.Ordinal);
        Assert.Contains("looking", (await _cli.RunAsync("logs", RunId(failed), "--step", "needsFlag")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_PausedStep_ExitsThreeNamesTheWaysOnAndSkipTakesOne()
    {
        var file = _cli.File("pausing.yaml", "blueprint: pausing\nonFailure: pause\nsteps:\n  - id: broken\n    run: exit 7\n  - id: after\n    run: echo $NUMBER\n    env: {NUMBER: \"number ${{ steps.broken.outputs.exitCode }}\"}\n");

        var paused = (await _cli.RunAsync("run", file)).Expect(ExitCode.Unfinished);
        var skipped = (await _cli.RunAsync("skip", RunId(paused), "broken", "--value", "{exitCode: 42}")).Expect(ExitCode.Done);

        Assert.Contains("paused at broken", paused.Output, StringComparison.Ordinal);
        Assert.Contains($"orchestrator skip {RunId(paused)} broken --value '{{}}'", paused.Output, StringComparison.Ordinal);
        Assert.Contains("run completed", skipped.Output, StringComparison.Ordinal);
        Assert.Contains("after | number 42", (await _cli.RunAsync("logs", RunId(paused))).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, ExitCode.Done)]
    [InlineData(true, ExitCode.Failed)]
    public async Task Approve_WaitingRun_GoesOnOrFails(bool deny, int expected)
    {
        var file = _cli.File("asking.yaml", "blueprint: asking\nsteps:\n  - id: go\n    approve: {message: deploy?}\n  - id: after\n    run: echo went\n");

        var waiting = (await _cli.RunAsync("run", file, "--no-wait")).Expect(ExitCode.Unfinished);
        var answered = (await _cli.RunAsync(deny ? ["approve", RunId(waiting), "--deny"] : ["approve", RunId(waiting)])).Expect(expected);

        Assert.Contains($"orchestrator approve {RunId(waiting)} --step go", waiting.Output, StringComparison.Ordinal);
        Assert.StartsWith(deny ? "denied" : "approved", answered.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signal_WithPayload_WakesTheRun()
    {
        var file = _cli.File("listening.yaml", "blueprint: listening\nsteps:\n  - id: hear\n    wait: {signal: news}\noutputs:\n  heard: ${{ steps.hear.outputs.payload.word }}\n");

        var waiting = (await _cli.RunAsync("run", file, "--no-wait")).Expect(ExitCode.Unfinished);
        var woken = (await _cli.RunAsync("signal", RunId(waiting), "news", "--payload", "{word: hello}", "--wait")).Expect(ExitCode.Done);

        Assert.Contains("  heard: hello", woken.Output, StringComparison.Ordinal);
        (await _cli.RunAsync("signal", RunId(waiting), "news")).Expect(ExitCode.Failed);
    }

    [Fact]
    public async Task Cancel_WaitingRun_IsDoneAndResumeFindsNothing()
    {
        var file = _cli.File("long.yaml", "blueprint: long\nsteps:\n  - id: nap\n    wait: 1h\n");

        var waiting = (await _cli.RunAsync("run", file, "--no-wait")).Expect(ExitCode.Unfinished);
        var cancelled = (await _cli.RunAsync("cancel", RunId(waiting)[..6], "--reason", "enough")).Expect(ExitCode.Done);

        Assert.Contains("run cancelled", cancelled.Output, StringComparison.Ordinal);
        Assert.Contains("nothing to resume", (await _cli.RunAsync("resume")).Expect(ExitCode.Done).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Interrupted_LeavesADurableRunThatResumes()
    {
        var flag = Path.Combine(Base, "flag");
        var file = _cli.File("waiting.yaml", $"blueprint: waiting\nsteps:\n  - id: look\n    run: test -f {flag} && echo yes || true\n    effect: idempotent\n    until: result.stdout.includes(\"yes\")\n    every: 1s\n");
        using var interrupt = new CancellationTokenSource();
        await interrupt.CancelAsync();

        var left = (await _cli.RunAsync("", interrupt.Token, "run", file)).Expect(ExitCode.Unfinished);
        await File.WriteAllTextAsync(flag, "");
        var runId = JsonDocument.Parse((await _cli.RunAsync("runs", "--json")).Output.Split('\n')[0]).RootElement.GetProperty("runId").GetString()!;
        var resumed = (await _cli.RunAsync("resume", runId)).Expect(ExitCode.Done);

        Assert.Contains($"orchestrator resume {runId}", left.Error, StringComparison.Ordinal);
        Assert.Contains("run completed", resumed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CalledBlueprintBesideIt_RunsAsAChild()
    {
        _cli.File("inner.yaml", $"blueprint: inner\nsteps:\n  - id: folder\n    uses: file.mkdir\n    with: {{path: {Base}/inner}}\n  - id: word\n    run: echo said inside\n");

        var said = (await _cli.RunAsync("run", _cli.File("outer.yaml", "blueprint: outer\nsteps:\n  - id: part\n    call: inner@1\n"))).Expect(ExitCode.Done);

        Assert.Contains("inner/folder: completed", said.Output, StringComparison.Ordinal);
        Assert.Contains("of inner", (await _cli.RunAsync("runs", "show", RunId(said))).Output, StringComparison.Ordinal);
        Assert.Contains("part/word | said inside", (await _cli.RunAsync("logs", RunId(said), "--step", "part")).Output, StringComparison.Ordinal);
        Assert.Empty((await _cli.RunAsync("logs", RunId(said), "--step", "par")).Output);
        Assert.True(Directory.Exists(Path.Combine(Base, "inner")));
    }

    [Fact]
    public async Task Secrets_SetListRemove_NeverShowTheValue()
    {
        (await _cli.RunAsync("canary-abc\n", CancellationToken.None, "secrets", "set", "app/token")).Expect(ExitCode.Done);
        var listed = (await _cli.RunAsync("secrets", "list")).Expect(ExitCode.Done);
        (await _cli.RunAsync("secrets", "remove", "app/token")).Expect(ExitCode.Done);

        Assert.Equal("app/token\n", listed.Output);
        Assert.Empty((await _cli.RunAsync("secrets", "list")).Output);
        (await _cli.RunAsync("secrets", "remove", "app/token")).Expect(ExitCode.Rejected);
        (await _cli.RunAsync("secrets", "set", "empty")).Expect(ExitCode.Rejected);
    }

    [Fact]
    public async Task Show_UnknownRun_IsRejectedWithTheWayOn() =>
        Assert.Contains("orchestrator runs", (await _cli.RunAsync("runs", "show", "nope")).Expect(ExitCode.Rejected).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Demo_Print_IsABlueprintThatCompiles()
    {
        var printed = (await _cli.RunAsync("demo", "--print")).Expect(ExitCode.Done);

        (await _cli.RunAsync("validate", _cli.File("hello.yaml", printed.Output))).Expect(ExitCode.Done);
    }

    private static string RunId(Said said)
    {
        var first = said.Output.Split('\n')[0];
        return first.StartsWith('{') ? JsonDocument.Parse(first).RootElement.GetProperty("runId").GetString()! : first.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];
    }
}
