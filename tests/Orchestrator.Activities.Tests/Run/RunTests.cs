using Orchestrator.Activities.Tests.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Lab;
using static Orchestrator.Testing.ActivityContexts;
using RunStep = Orchestrator.Activities.Run.Run;

namespace Orchestrator.Activities.Tests.Run;

public sealed class RunTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Run_Script_GivesOutputsAndStreamsLines()
    {
        _place.Environment["NAME"] = "wörld";
        var input = Script("""
            read -r line
            echo "hello $NAME $line"; echo warn >&2
            pwd
            echo "a=1=2" >>"$ORCHESTRATOR_OUTPUT"
            """).With("stdin", Value.Of("in\n")).With("cwd", Value.Of(_place.Folder));
        var (output, changed) = await _place.RunAsync(new RunStep(), input);
        Assert.True(changed);
        Assert.Equal(Value.Of($"hello wörld in\n{_place.Folder}"), output.Get("stdout"));
        Assert.Equal(Value.Of("warn"), output.Get("stderr"));
        Assert.Equal(Value.Of("1=2"), output.Get("outputs")!.Get("a"));
        Assert.Contains("hello wörld in", _place.Log);
        Assert.Contains("warn", _place.Log);
    }

    [Fact]
    public async Task Run_JsonOutput_KeepsTypes()
    {
        var (output, _) = await _place.RunAsync(new RunStep(), Script("""echo '{"n": 1, "l": [true]}' >"$ORCHESTRATOR_OUTPUT" """).With("shell", Value.Of("sh")));
        Assert.Equal(Input("{'n': 1, 'l': [true]}"), output.Get("outputs"));
        var bad = await _place.FailAsync(new RunStep(), Script("""echo nonsense >"$ORCHESTRATOR_OUTPUT" """));
        Assert.Equal("run.badOutput", bad.Code);
    }

    [Fact]
    public async Task Run_ScriptAndSecrets_AreNotInArgumentsAndNothingStaysBehind()
    {
        _place.Environment["TOKEN"] = "canary-env";
        _place.Environment["TMPDIR"] = _place.Folder;
        var input = Script("""tr '\0' ' ' </proc/$$/cmdline; tr '\0' ' ' </proc/$PPID/cmdline # marker-in-script""").With("stdin", new SecretValue(Secret.FromPlainText("canary-stdin")));
        var (output, _) = await _place.RunAsync(new RunStep(), input);
        Assert.Contains("bash -e -o pipefail", output.Get("stdout")!.AsString());
        Assert.DoesNotContain("canary", output.ToString());
        Assert.DoesNotContain("marker", output.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(_place.Folder));
    }

    [Fact]
    public async Task Run_NonZeroExit_FailsWithCodeAndWords()
    {
        var failure = await _place.FailAsync(new RunStep(), Script("echo before\necho broken >&2\nfalse | cat\necho not reached"));
        Assert.Equal(("run.exit", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Equal(Value.Of(1), failure.Details!.Get("exitCode"));
        Assert.Equal("the script ended with exit code 1: broken", failure.Message);
        Assert.Equal(Value.Of(7), (await _place.FailAsync(new RunStep(), Script("exit 7"))).Details!.Get("exitCode"));
    }

    [Fact]
    public async Task Run_WithCheck_RunsOnlyWhenNeeded()
    {
        var input = Script($"touch {_place["made"]}").With("check", Value.Of($"test -e {_place["made"]}"));
        Assert.Equal(CheckState.Differs, (await _place.PlanAsync(new RunStep(), input)).State);
        Assert.True((await _place.RunAsync(new RunStep(), input)).Changed);
        Assert.False((await _place.RunAsync(new RunStep(), input)).Changed);
        Assert.Equal(CheckState.Unknown, (await _place.PlanAsync(new RunStep(), Script("true"))).State);
        Assert.Equal("engine.notVerified", (await _place.FailAsync(new RunStep(), Script("true").With("check", Value.Of("false")))).Code);
    }

    [Fact]
    public async Task Reattach_SameKey_FindsTheRunningJobInsteadOfStartingItTwice()
    {
        var script = Script($$"""
            read -r word
            echo "start $word $TOKEN" | tee -a {{_place["ledger"]}}
            while [ ! -e {{_place["go"]}} ]; do sleep 0.05; done
            echo done; echo k=v >"$ORCHESTRATOR_OUTPUT"
            """).With("stdin", Value.Of("w\n"));
        _place.Environment["TOKEN"] = "t";
        using var death = new CancellationTokenSource();
        var first = new RunStep().ExecuteAsync(script, _place.Context(effect: Effect.Reattach), death.Token);
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(_place["ledger"])));
        await death.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        var second = new RunStep().ExecuteAsync(script, _place.Context(effect: Effect.Reattach), CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(_place.Log.Contains("found the job of this step again (running)")));
        File.WriteAllText(_place["go"], "");
        var result = await second;

        Assert.Equal("start w t\n", File.ReadAllText(_place["ledger"]));
        Assert.Equal(Value.Of("start w t\ndone"), result.Output!.Get("stdout"));
        Assert.Equal(Value.Of("v"), result.Output!.Get("outputs")!.Get("k"));
        Assert.Contains("done", _place.Log);
        Assert.Equal(result.Output, (await new RunStep().ExecuteAsync(script, _place.Context(effect: Effect.Reattach), CancellationToken.None)).Output);
        Assert.Equal("start w t\n", File.ReadAllText(_place["ledger"]));
    }

    [Fact]
    public async Task Reattach_FailedJob_IsReportedAgainInItsAttemptAndRunAgainInTheNext()
    {
        var script = Script($"echo x >>{_place["ledger"]}; echo bad >&2; exit 4");
        for (var look = 0; look < 2; look++)
            Assert.Equal(Value.Of(4), (await _place.FailAsync(new RunStep(), script, _place.Context(effect: Effect.Reattach))).Details!.Get("exitCode"));
        Assert.Equal("x\n", File.ReadAllText(_place["ledger"]));
        var next = await _place.FailAsync(new RunStep(), script, _place.Context(effect: Effect.Reattach, attempt: 2));
        Assert.Equal("the script ended with exit code 4: bad", next.Message);
        Assert.Equal("x\nx\n", File.ReadAllText(_place["ledger"]));
    }

    [Fact]
    public async Task Reattach_JobKilledWithItsSupervisor_IsAnUnknownOutcome()
    {
        var script = Script($"echo $$ >{_place["pid"]}.part; mv {_place["pid"]}.part {_place["pid"]}; exec sleep 60");
        var running = new RunStep().ExecuteAsync(script, _place.Context(effect: Effect.Reattach), CancellationToken.None);
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(_place["pid"])));
        await _place.ShellAsync($"kill -9 -$(ps -o pgid= -p $(cat {_place["pid"]}) | tr -d ' ')");
        var failure = (await Assert.ThrowsAsync<FailureException>(() => running)).Failure;
        Assert.Equal(("run.lost", FailureKind.UnknownOutcome), (failure.Code, failure.Kind));
    }

    private static MapValue Script(string text) => Value.Map(("script", Value.Of(text)));
}
