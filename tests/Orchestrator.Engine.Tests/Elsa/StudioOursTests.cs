using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>Our own containers and waits in workflows made in Studio.</summary>
public sealed class StudioOursTests
{
    [Theory]
    [InlineData(true, RunStatus.Completed)]
    [InlineData(false, RunStatus.Failed)]
    public async Task Approve_WaitsForAPerson(bool approved, RunStatus expected)
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("ask", ActivityTypes.Approve, "message=ship it?"), Studio.Activity("a", "test.idempotent"))));
        await bench.CrashAsync();
        var waiting = await bench.ViewAsync(run);

        var refusal = await bench.AskAsync(run, "approve", new { approved });
        var view = await bench.FinishAsync(run);

        Assert.Equal((RunStatus.Waiting, "ask: ship it?"), (waiting.Status, waiting.Wait!.Reason));
        Assert.Equal((null, expected), (refusal, view.Status));
        Assert.Equal(approved ? 1 : 0, bench.World.Count("a"));
    }

    [Fact]
    public async Task Wait_SignalThatCameBefore_Counts()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(
            Studio.Activity("first", ActivityTypes.Wait, "signal=one"), Studio.Activity("second", ActivityTypes.Wait, "signal=two"), Studio.Activity("third", ActivityTypes.Wait, "duration=10s"))));

        await bench.AskAsync(run, "signal", new { name = "two" });
        await bench.AskAsync(run, "signal", new { name = "one" });
        var view = await bench.FinishAsync(run);

        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.True(view.CompletedAt - view.CreatedAt >= TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Block_BodyFails_RescueHandlesItAndAlwaysRunsLast()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["a"] = new Queue<Failure>([new("test.no", FailureKind.Permanent, "no")]);
        var block = Studio.Activity("box", ActivityTypes.Block);
        (block["body"], block["rescue"], block["always"]) =
            (Studio.Sequence(Studio.Activity("a", "test.idempotent"), Studio.Say("never")), Studio.Activity("r", "test.idempotent"), Studio.Activity("z", "test.idempotent"));

        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([block, Studio.Say("after")], "box after")));
        var view = await bench.FinishAsync(run);

        Assert.Equal(RunStatus.Completed, view.Status);
        var execution = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;
        Assert.Equal(["Workflow1", "flow", "box", "seq", "a", "r", "z", "after"], execution.Activities.Select(each => each.ActivityId));
        Assert.Equal(ExecutionStatus.Faulted, execution.Activities.Single(each => each.ActivityId == "a").Status);
        Assert.Empty(execution.Incidents);
    }

    [Fact]
    public async Task Block_WithoutRescue_AlwaysRunsAndTheFailureStands()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["a"] = new Queue<Failure>([new("test.no", FailureKind.Permanent, "no")]);
        var block = Studio.Activity("box", ActivityTypes.Block);
        (block["body"], block["always"]) = (Studio.Activity("a", "test.idempotent"), Studio.Activity("z", "test.idempotent"));

        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(block, Studio.Say("never"))));
        var view = await bench.FinishAsync(run);

        Assert.Equal((RunStatus.Failed, "test.no"), (view.Status, view.Failure!.Code));
        Assert.Equal(1, bench.World.Count("z"));
    }

    [Fact]
    public async Task ForEach_AtMostLimitAtOnce()
    {
        await using var bench = await Bench.OpenAsync();
        var each = Studio.Activity("hosts", ActivityTypes.ForEach, "in=[1,2,3,4,5]", "limit=2", "as=host");
        each["body"] = Studio.Activity("a", "test.idempotent", "value:=getVariable('host')", "waits=1");

        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(each)));
        var open = (await bench.ViewAsync(run)).Steps.Count;
        var view = await bench.FinishAsync(run);

        Assert.Equal((2, RunStatus.Completed), (open, view.Status));
        var execution = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;
        Assert.Equal([1, 2, 3, 4, 5], execution.Activities.Where(it => it.ActivityId == "a").Select(it => ((NumberValue)it.Outputs.Get("value")!).Number).Order());
    }
}
