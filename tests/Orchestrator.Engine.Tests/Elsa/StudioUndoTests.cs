using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>The incident strategies of ours: roll back, pause.</summary>
public sealed class StudioUndoTests
{
    private static Definition RollingBack(JsonNode root) => Studio.Definition(root, options: new JsonObject { ["incidentStrategyType"] = ElsaReader.RollbackStrategy });

    private static Definition Pausing(JsonNode root) => Studio.Definition(root, options: new JsonObject { ["incidentStrategyType"] = ElsaReader.PauseStrategy });

    private static JsonObject Broken(string id = "x") => Studio.Activity(id, "test.idempotent", "fails=9", "kind=permanent");

    [Fact]
    public async Task Rollback_UndoesWhatChanged_LastFirst_AndShowsIt()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(RollingBack(Studio.Sequence(
            Studio.Activity("a", "test.idempotent"), Studio.Activity("same", "test.idempotent", "changes=false"), Studio.Activity("b", "test.keyed"), Studio.Activity("r", "test.read"), Broken(), Studio.Activity("never", "test.idempotent"))));

        var view = await bench.FinishAsync(run);

        Assert.Equal((RunStatus.Failed, "test.failed"), (view.Status, view.Failure!.Code));
        Assert.Equal(["b-undo", "a-undo"], bench.World.Undone);
        Assert.Equal(0, bench.World.Count("never"));
        Assert.Equal(StepStatus.Undone, (await bench.StepAsync(run, "a")).Status);
        Assert.Contains("was rolled back", await bench.AskAsync(run, "retry"));
        var execution = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;
        Assert.Equal(["b", "a"], execution.Events.Where(it => it.EventName == "Undone").Select(it => execution.Activities.Single(each => each.Id == it.ExecutionId).ActivityId));
        Assert.Equal("x", execution.Activities.Single(each => each.Id == Assert.Single(execution.Incidents).ExecutionId).ActivityId);
    }

    [Fact]
    public async Task Rollback_Loop_UndoesEachRoundOnce_AcrossASnapshotAndACrash()
    {
        await using var bench = await Bench.OpenAsync();
        var loop = Studio.Activity("loop", "Elsa.For", "start=1", "end=120", "step=1");
        loop["body"] = Studio.Sequence(Studio.Activity("a", "test.keyed"), Studio.Activity("b", "test.idempotent"));
        bench.World.Failures["a[60]-undo"] = new Queue<Failure>([new("test.stuck", FailureKind.Permanent, "stuck")]);

        var run = await bench.StartAsync(RollingBack(Studio.Sequence(loop, Studio.Activity("w", ActivityTypes.Wait, "duration=10s"), Broken())));
        await bench.CrashAsync();
        bench.Advance(TimeSpan.FromSeconds(9.5));
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        while (bench.World.Undone.Count < 33) bench.RunOne();
        await bench.CrashAsync();
        var view = await bench.FinishAsync(run);

        var expected = Enumerable.Range(1, 120).Reverse().SelectMany(round => new[] { $"b{Round(round)}-undo", $"a{Round(round)}-undo" }).Where(key => key != "a[60]-undo");
        Assert.Equal(expected, bench.World.Undone);
        Assert.Contains("not undone: a[60]", view.Failure!.Message);
        var execution = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;
        Assert.Equal("stuck", Assert.Single(execution.Events, it => it.EventName == "Undo Failed").Message);
        Assert.Contains(execution.Incidents, incident => incident.Failure.Code == "test.stuck");

        static string Round(int round) => round == 1 ? "" : $"[{round}]";
    }

    [Fact]
    public async Task Rollback_OtherBranches_AreStoppedAndWhatTheyDidIsUndone()
    {
        await using var bench = await Bench.OpenAsync();
        var flow = Studio.Flow(
            [Studio.Say("start"), Studio.Activity("a", "test.idempotent"), Studio.Activity("ask", ActivityTypes.Approve, "message=?"), Studio.Activity("later", "Elsa.Delay", "timeSpan=00:10:00"), Studio.Activity("n", "test.idempotent"), Studio.Activity("w", "test.idempotent", "waits=1"), Broken()],
            "start a", "a ask", "start later", "later n", "start w", "w x");

        var run = await bench.StartAsync(RollingBack(flow));
        var view = await bench.FinishAsync(run);

        Assert.Equal(RunStatus.Failed, view.Status);
        Assert.Equal(["w-undo", "a-undo"], bench.World.Undone);
        Assert.Equal(0, bench.World.Count("n"));
        Assert.Empty((await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!.Bookmarks);
    }

    [Fact]
    public async Task Rollback_FaultWithoutAStep_RollsBack_AndARescuedOneDoesNot()
    {
        await using var bench = await Bench.OpenAsync();
        var block = Studio.Activity("box", ActivityTypes.Block);
        (block["body"], block["rescue"]) = (Broken(), Studio.Activity("r", "test.idempotent"));

        var view = await bench.FinishAsync(await bench.StartAsync(RollingBack(Studio.Sequence(block, Studio.Activity("bad", "Elsa.Fault", "message=no")))));

        Assert.Equal(RunStatus.Failed, view.Status);
        Assert.Equal(["r-undo"], bench.World.Undone);
        Assert.Contains("was rolled back", await bench.AskAsync(view.RunId, "retry"));
    }

    [Fact]
    public async Task Rollback_CancelledInTheMiddle_Stops()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(RollingBack(Studio.Sequence(Studio.Activity("a", "test.idempotent"), Studio.Activity("b", "test.idempotent"), Studio.Activity("w", ActivityTypes.Wait, "duration=10s"), Broken())));
        bench.World.Failures["b-undo"] = new Queue<Failure>([new("test.no", FailureKind.Transient, "not now")]);
        bench.Advance(TimeSpan.FromSeconds(10.5));
        Assert.Null(await bench.AskAsync(run, "cancel"));
        var view = await bench.FinishAsync(run);

        Assert.Equal(RunStatus.Cancelled, view.Status);
        Assert.Empty(bench.World.Undone);
    }

    [Fact]
    public async Task Pause_HoldsAtTheStep_UntilItIsMended()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["x"] = new Queue<Failure>([new("test.no", FailureKind.Permanent, "no disk")]);
        var run = await bench.StartAsync(Pausing(Studio.Sequence(Studio.Activity("a", "test.idempotent"), Studio.Activity("x", "test.idempotent"), Studio.Activity("b", "test.idempotent"))));
        await bench.CrashAsync();
        var held = await bench.FinishAsync(run);
        var incidents = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!.Incidents;

        Assert.Null(await bench.AskAsync(run, "retry"));
        var view = await bench.FinishAsync(run);

        Assert.Equal((RunStatus.Paused, "x: no disk", "test.no"), (held.Status, held.Wait!.Reason, held.Failure!.Code));
        Assert.Equal("test.no", Assert.Single(incidents).Failure.Code);
        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.Equal((1, 2, 1), (bench.World.Count("a"), bench.World.Count("x"), bench.World.Count("b")));
    }

    [Fact]
    public async Task Pause_BlockWithRescue_HandlesIt()
    {
        await using var bench = await Bench.OpenAsync();
        var block = Studio.Activity("box", ActivityTypes.Block);
        (block["body"], block["rescue"]) = (Broken(), Studio.Activity("r", "test.idempotent"));

        var view = await bench.FinishAsync(await bench.StartAsync(Pausing(block)));

        Assert.Equal((RunStatus.Completed, 1), (view.Status, bench.World.Count("r")));
    }

    [Fact]
    public async Task Pause_FaultWithoutAStep_HoldsToo()
    {
        await using var bench = await Bench.OpenAsync();
        var view = await bench.FinishAsync(await bench.StartAsync(Pausing(Studio.Sequence(Studio.Activity("bad", "Elsa.Fault", "message=no")))));
        Assert.Equal((RunStatus.Paused, "no"), (view.Status, view.Failure!.Message));
    }

    [Fact]
    public async Task UndoNames_OfActivitiesThatEndLikeThem_DoNotMeet()
    {
        await using var bench = await Bench.OpenAsync();
        var view = await bench.FinishAsync(await bench.StartAsync(RollingBack(Studio.Sequence(Studio.Activity("a", "test.idempotent"), Studio.Activity("a-undo", "test.idempotent"), Broken()))));

        Assert.Equal(RunStatus.Failed, view.Status);
        Assert.Equal(["a-undo~-undo", "a-undo"], bench.World.Undone);
    }
}
