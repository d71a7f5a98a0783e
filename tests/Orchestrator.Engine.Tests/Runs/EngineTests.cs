using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Runs;

public sealed class EngineTests
{
    [Fact]
    public async Task Rollback_StepsThatChanged_AreUndoneInReverse()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(
            Make.Step("a"), Make.Step("same", "test.idempotent", "changes=false"), Make.Step("b"), Make.Step("c", "test.idempotent", "fails=9")) with { OnFailure = OnFailure.Rollback };

        var run = await bench.FinishAsync(await bench.StartAsync(definition));

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Equal(["b-undo", "a-undo"], bench.World.Undone);
        Assert.Equal(StepStatus.Undone, (await bench.StepAsync(run.RunId, "a")).Status);
    }

    [Fact]
    public async Task Call_ChildEnds_WakesTheParentAlsoAfterACrash()
    {
        await using var bench = await Bench.OpenAsync();
        bench.Child = Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='1m'"), Make.Step("deep", "test.idempotent", "value=5"))
            with { Name = "child", Outputs = [new NamedExpression("answer", Expression.Parse("steps.deep.outputs.value"))] };
        var parent = await bench.StartAsync(Make.Definition(Make.Node("call", "test.call"), Make.Step("b", "test.idempotent", "value=steps.call.outputs.answer")));
        Assert.Equal("child", (await bench.ViewAsync(parent)).Wait!.Kind);

        await bench.CrashAsync();

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(parent)).Status);
        Assert.Equal(Value.Of(5), (await bench.StepAsync(parent, "b")).Output!.Get("value"));
    }

    [Fact]
    public async Task Cancel_Parent_CancelsTheChild()
    {
        await using var bench = await Bench.OpenAsync();
        bench.Child = Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='1h'")) with { Name = "child" };
        var parent = await bench.StartAsync(Make.Definition(Make.Node("call", "test.call")));
        var child = (await bench.StepAsync(parent, "call")).ChildRunId!;

        Assert.Null(await bench.AskAsync(parent, "cancel"));

        Assert.Equal(RunStatus.Cancelled, (await bench.FinishAsync(parent)).Status);
        Assert.Equal(RunStatus.Cancelled, (await bench.ViewAsync(child)).Status);
    }

    [Fact]
    public async Task Crash_DuringOnce_PausesWithUnknownOutcomeUnlessItCanBeVerified()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Hanging.Add("a");
        var run = await bench.StartAsync(Make.Definition(Make.Step("a", "test.once")));
        Assert.Equal(["RunStarted", "StepStarted a"], await bench.EventsAsync(run));

        await bench.CrashAsync();

        var paused = await bench.FinishAsync(run);
        Assert.Equal("engine.unknownOutcome", paused.Failure!.Code);
        Assert.Contains("RunRecovered", await bench.EventsAsync(run));
        Assert.Null(await bench.AskAsync(run, "skip", new { value = new { } }));
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);
    }

    [Fact]
    public async Task Groups_OneAtATime_QueueInOrder()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='10s'")) with { Concurrency = new ConcurrencyPlan(Expression.Parse("'g'"), 1, OnLimit.Queue) };
        var first = await bench.StartAsync(definition);
        var second = await bench.StartAsync(definition);
        Assert.Equal(RunStatus.Pending, (await bench.ViewAsync(second)).Status);

        await bench.CrashAsync();
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(first)).Status);

        Assert.Equal(RunStatus.Waiting, (await bench.ViewAsync(second)).Status);
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(second)).Status);
        var refused = definition with { Concurrency = definition.Concurrency! with { OnLimit = OnLimit.Reject } };
        await bench.StartAsync(refused);
        Assert.Equal("run.groupFull", (await Assert.ThrowsAsync<FailureException>(() => bench.StartAsync(refused))).Failure.Code);
    }

    [Fact]
    public async Task StartKey_UsedTwice_GivesTheFirstRun()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.Step("a"));
        Assert.Equal(await bench.StartAsync(definition, key: "k"), await bench.StartAsync(definition, key: "k"));
    }

    [Fact]
    public async Task RunTimeout_Waiting_FailsTheRun()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='1h'")) with { Timeout = TimeSpan.FromMinutes(1) });
        Assert.Equal("engine.runTimeout", (await bench.FinishAsync(run)).Failure!.Code);
        Assert.Equal(TimeSpan.FromMinutes(1), (await bench.ViewAsync(run)).CompletedAt - (await bench.ViewAsync(run)).CreatedAt);
    }

    [Fact]
    public async Task QueueTimeout_NoPlace_FailsTheStep()
    {
        await using var bench = await Bench.OpenAsync(places: 1);
        bench.World.Hanging.Add("a");
        await bench.StartAsync(Make.Definition(Make.Step("a")));
        var run = await bench.StartAsync(Make.Definition(Make.Step("b").With(policy => policy with { QueueTimeout = TimeSpan.FromSeconds(5) })));
        bench.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("engine.queueTimeout", (await bench.ViewAsync(run)).Failure!.Code);
    }

    [Fact]
    public async Task Poll_UnderWay_HoldsNothingAndShowsReasonNextAndDeadline()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Step("a", "test.read", "waits=2").With(policy => policy with { Every = TimeSpan.FromSeconds(20), TotalTimeout = TimeSpan.FromMinutes(10) })));

        var wait = (await bench.StepAsync(run, "a")).Wait!;
        Assert.Equal(("poll", "look 1"), (wait.Kind, wait.Reason));
        Assert.Equal(bench.Time.GetUtcNow() + TimeSpan.FromSeconds(20), wait.Next);
        Assert.Equal(bench.Time.GetUtcNow() + TimeSpan.FromMinutes(10), wait.Deadline);
        await bench.RestartAsync();

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);
        Assert.Equal(3, bench.World.Count("a"));
    }

    [Fact]
    public async Task Secrets_UsedAndMade_AppearNowhereInTheStore()
    {
        await using var bench = await Bench.OpenAsync();
        Environment.SetEnvironmentVariable("ORC_TEST_CANARY", "canary-7f3a");
        var definition = Make.Definition(
            Make.Step("mint", "test.idempotent", "mints='1h'"),
            Make.Step("use", "test.idempotent", "token=`${secrets.canary}-${steps.mint.outputs.token}`", "fails=9", "kind='permanent'"))
            with { Secrets = new Dictionary<string, string> { ["canary"] = "env:ORC_TEST_CANARY" } };
        var run = await bench.FinishAsync(await bench.StartAsync(definition));

        Assert.Equal(RunStatus.Failed, run.Status);
        Assert.Contains("***", run.Failure!.Message);
        bench.Advance(TimeSpan.FromSeconds(1));
        var log = await bench.Store.ReadLogAsync(run.RunId, 0, 100, CancellationToken.None);
        Assert.NotEmpty(log);
        var events = await bench.Store.ReadEventsAsync(run.RunId, 0, 100, CancellationToken.None);
        var all = string.Join('\n', log.Select(line => line.Line).Concat(events.Select(row => System.Text.Encoding.UTF8.GetString(row.Body.Span))));
        Assert.DoesNotContain("canary-7f3a", all);
        Assert.DoesNotContain("minted-secret", all);
        Assert.DoesNotContain(Convert.ToBase64String("canary-7f3a"u8)[..8], all);
    }

    [Fact]
    public async Task UnknownEvent_InTheJournal_ParksTheRunAndOnlyTerminateWorks()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "signal='go'")));
        var last = (await bench.ViewAsync(run)).LastSeq;
        await bench.Store.CommitAsync(new WriteSet { Events = [new StoredEvent(run, last + 1, "StepTeleported", bench.Time.GetUtcNow(), "w", 0, default)] });

        Assert.Contains("StepTeleported", await bench.AskAsync(run, "signal", new { name = "go" }));
        Assert.Equal(RunStatus.Paused, (await bench.ViewAsync(run)).Status);
        Assert.Null(await bench.AskAsync(run, "terminate"));
        Assert.Equal(RunStatus.Cancelled, (await bench.Store.FindRunAsync(run, CancellationToken.None))!.Status);
    }

    [Fact]
    public async Task Snapshot_AndTail_FoldToTheSameAsAll()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.ForEach(Make.Step("a", "test.keyed", "value=item"), "range(0, 200)", "key=string(item)"), Make.Node("w", ActivityTypes.Wait, "duration='1h'"));
        var run = await bench.StartAsync(definition);
        var journal = await bench.Store.ReadJournalAsync(run, CancellationToken.None);
        Assert.NotNull(journal.Snapshot);

        await bench.CrashAsync();

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);
        Assert.Equal(200, bench.World.Effects.Count);
    }
}
