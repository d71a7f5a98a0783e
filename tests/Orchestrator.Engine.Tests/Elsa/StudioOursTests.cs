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
        Assert.Equal("1 2 3 4 5", string.Join(' ', ((MapValue)execution.Activities.Single(it => it.ActivityId == "hosts").Outputs.Get("items")!).Entries.Values.Select(item => item.Get("value"))));
        Assert.Equal([1, 2, 3, 4, 5], execution.Activities.Where(it => it.ActivityId == "a").Select(it => ((NumberValue)it.Outputs.Get("value")!).Number).Order());
    }

    [Theory]
    [InlineData("in=[\"x\",\"x\"]", "foreach.duplicateKey", "`x`")]
    [InlineData("in=[{\"name\":\"a\"}]", "foreach.noKey", "key")]
    [InlineData("in=[{\"name\":\"a\"},{\"name\":\"a\"}];key=name", "foreach.duplicateKey", "`a`")]
    [InlineData("in=[1];key:=setVariable('x', 1); 2", "foreach.key", "one expression")]
    public async Task ForEach_KeysThatTellNothingApart_AreRefusedWithTheReason(string inputs, string code, string reason)
    {
        await using var bench = await Bench.OpenAsync();
        var view = await bench.FinishAsync(await bench.StartAsync(Studio.Definition(Each(Studio.Activity("a", "test.idempotent"), inputs.Split(';', 2)))));

        Assert.Equal((RunStatus.Failed, code), (view.Status, view.Failure!.Code));
        Assert.Contains(reason, view.Failure.Message);
        Assert.Equal(0, bench.World.Count("a"));
    }

    [Theory]
    [InlineData("key=host.name")]
    [InlineData("key:=getVariable('item').host.name")]
    public async Task ForEach_Key_NamesTheItemsInTheOutput(string key)
    {
        await using var bench = await Bench.OpenAsync();
        var body = Studio.Sequence(Studio.Activity("a", "test.idempotent", "value:=getVariable('CurrentKey')"), Studio.Say("b"), Studio.Activity("c", "test.read", "value:=getVariable('item').port"));
        var run = await bench.StartAsync(Studio.Definition(Each(body, "in=[{\"host\":{\"name\":\"web\"},\"port\":80},{\"host\":{\"name\":\"db\"},\"port\":5432}]", key)));
        await bench.CrashAsync();
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);

        var items = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!.Activities.Single(it => it.ActivityId == "each").Outputs.Get("items")!;
        Assert.Equal(("web", 80), (items.Get("web")!.Get("a")!.Get("value")!.AsString(), ((NumberValue)items.Get("web")!.Get("c")!.Get("value")!).Number));
        Assert.Equal(["web", "db"], ((MapValue)items).Entries.Keys.Order().Reverse());
    }

    [Fact]
    public async Task ForEach_ItemFails_StopsTheOthersAndOpensNoMore()
    {
        await using var bench = await Bench.OpenAsync();
        var view = await bench.FinishAsync(await bench.StartAsync(Studio.Definition(Studio.Sequence(
            Each(Studio.Sequence(Studio.Activity("a", "test.idempotent", "waits:=getVariable('item') == 2 ? 0 : 3", "fails:=getVariable('item') == 2 ? 9 : 0", "kind=permanent"), Studio.Activity("b", "test.keyed")), "in=[1,2,3,4]", "limit=2"),
            Studio.Activity("never", "test.read")))));

        Assert.Equal((RunStatus.Failed, "test.failed"), (view.Status, view.Failure!.Code));
        Assert.Equal((1, 1, 0, 0), (bench.World.Count("a"), bench.World.Count("a[2]"), bench.World.Count("a[3]"), bench.World.Count("b")));
    }

    [Fact]
    public async Task ForEach_WithoutFailFast_OthersGoOn_ThenItFailsWithTheList_AndRunsAgainWhereItFailed()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["a"] = new([new("test.one", FailureKind.Permanent, "no one")]);
        bench.World.Failures["a[3]"] = new([new("test.three", FailureKind.Permanent, "no three")]);
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(
            Each(Studio.Sequence(Studio.Activity("a", "test.idempotent", "value:=getVariable('item')"), Studio.Activity("b", "test.keyed")), "in=[\"x\",\"y\",\"z\",\"w\"]", "limit=2", "failFast=false"), Studio.Activity("after", "test.read"))));
        await bench.CrashAsync();
        var failed = await bench.FinishAsync(run);
        var before = (Rounds(bench, "b"), bench.World.Count("after"));

        Assert.Null(await bench.AskAsync(run, "retry"));
        var view = await bench.FinishAsync(run);

        Assert.Equal((RunStatus.Failed, "test.one", "2 of 4 items failed: x: no one; z: no three"), (failed.Status, failed.Failure!.Code, failed.Failure.Message));
        Assert.Equal((2, 0), before);
        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.Equal(1, bench.World.Count("after"));
        // x and z again, y and w not.
        Assert.Equal((6, 4), (Rounds(bench, "a"), Rounds(bench, "b")));
        var items = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!.Activities.Single(it => it.ActivityId == "each").Outputs.Get("items");
        Assert.Equal(["x", "y", "z", "w"], ((MapValue)items!).Entries.Values.Select(item => item.Get("a")!.Get("value")!.AsString()!).OrderBy(name => "xyzw".IndexOf(name, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task ForEach_InABlock_FailureGoesToRescue_WhichSeesIt()
    {
        await using var bench = await Bench.OpenAsync();
        var block = Studio.Activity("box", ActivityTypes.Block);
        (block["body"], block["rescue"]) = (Each(Studio.Activity("a", "test.idempotent", "fails=9", "kind=permanent"), "in=[1,2]"), Studio.Activity("r", "test.idempotent", "value:=getVariable('Error').code"));
        var run = await bench.StartAsync(Studio.Definition(block));

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);
        Assert.Equal("test.failed", (await bench.StepAsync(run, "r")).Output!.Get("value")!.AsString());
    }

    [Fact]
    public async Task Block_RunAgainAfterItFailed_CanComeToAGoodEnd()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["a"] = new([new("test.no", FailureKind.Permanent, "no")]);
        var block = Studio.Activity("box", ActivityTypes.Block);
        (block["body"], block["always"]) = (Studio.Activity("a", "test.idempotent"), Studio.Activity("z", "test.idempotent"));
        var run = await bench.StartAsync(Studio.Definition(block));
        Assert.Equal(RunStatus.Failed, (await bench.FinishAsync(run)).Status);
        Assert.Contains("failed", await bench.AskAsync(run, "retry", new { step = "a" }));

        Assert.Null(await bench.AskAsync(run, "retry"));
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);
    }

    [Fact]
    public async Task Wait_ForASignalThatDidNotCome_WaitsAgainAfterARetry()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("w", ActivityTypes.Wait, "signal=go", "timeout=10s"))));
        Assert.Equal("wait.timeout", (await bench.FinishAsync(run)).Failure!.Code);
        Assert.Null(await bench.AskAsync(run, "retry"));
        Assert.Null(await bench.AskAsync(run, "signal", new { name = "go" }));
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);
    }

    private static int Rounds(Bench bench, string id) => bench.World.Executions.Keys.Count(key => key.Split('/')[1].Split('[')[0] == id);

    private static JsonObject Each(JsonObject body, params string[] inputs)
    {
        var each = Studio.Activity("each", ActivityTypes.ForEach, inputs);
        each["body"] = body;
        return each;
    }
}
