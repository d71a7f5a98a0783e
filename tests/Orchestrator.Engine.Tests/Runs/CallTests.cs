using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Runs;

public sealed class CallTests
{
    private static Definition Network(int version, string answer) => Make.Definition(Make.Step("deep")) with
    {
        Name = "network", Version = version, Outputs = [new NamedExpression("answer", Expression.Parse($"`{answer}-${{inputs.vlan}}`"))],
        Inputs = new Schema { Kind = SchemaKind.Object, Fields = [new SchemaField("vlan", Schema.Int, true, "")] },
    };

    [Theory]
    [InlineData("network", "third-7")]
    [InlineData("network@1", "second-7")]
    [InlineData("network@2", "third-7")]
    public async Task Call_ByNameAndMajor_TakesTheNewestOfIt(string blueprint, string answer)
    {
        await using var bench = await Bench.OpenAsync();
        await bench.SubmitAsync(Network(1, "first"));
        await bench.SubmitAsync(Network(1, "second"));
        await bench.SubmitAsync(Network(2, "third"));
        var parent = Make.Definition(Make.Node("call", ActivityTypes.Call, $"blueprint='{blueprint}'", "with={vlan: 7}"))
            with { Outputs = [new NamedExpression("answer", Expression.Parse("steps.call.outputs.answer"))] };

        var run = await bench.FinishAsync(await bench.StartAsync(parent));

        Assert.Equal(Value.Of(answer), run.Outputs!.Get("answer"));
    }

    [Theory]
    [InlineData("network@9", "with={vlan: 7}", "call.unknownBlueprint")]
    [InlineData("network@1", "with={vlan: 'x'}", "call.inputRejected")]
    public async Task Call_CannotStart_FailsTheStepAndMakesNoRun(string blueprint, string with, string code)
    {
        await using var bench = await Bench.OpenAsync();
        await bench.SubmitAsync(Network(1, "first"));

        var run = await bench.FinishAsync(await bench.StartAsync(Make.Definition(Make.Node("call", ActivityTypes.Call, $"blueprint='{blueprint}'", with))));

        Assert.Equal(code, run.Failure!.Code);
        Assert.Single(await bench.Store.ListRunsAsync(new Storage.RunQuery(), CancellationToken.None));
    }

    [Fact]
    public async Task Call_Detached_GoesOnAtOnceAndOutlivesItsParent()
    {
        await using var bench = await Bench.OpenAsync();
        await bench.SubmitAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='1h'")) with { Name = "long" });
        var parent = await bench.StartAsync(Make.Definition(Make.Node("call", ActivityTypes.Call, "blueprint='long'", "detached=true"), Make.Step("b")));

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(parent)).Status);
        var child = (await bench.StepAsync(parent, "call")).Output!.Get("runId")!.AsString()!;
        Assert.Null((await bench.ViewAsync(child)).ParentRunId);
        Assert.Equal(RunStatus.Waiting, (await bench.ViewAsync(child)).Status);
        await bench.CrashAsync();
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(child)).Status);
    }

    [Fact]
    public async Task Groups_CancelOldest_TheYoungestRunsAndTheOthersSayWhy()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='10s'")) with { Concurrency = new ConcurrencyPlan(Expression.Parse("'g'"), 1, OnLimit.CancelOldest) };
        var first = await bench.StartAsync(definition with { Always = Make.Sequence("always", Make.Node("clean", ActivityTypes.Wait, "duration='5s'")) });
        var second = await bench.StartAsync(definition);
        Assert.Equal(RunStatus.Pending, (await bench.ViewAsync(second)).Status); // the first still cleans up
        var third = await bench.StartAsync(definition);

        Assert.Equal(RunStatus.Cancelled, (await bench.FinishAsync(second)).Status);
        Assert.Contains("younger", (await bench.FinishAsync(first)).Failure!.Message);
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(third)).Status);
        Assert.Empty(await bench.Store.ReadSlotsAsync("g", CancellationToken.None));
    }
}
