using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Engine.Tests.Simulation;
using Orchestrator.Model.Definitions;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Engine.Tests.Runs;

/// <summary>A change whose outcome was lost is still this run's change, so a rollback takes it back.</summary>
public sealed class IntentTests
{
    private static Definition Plan(OnFailure onFailure, params string[] inputs) => Make.Definition(
        Make.Step("a", "test.desired", ["things=['old', 'new']", .. inputs]), Make.Step("last", "test.idempotent", "fails=9")) with { OnFailure = onFailure };

    [Theory]
    [InlineData(CommitFault.Before)]
    [InlineData(CommitFault.After)]
    public void Rollback_CrashAtAnyCommit_TakesBackWhatTheRunMadeAndNothingElse(CommitFault fault)
    {
        var plain = new CrashingRun(Plan(OnFailure.Rollback), 1);
        plain.Play();
        Assert.Equal(["old"], plain.World.Things);
        Assert.InRange(plain.Commits, 4, 20);
        for (var commit = 1; commit <= plain.Commits; commit++)
        {
            var crashed = new CrashingRun(Plan(OnFailure.Rollback), 1, new Dictionary<int, CommitFault> { [commit] = fault });
            var run = crashed.Play();
            Assert.True(crashed.World.Things.SetEquals(["old"]), $"crash {fault} commit {commit}: {string.Join("; ", crashed.World.Log)}");
            Assert.Equal(StepStatus.Undone, run.Steps.Single(step => step.Key == "a").Status);
        }
    }

    [Fact]
    public async Task Rollback_AttemptFailedAfterItsChange_TheNextFindsItSoAndItIsTakenBack()
    {
        await using var bench = await Bench.OpenAsync();

        var run = await bench.FinishAsync(await bench.StartAsync(Plan(OnFailure.Rollback, "fails=1")));

        Assert.Equal(["make new", "unmake new"], bench.World.Log.Where(line => line.Contains("make", StringComparison.Ordinal)));
        Assert.Equal(StepStatus.Undone, (await bench.StepAsync(run.RunId, "a")).Status);
        Assert.Equal(["old"], bench.World.Things);
    }

    [Fact]
    public async Task Rollback_AllWasSoBefore_NothingIsRecordedAndNothingTakenBack()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Things.Add("new");

        var run = await bench.FinishAsync(await bench.StartAsync(Plan(OnFailure.Rollback)));

        Assert.DoesNotContain(await bench.Store.ReadEventsAsync(run.RunId, 0, 100, CancellationToken.None), row => row.Type == "StepIntended");
        Assert.Equal(["new", "old"], bench.World.Things);
    }

    [Fact]
    public async Task Pause_NothingWillBeTakenBack_CostsNoCommit()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.FinishAsync(await bench.StartAsync(Plan(OnFailure.Pause)));
        Assert.DoesNotContain(await bench.Store.ReadEventsAsync(run.RunId, 0, 100, CancellationToken.None), row => row.Type == "StepIntended");
    }
}
