using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Runs;

public sealed class AttemptTests
{
    private static ActivityNode Limited(string id) => Make.Step(id).With(policy => policy with { AttemptTimeout = TimeSpan.FromSeconds(20), Retry = RetryPolicy.Never });

    [Fact]
    public async Task AttemptTimeout_HangingAttempt_IsStoppedAndFails()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Hanging.Add("a");
        var run = await bench.StartAsync(Make.Definition(Limited("a")));
        bench.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(RunStatus.Running, (await bench.ViewAsync(run)).Status);

        bench.Advance(TimeSpan.FromSeconds(2));

        var ended = await bench.EndAsync(run);
        Assert.Equal(("engine.timeout", FailureKind.Timeout), (ended.Failure!.Code, ended.Failure.Kind));
    }

    [Fact]
    public async Task AttemptTimeout_AttemptIgnoresItsToken_IsLeftToItselfAfterTheGrace()
    {
        await using var bench = await Bench.OpenAsync(places: 1);
        var late = bench.World.Stubborn["a"] = new TaskCompletionSource();
        var run = await bench.StartAsync(Make.Definition(Limited("a").With(policy => policy with { AllowFailure = true }), Make.Step("b")));
        bench.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(StepStatus.Running, (await bench.StepAsync(run, "a")).Status);

        bench.Advance(TimeSpan.FromSeconds(10));

        // The only place is free again, or b could not run.
        Assert.Equal(RunStatus.Completed, (await bench.EndAsync(run)).Status);
        Assert.Equal("engine.timeout", (await bench.StepAsync(run, "a")).Failure!.Code);
        var events = await bench.EventsAsync(run);
        late.SetResult();
        bench.Settle();
        Assert.Equal(events, await bench.EventsAsync(run));
    }

    [Fact]
    public async Task HeartbeatTimeout_SilentAttempt_IsStoppedLongBeforeItsTimeout()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Stubborn["a"] = new TaskCompletionSource();
        var run = await bench.StartAsync(Make.Definition(Make.Step("a").With(policy => policy with { HeartbeatTimeout = TimeSpan.FromSeconds(10), AttemptTimeout = TimeSpan.FromHours(1), Retry = RetryPolicy.Never })));

        bench.Advance(TimeSpan.FromSeconds(41)); // 10 s of silence, 30 s of grace

        var ended = await bench.EndAsync(run);
        Assert.Equal("engine.heartbeatTimeout", ended.Failure!.Code);
        Assert.Contains("10s", ended.Failure.Message);
    }

    [Fact]
    public async Task Target_GroupOfHosts_EachItemActsOnItsHostWithItsEnvironment()
    {
        await using var bench = await Bench.OpenAsync();
        var step = Make.Step("a").With(policy => policy with { Target = "web", Environment = new Dictionary<string, Expression> { ["HOST"] = Expression.Parse("item"), ["PORT"] = Expression.Parse("80 + 1") } });
        var definition = Make.Definition(Make.ForEach(step, "['n1', 'n2']", "key=item", "limit=1")) with
        {
            Targets = new Dictionary<string, TargetPlan> { ["web"] = new("ssh", Expression.Parse("{user: 'root'}"), Expression.Parse("{n1: {host: 'h1'}, n2: {host: 'h2', user: 'u2'}}")) },
        };

        var run = await bench.FinishAsync(await bench.StartAsync(definition));

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(["""a[n1] on web.n1 ({"user":"root","host":"h1"}) HOST=n1 PORT=81""", """a[n2] on web.n2 ({"user":"u2","host":"h2"}) HOST=n2 PORT=81"""], bench.World.Places);
    }

    [Fact]
    public async Task Target_GroupWithoutForEach_FailsAndNamesTheHosts()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.Step("a").With(policy => policy with { Target = "web" })) with
        {
            Targets = new Dictionary<string, TargetPlan> { ["web"] = new("ssh", Expression.Parse("{}"), Expression.Parse("{n1: {}, n2: {}}")) },
        };

        var failure = (await bench.FinishAsync(await bench.StartAsync(definition))).Failure!;

        Assert.Equal("target.noHost", failure.Code);
        Assert.Contains("n1, n2", failure.Message);
    }

    [Fact]
    public async Task Poll_ForADay_KeepsStateAndRowsSmall()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["a"] = new Queue<Failure>();
        var step = Make.Step("a", "test.read", "value=1").With(policy => policy with { Until = Expression.Parse("result.value == 2"), Every = TimeSpan.FromSeconds(2), TotalTimeout = TimeSpan.FromDays(2) });
        var run = await bench.StartAsync(Make.Definition(step));
        var sizes = new List<int>();
        for (var polls = 1; polls <= 1100; polls++)
        {
            bench.Time.Advance(TimeSpan.FromSeconds(2));
            bench.Settle();
            if (polls % 512 == 0) sizes.Add((await bench.Store.ReadJournalAsync(run, CancellationToken.None)).Snapshot!.State.Length);
        }

        Assert.InRange(sizes[1] - sizes[0], -8, 8);
        Assert.InRange((await bench.Store.ReadJournalAsync(run, CancellationToken.None)).Events.Count, 0, 256);
        var last = (await bench.Store.ReadEventsAsync(run, 1050, 10, CancellationToken.None))[0];
        Assert.Equal("StepPolled", last.Type);
        Assert.InRange(last.Body.Length, 1, 64);
        Assert.Contains("until", (await bench.StepAsync(run, "a")).Wait!.Reason);
        Assert.Equal(bench.Time.GetUtcNow() + TimeSpan.FromSeconds(2), (await bench.StepAsync(run, "a")).Wait!.Next);
    }

    [Fact]
    public async Task ForEach_ItemsUnderWay_ShowThatTheyStarted()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Hanging.UnionWith(["a[0]", "a[1]"]);
        var run = await bench.StartAsync(Make.Definition(Make.ForEach(Make.Step("a"), "range(0, 3)", "key=string(item)", "limit=2")));

        bench.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["RunStarted", "StepStarted a[0]", "StepStarted a[1]"], await bench.EventsAsync(run));
        Assert.Equal(StepStatus.Running, (await bench.StepAsync(run, "a[1]")).Status);
    }
}
