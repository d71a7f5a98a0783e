using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Runs;

public sealed class SequenceTests
{
    [Fact]
    public async Task Sequence_EachStepDone_CompletesWithOneRowPerStep()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.Step("a", "test.idempotent", "value=1"), Make.Step("b", "test.idempotent", "value=steps.a.outputs.value + 1"))
            with { Outputs = [new NamedExpression("sum", Expression.Parse("steps.b.outputs.value"))] };

        var run = await bench.FinishAsync(await bench.StartAsync(definition));

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(Value.Of(2), run.Outputs!.Get("sum"));
        Assert.Equal(["RunStarted", "StepCompleted a", "StepCompleted b", "RunCompleted"], await bench.EventsAsync(run.RunId));
    }

    [Fact]
    public async Task Attempt_FailsTwice_IsRetriedAfterItsPauses()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Step("a", "test.idempotent", "fails=2")));

        var waiting = await bench.ViewAsync(run);
        Assert.Equal(RunStatus.Waiting, waiting.Status);
        Assert.Equal(bench.Time.GetUtcNow() + TimeSpan.FromSeconds(10), waiting.Wait!.Next);
        bench.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(1, bench.World.Count("a"));
        bench.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, bench.World.Count("a"));

        var done = await bench.FinishAsync(run);
        Assert.Equal(RunStatus.Completed, done.Status);
        Assert.Equal(3, (await bench.StepAsync(run, "a")).Attempt);
    }

    [Fact]
    public async Task Attempt_FailsForGood_FailsTheRunAndStopsWhatFollows()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.FinishAsync(await bench.StartAsync(Make.Definition(Make.Step("a", "test.idempotent", "fails=9"), Make.Step("b"))));

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal("test.failed", run.Failure!.Code);
        Assert.Equal(4, bench.World.Count("a"));
        Assert.Equal(0, bench.World.Count("b"));
    }
}
