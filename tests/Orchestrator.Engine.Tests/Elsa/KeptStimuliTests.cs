using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>Stimuli that come before anybody waits for them.</summary>
public sealed class KeptStimuliTests
{
    [Fact]
    public async Task Event_BeforeTheWait_IsTakenOnceByTheFirstWait()
    {
        await using var bench = await Bench.OpenAsync();

        var sent = await SendAsync(bench, "Paid", "12 EUR", "k1");
        var again = await SendAsync(bench, "Paid", "13 EUR", "k1");
        var run = await bench.StartAsync(TwoWaits());
        bench.Advance(TimeSpan.FromMilliseconds(200));
        var between = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;
        bench.Advance(TimeSpan.FromSeconds(5));
        var waiting = await bench.ViewAsync(run);
        await SendAsync(bench, "Paid", "later", "k2");
        var done = await bench.FinishAsync(run);

        Assert.Equal((0, 0), (sent.Resumed, again.Resumed));
        Assert.Equal("again", between.Activities.Single(each => each.HasBookmarks).ActivityId);
        Assert.Equal(Value.Of("12 EUR"), between.Variables.Single().Value);
        Assert.Equal(RunStatus.Waiting, waiting.Status);
        Assert.Equal(RunStatus.Completed, done.Status);
        Assert.Equal(0, (await KeptAsync(bench, dead: false)).Total);
    }

    [Fact]
    public async Task Event_SentAgainWithItsKey_AfterItWasTaken_IsNotKept()
    {
        await using var bench = await Bench.OpenAsync();
        await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("e", "Elsa.Event", "eventName=Paid"))));
        await SendAsync(bench, "Paid", "direct", "k1");
        bench.Settle();

        await SendAsync(bench, "Paid", "direct", "k1");

        Assert.Equal(0, (await KeptAsync(bench, dead: false)).Total);
    }

    [Fact]
    public async Task Events_MoreThanWaits_GoOneToEachWait()
    {
        await using var bench = await Bench.OpenAsync();
        await SendAsync(bench, "Paid", "first", "k1");
        await SendAsync(bench, "Paid", "second", "k2");
        await SendAsync(bench, "Paid", "third", "k3");

        var run = await bench.StartAsync(TwoWaits());
        bench.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(RunStatus.Completed, (await bench.ViewAsync(run)).Status);
        Assert.Equal("k3", Assert.Single((await KeptAsync(bench, dead: false)).Items).Key);
    }

    [Fact]
    public async Task Event_BehindOneThatIsOnItsWay_IsKept_AndAKeySentAgainWakesNoLaterWait()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(TwoWaits());
        var bookmark = Assert.Single(await bench.Store.FindBookmarksAsync(new BookmarkQuery(), CancellationToken.None));
        // A message that the run has not taken up yet.
        await bench.Store.PostAsync(new InboxMessage(run, $"k1/{bookmark.Id}", "stimulus", "{\"bookmark\":\"x\"}"u8.ToArray(), "alice", bench.Time.GetUtcNow()), CancellationToken.None);

        var behind = await SendAsync(bench, "Paid", "second", "k2");
        var again = await SendAsync(bench, "Paid", "first", "k1");

        Assert.Equal((0, 0), (behind.Resumed, again.Resumed));
        Assert.Equal("k2", Assert.Single((await KeptAsync(bench, dead: false)).Items).Key);
    }

    [Fact]
    public async Task Crash_AnywhereInTheHandOver_DeliversOnce()
    {
        // The process dies: after the event was kept; after the bookmark was stored and before anybody looked; after the message was posted.
        for (var point = 0; point < 3; point++)
        {
            await using var bench = await Bench.OpenAsync();
            await SendAsync(bench, "Paid", "12 EUR", "k1");
            if (point == 0) await bench.CrashAsync();
            var run = await bench.StartAsync(TwoWaits());
            if (point == 1) await bench.CrashAsync();
            bench.Advance(TimeSpan.FromMilliseconds(200));
            if (point == 2) await bench.CrashAsync();
            bench.Advance(TimeSpan.FromSeconds(3));

            var execution = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;

            Assert.Equal("again", execution.Activities.Single(each => each.HasBookmarks).ActivityId);
            Assert.Equal(Value.Of("12 EUR"), execution.Variables.Single().Value);
            Assert.Equal(0, (await KeptAsync(bench, dead: false)).Total);
        }
    }

    [Fact]
    public async Task Event_ForOneRunOrCorrelation_WaitsForIt()
    {
        await using var bench = await Bench.OpenAsync();
        var stranger = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("d", "Elsa.Delay", "timeSpan=00:01:00"), Studio.Activity("e", "Elsa.Event", "eventName=Go"))));
        await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "Go", Value.Null, CorrelationId: "order-7"), "alice", null, CancellationToken.None);
        var mine = await bench.StartAsync(Studio.Definition(
            Studio.Sequence(Studio.Activity("c", "Elsa.Correlate", "correlationId=order-7"), Studio.Activity("e", "Elsa.Event", "eventName=Go")), id: "mine"));
        await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "Go", Value.Null, RunId: stranger), "alice", null, CancellationToken.None);
        bench.Advance(TimeSpan.FromSeconds(2));
        var (before, other) = (await bench.ViewAsync(stranger), await bench.ViewAsync(mine));

        bench.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal((RunStatus.Waiting, RunStatus.Completed), (before.Status, other.Status));
        Assert.Equal(RunStatus.Completed, (await bench.ViewAsync(stranger)).Status);
    }

    [Fact]
    public async Task Event_NobodyWaitsForInTenMinutes_IsADeadLetterForAWeek()
    {
        await using var bench = await Bench.OpenAsync();
        await SendAsync(bench, "Paid", "secret words", "k1");
        Assert.DoesNotContain("secret words", System.Text.Encoding.UTF8.GetString((await KeptAsync(bench, dead: false)).Items[0].Body.Span), StringComparison.Ordinal);

        bench.Advance(TimeSpan.FromMinutes(10.5));
        var dead = Assert.Single((await KeptAsync(bench, dead: true)).Items);
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("e", "Elsa.Event", "eventName=Paid"))));
        bench.Advance(TimeSpan.FromSeconds(2));
        var view = await bench.ViewAsync(run);
        bench.Time.Advance(TimeSpan.FromDays(7));
        bench.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(("k1", "nobody waited for it within 10 minutes"), (dead.Key, dead.Reason));
        Assert.Equal(RunStatus.Waiting, view.Status);
        Assert.Equal(0, (await KeptAsync(bench, dead: true)).Total);
    }

    [Fact]
    public async Task Event_TooLargeToBeKept_IsRefused()
    {
        await using var bench = await Bench.OpenAsync();

        var refused = await Assert.ThrowsAsync<FailureException>(() => SendAsync(bench, "Paid", new string('x', 300_000), "k1"));

        Assert.Equal(("stimulus.tooLarge", FailureKind.Permanent), (refused.Failure.Code, refused.Failure.Kind));
        Assert.Equal(0, (await KeptAsync(bench, dead: false)).Total);
    }

    private static Model.Definitions.Definition TwoWaits()
    {
        var wait = Studio.Activity("e", "Elsa.Event", "eventName=Paid");
        wait["result"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "r" } };
        return Studio.Definition(Studio.Sequence(wait, Studio.Activity("again", "Elsa.Event", "eventName=Paid")), new JsonArray(Studio.Variable("r", "R", "String", "")));
    }

    private static Task<StimulusResult> SendAsync(Bench bench, string name, string payload, string key) =>
        bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", name, Value.Of(payload)), "alice", key, CancellationToken.None);

    private static Task<Page<StoredStimulus>> KeptAsync(Bench bench, bool dead) => bench.Store.ListStimuliAsync(new StimulusQuery(dead), CancellationToken.None);
}
