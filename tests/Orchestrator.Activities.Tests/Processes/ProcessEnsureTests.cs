using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Lab;
using static Orchestrator.Testing.ActivityContexts;

namespace Orchestrator.Activities.Tests.Processes;

public sealed class ProcessEnsureTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Ensure_NotRunning_StartsItOnceWithEnvironmentAndLog()
    {
        var input = Input("{'name': 'p', 'command': ['sh', '-c', 'echo $GREETING; echo oops >&2; exec sleep 60'], 'env': {'GREETING': 'hi'}, 'settle': '200ms', 'stopTimeout': '1s'}");
        Assert.Equal(CheckState.Differs, (await _place.PlanAsync(new ProcessEnsure(), input)).State);
        var first = await _place.RunAsync(new ProcessEnsure(), input);
        var second = await _place.RunAsync(new ProcessEnsure(), input, _place.Context("another"));

        Assert.True(first.Changed);
        Assert.False(second.Changed);
        Assert.Equal(first.Output, second.Output);
        Assert.Equal("sleep", (await File.ReadAllTextAsync($"/proc/{first.Output.Get("pid")}/comm")).Trim());
        Assert.Equal("hi\noops\n", File.ReadAllText(first.Output.Get("log")!.AsString()!));
        Assert.Equal("0022", await _place.ShellAsync($"sed -n 's/^Umask:.//p' /proc/{first.Output.Get("pid")}/status"));
    }

    [Fact]
    public async Task Ensure_OtherCommandOrKilled_StartsItAnew()
    {
        var first = await _place.RunAsync(new ProcessEnsure(), Sleeper("60"));
        var changed = await _place.RunAsync(new ProcessEnsure(), Sleeper("61"));
        Assert.True(changed.Changed);
        Assert.False(IsAlive(first.Output));
        Assert.True(IsAlive(changed.Output));

        await _place.ShellAsync($"kill -9 {changed.Output.Get("pid")}");
        await Eventually.TrueAsync(async () => (await _place.PlanAsync(new ProcessEnsure(), Sleeper("61"))).State == CheckState.Differs);
        var plan = await _place.PlanAsync(new ProcessEnsure(), Sleeper("61"));
        Assert.Contains("ended with exit code 137", plan.Changes[0].ToString());
        Assert.True(IsAlive((await _place.RunAsync(new ProcessEnsure(), Sleeper("61"))).Output));
    }

    [Fact]
    public async Task Ensure_PidFileOfAnotherProcess_IsNotTakenForOurs()
    {
        var (output, _) = await _place.RunAsync(new ProcessEnsure(), Sleeper("60"));
        var folder = Path.GetDirectoryName(output.Get("log")!.AsString()!)!;
        await _place.ShellAsync($"kill -9 -$(readlink {folder}/owner | cut -d: -f1)");
        await Eventually.TrueAsync(() => Task.FromResult(!IsAlive(output)));
        File.Delete($"{folder}/owner");
        File.CreateSymbolicLink($"{folder}/owner", $"{Environment.ProcessId}:1");
        File.WriteAllText($"{folder}/pid", $"{Environment.ProcessId}:1");

        var plan = await _place.PlanAsync(new ProcessEnsure(), Sleeper("60"));
        Assert.Contains("was killed", plan.Changes[0].ToString());
        Assert.True((await _place.RunAsync(new ProcessEnsure(), Sleeper("60"))).Changed); // and this test process is still here
    }

    [Fact]
    public async Task Ensure_EndsAtOnce_FailsWithItsWords()
    {
        var failure = await _place.FailAsync(new ProcessEnsure(), Input("{'name': 'p', 'command': ['sh', '-c', 'echo cannot bind >&2; exit 3'], 'settle': '5s'}"));
        Assert.Equal(("process.exited", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Contains("exit code 3", failure.Message);
        Assert.Contains("cannot bind", failure.Message);
        Assert.Equal(["cannot bind"], failure.LogTail);
        Assert.Equal(Value.Of(3), failure.Details!.Get("exitCode"));

        var missing = await _place.FailAsync(new ProcessEnsure(), Input("{'name': 'p', 'command': ['/no/such/program'], 'settle': '5s'}"));
        Assert.Contains("exit code 127", missing.Message);
    }

    [Fact]
    public async Task Undo_IgnoresTerm_IsKilledWithItsChildren()
    {
        var input = Input("{'name': 'p', 'command': ['sh', '-c', 'trap : TERM; echo $$; sleep 60 & while :; do wait; done'], 'settle': '200ms', 'stopTimeout': '300ms'}");
        var (output, _) = await _place.RunAsync(new ProcessEnsure(), input);
        await new ProcessEnsure().UndoAsync(input, output, _place.Context(), CancellationToken.None);
        Assert.False(IsAlive(output));
        Assert.Equal(CheckState.Differs, (await _place.PlanAsync(new ProcessEnsure(), input)).State);
    }

    [Fact]
    public async Task Ensure_AsUser_RunsAsThatUser()
    {
        Directory.CreateDirectory(_place["state"]);
        await _place.ShellAsync($"chmod 755 {_place.Folder}; chown nobody {_place["state"]}");
        var input = Input("{'name': 'p', 'command': ['sleep', '60'], 'user': 'nobody', 'settle': '100ms'}");
        var (output, _) = await _place.RunAsync(new ProcessEnsure(), input);
        Assert.Equal("nobody", await _place.ShellAsync($"stat -c %U /proc/{output.Get("pid")}"));
        await new ProcessEnsure().UndoAsync(input, output, _place.Context(), CancellationToken.None);
    }

    private static MapValue Sleeper(string seconds) => Input($"{{'name': 'p', 'command': ['sleep', '{seconds}'], 'settle': '100ms', 'stopTimeout': '1s'}}");

    private static bool IsAlive(Value output) =>
        File.Exists($"/proc/{output.Get("pid")}/stat") && !File.ReadAllText($"/proc/{output.Get("pid")}/stat").Contains(") Z ", StringComparison.Ordinal);
}
