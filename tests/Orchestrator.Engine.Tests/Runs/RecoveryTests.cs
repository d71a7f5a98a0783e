using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Engine.Tests.Runs;

public sealed class RecoveryTests
{
    [Fact]
    public async Task CrashLoop_ThirdCrashInAStep_PausesTheRunUntilRetry()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Hanging.Add("a");
        var run = await bench.StartAsync(Make.Definition(Make.Step("a", "test.keyed"), Make.Step("b")));
        await bench.CrashAsync();
        bench.Settle();
        await bench.CrashAsync();
        bench.Settle();
        Assert.Equal(RunStatus.Running, (await bench.ViewAsync(run)).Status);

        await bench.CrashAsync();
        bench.Settle();

        var paused = await bench.ViewAsync(run);
        Assert.Equal((RunStatus.Paused, "engine.crashLoop"), (paused.Status, paused.Failure!.Code));
        Assert.Equal(3, bench.World.Count("a"));
        bench.World.Hanging.Clear();
        Assert.Null(await bench.AskAsync(run, "retry"));
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);
    }

    [Fact]
    public async Task Restart_InGoodOrder_NeverCountsAsACrash()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Hanging.Add("a");
        var run = await bench.StartAsync(Make.Definition(Make.Step("a", "test.keyed")));
        for (var i = 0; i < 4; i++)
        {
            await bench.RestartAsync();
            bench.Settle();
        }

        Assert.Equal(RunStatus.Running, (await bench.ViewAsync(run)).Status);
    }

    [Fact]
    public async Task InvariantCheck_LostWakeUp_RaisesAnAlarmWithinAMinute()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='2m'")));
        await bench.Store.CommitAsync(new WriteSet { ClearTimers = [.. (await bench.Store.ReadTimersAsync(run, CancellationToken.None)).Select(timer => (timer.RunId, timer.Key))] });

        bench.Advance(TimeSpan.FromSeconds(61));

        Assert.Contains($"{run} waits, but no wake-up is stored for it", bench.Alarms);
        bench.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(RunStatus.Completed, (await bench.ViewAsync(run)).Status);
    }

    [Fact]
    public async Task InvariantCheck_RunningRunThatNobodyHas_IsTakenUpAgain()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "signal='go'")));
        var row = await bench.Store.FindRunAsync(run, CancellationToken.None);
        await bench.Store.CommitAsync(new WriteSet { Runs = [row! with { Status = RunStatus.Running }] });

        bench.Advance(TimeSpan.FromSeconds(61));

        Assert.Contains($"{run} is said to be running, but nothing runs it", bench.Alarms);
    }

    [Fact]
    public async Task InvariantCheck_HealthyRuns_RaiseNoAlarm()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Hanging.Add("a");
        await bench.StartAsync(Make.Definition(Make.Step("a")));
        await bench.StartAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "signal='go'")));
        await bench.StartAsync(Make.Definition(Make.Step("p", "test.idempotent", "fails=9")) with { OnFailure = OnFailure.Pause });

        bench.Advance(TimeSpan.FromMinutes(4));

        Assert.Empty(bench.Alarms);
    }
}
