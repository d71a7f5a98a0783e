using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>Activities of the catalog in workflows made in Studio: they are steps, with all that steps have.</summary>
public sealed class StudioStepTests
{
    private static readonly JsonObject Count = Studio.Variable("n", "N");

    [Fact]
    public async Task Leaf_FailsTwice_IsRetriedAndTheFlowGoesOn()
    {
        var leaf = Studio.Activity("a", "test.idempotent", "fails=2", "value:=getN() + 4");
        leaf["value"]!.AsObject()["typeName"] = "Object";
        await using var bench = await Bench.OpenAsync();

        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([Studio.Set("s", Count, "1"), leaf, Studio.Set("after", Count, "getOutputFrom('a', 'value')")], "s a", "a after"), new JsonArray(Count.DeepClone())));
        var view = await bench.FinishAsync(run);

        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.Equal(3, (await bench.StepAsync(run, "a")).Attempt);
        Assert.Equal(3, bench.World.Count("a"));
        Assert.Equal(Value.Of(5), Variable(await ReadAsync(bench, run), "N"));
        Assert.Equal(["StepRetryScheduled a", "StepRetryScheduled a", "StepCompleted a"], (await bench.EventsAsync(run)).Where(each => each.StartsWith("Step", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TwoBranches_ActAtOnce()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Hanging.Add("a");

        var run = await bench.StartAsync(Studio.Definition(Studio.Flow(
            [Studio.Say("start"), Studio.Activity("a", "test.idempotent"), Studio.Activity("b", "test.idempotent"), Studio.Say("end")], "start a", "start b", "a end", "b end")));

        Assert.Equal(StepStatus.Running, (await bench.StepAsync(run, "a")).Status);
        Assert.Equal(StepStatus.Completed, (await bench.StepAsync(run, "b")).Status);
    }

    [Fact]
    public async Task Leaf_FailsForGood_FaultsTheRunAndRetryContinuesIt()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["a"] = new Queue<Model.Failures.Failure>([new("test.no", Model.Failures.FailureKind.Permanent, "not today")]);
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("a", "test.idempotent"), Studio.Activity("b", "test.idempotent"))));
        var failed = await bench.FinishAsync(run);
        var faulted = await ReadAsync(bench, run);

        var refusal = await bench.AskAsync(run, "retry", new { step = "a" });
        var view = await bench.FinishAsync(run);

        Assert.Equal((RunStatus.Failed, "not today"), (failed.Status, failed.Failure!.Message));
        Assert.Equal(ExecutionStatus.Faulted, Activity(faulted, "a").Status);
        Assert.Equal(1, Activity(faulted, "seq").FaultCount);
        Assert.Equal((null, RunStatus.Completed), (refusal, view.Status));
        var mended = await ReadAsync(bench, run);
        Assert.Empty(mended.Incidents);
        Assert.Equal(0, Activity(mended, "seq").FaultCount);
        Assert.Equal(1, bench.World.Count("b"));
    }

    [Fact]
    public async Task Leaf_FailsForGood_SkipTakesItAsDone()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["a"] = new Queue<Model.Failures.Failure>([new("test.no", Model.Failures.FailureKind.Permanent, "not today")]);
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("a", "test.idempotent"), Studio.Set("s", Count, "getOutputFrom('a', 'value')")), new JsonArray(Count.DeepClone())));

        var refusal = await bench.AskAsync(run, "skip", new { step = "a", value = new { value = 7 } });
        var view = await bench.FinishAsync(run);

        Assert.Equal((null, RunStatus.Completed), (refusal, view.Status));
        Assert.Equal(Value.Of(7), Variable(await ReadAsync(bench, run), "N"));
    }

    [Fact]
    public async Task ContinueWithIncidents_OtherBranchEnds_RunIsPausedWithTheReason()
    {
        var fault = Studio.Activity("f", "Elsa.Fault", "message=boom");
        var options = new JsonObject { ["incidentStrategyType"] = "Elsa.Workflows.IncidentStrategies.ContinueWithIncidentsStrategy, Elsa.Workflows.Core" };
        await using var bench = await Bench.OpenAsync();

        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([Studio.Say("a"), fault, Studio.Activity("b", "test.idempotent")], "a f", "a b"), options: options));
        var view = await bench.FinishAsync(run);

        Assert.Equal((RunStatus.Paused, "f: boom"), (view.Status, view.Wait!.Reason));
        Assert.Equal(1, bench.World.Count("b"));
        bench.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(bench.Alarms);
    }

    [Fact]
    public async Task Loop_EachRoundIsAStepOfItsOwn()
    {
        var loop = Studio.Activity("l", "Elsa.While", "condition:=getN() < 3");
        loop["body"] = Studio.Sequence(Studio.Set("i", Count, "getN() + 1"), Studio.Activity("a", "test.keyed"));
        await using var bench = await Bench.OpenAsync();

        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(loop), new JsonArray(Count.DeepClone())));
        var view = await bench.FinishAsync(run);

        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.Equal([$"{run}/a", $"{run}/a[2]", $"{run}/a[3]"], bench.World.Effects.Keys.Order());
        Assert.Equal("a[3]", Assert.Single(view.Steps).Key);
    }

    [Fact]
    public async Task SecretOutput_BoundToAVariableAndUsed_IsNowhereInTheStore()
    {
        var mint = Studio.Activity("mint", "test.idempotent", "mints=1h");
        var variable = Studio.Variable("t", "Token", "String", "");
        var use = Studio.Activity("use", "test.idempotent");
        use["token"] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Variable", ["value"] = variable.ToJsonString() } };
        mint["token"] = new JsonObject { ["typeName"] = "String", ["memoryReference"] = new JsonObject { ["id"] = "t" } };
        await using var bench = await Bench.OpenAsync();

        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(mint, use), new JsonArray(variable)));
        var view = await bench.FinishAsync(run);

        Assert.Equal((RunStatus.Completed, null), (view.Status, view.Failure));
        Assert.DoesNotContain("minted", bench.StoredText(), StringComparison.Ordinal);
        Assert.Equal(Value.Of("********"), Variable(await ReadAsync(bench, run), "Token"));
    }

    [Fact]
    public async Task Cancel_StopsWhatRunsAndWhatWaits()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([Studio.Say("s"), Studio.Activity("e", "Elsa.Event", "eventName=never"), Studio.Activity("d", "Elsa.Delay", "timeSpan=01:00:00")], "s e", "s d")));

        var refusal = await bench.AskAsync(run, "cancel", new { reason = "enough" });
        var view = await bench.FinishAsync(run);

        Assert.Equal((null, RunStatus.Cancelled), (refusal, view.Status));
        Assert.Equal(["Workflow1", "d", "e", "flow"], (await ReadAsync(bench, run)).Activities.Where(each => each.Status == ExecutionStatus.Canceled).Select(each => each.ActivityId).Order(StringComparer.Ordinal));
    }

    private static async Task<Execution> ReadAsync(Bench bench, string run) => (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;

    private static ActivityExecution Activity(Execution execution, string id) => execution.Activities.Last(each => each.ActivityId == id);

    private static Value Variable(Execution execution, string name) => execution.Variables.Single(each => each.Name == name).Value;
}
