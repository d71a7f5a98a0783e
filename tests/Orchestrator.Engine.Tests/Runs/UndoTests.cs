using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Runs;

public sealed class UndoTests
{
    private static Definition Plan(ActivityNode undo) => Make.Definition(
        Make.Step("a"), Make.Step("b", "test.idempotent", "value=3").With(policy => policy with { Undo = undo }), Make.Step("c", "test.idempotent", "fails=9")) with { OnFailure = OnFailure.Rollback };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Rollback_UndoIsACall_RunsTheBlueprintAndGoesOn(bool detached)
    {
        await using var bench = await Bench.OpenAsync();
        await bench.SubmitAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='1m'"), Make.Step("deep")) with { Name = "clean" });
        var undo = Make.Node("b-undo", ActivityTypes.Call, "blueprint='clean'", $"detached={(detached ? "true" : "false")}");

        var id = await bench.StartAsync(Plan(undo));
        await bench.CrashAsync();
        var run = await bench.FinishAsync(id);

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal("test.failed", run.Failure!.Code);
        Assert.Equal(["a-undo"], bench.World.Undone);
        Assert.Equal(StepStatus.Undone, (await bench.StepAsync(id, "b")).Status);
        var child = (await bench.StepAsync(id, "b-undo")).ChildRunId!;
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(child)).Status);
        Assert.Equal(detached, bench.World.Log.IndexOf("undo a-undo") < bench.World.Log.LastIndexOf("run deep"));
    }

    [Fact]
    public async Task Rollback_UndoIsALeafWithInputs_RunsItWithWhatTheStepGave()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.FinishAsync(await bench.StartAsync(Plan(Make.Step("b-undo", "test.keyed", "value=steps.b.outputs.value + 1"))));
        Assert.Equal(Value.Of(4), (await bench.StepAsync(run.RunId, "b-undo")).Output!.Get("value"));
        Assert.Equal(["a-undo"], bench.World.Undone);
    }

    [Theory]
    [InlineData("call.unknownBlueprint")]
    [InlineData("activity.unknown")]
    public async Task Rollback_UndoCannotRun_IsReportedAndTheNextGoesOn(string code)
    {
        await using var bench = await Bench.OpenAsync();
        var undo = code == "activity.unknown" ? Make.Node("b-undo", "test.nowhere") : Make.Node("b-undo", ActivityTypes.Call, "blueprint='nowhere'");

        var run = await bench.FinishAsync(await bench.StartAsync(Plan(undo)));

        Assert.Contains("not undone: b", run.Failure!.Message);
        Assert.Equal(code, (await bench.StepAsync(run.RunId, "b-undo")).Failure!.Code);
        Assert.Equal(["a-undo"], bench.World.Undone);
    }

    [Fact]
    public async Task Rollback_UndoOfACallStep_Runs()
    {
        await using var bench = await Bench.OpenAsync();
        await bench.SubmitAsync(Make.Definition(Make.Step("deep")) with { Name = "child" });
        var call = Make.Node("call", ActivityTypes.Call, "blueprint='child'").With(policy => policy with { Undo = Make.Step("call-undo") });

        var run = await bench.FinishAsync(await bench.StartAsync(Make.Definition(call, Make.Step("c", "test.idempotent", "fails=9")) with { OnFailure = OnFailure.Rollback }));

        Assert.Equal(StepStatus.Undone, (await bench.StepAsync(run.RunId, "call")).Status);
        Assert.Equal(1, bench.World.Count("call-undo"));
    }
}
