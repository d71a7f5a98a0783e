using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Concurrency;

/// <summary>The engine on the thread pool with a store that commits on a thread of its own, as SQLite does: nothing is ordered by the test.</summary>
public sealed class RealThreadsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task ManyRuns_OnTheThreadPool_AllEndWithGaplessJournalsAndEachEffectOnce()
    {
        var ledger = new Ledger();
        await using var store = new LaneStore();
        var alarms = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var catalog = new ActivityCatalog([new Count(ledger)]);
        var definition = Make.Definition(
            Make.Parallel("p", [Make.Node("a", "test.count"), Make.Node("b", "test.count"), Make.Node("c", "test.count")], ["a c"]),
            Make.ForEach(Make.Node("each", "test.count"), "range(0, 10)", "key=string(item)", "limit=4"),
            Make.Node("last", "test.count"));
        await using var engine = await WorkflowEngine.OpenAsync(
            new EngineOptions
            {
                Store = store, Activities = catalog, OpenTarget = Bench.OpenTarget, Seal = Bench.Seal, MaxConcurrentActivities = 8, OnAlarm = (run, what) => alarms.Enqueue($"{run} {what}"),
            }, CancellationToken.None);

        var starts = Enumerable.Range(0, 60).Select(async i =>
        {
            var started = await engine.StartAsync(new StartRun(definition, Value.EmptyMap, $"key-{i % 50}"), CancellationToken.None);
            var view = await engine.WaitAsync(started.RunId, CancellationToken.None);
            return view;
        });
        var runs = await Task.WhenAll(starts).WaitAsync(Patience);

        Assert.Empty(alarms);
        Assert.All(runs, run => Assert.Equal(RunStatus.Completed, run.Status));
        Assert.Equal(50, runs.Select(run => run.RunId).Distinct().Count());
        foreach (var run in runs)
        {
            var rows = await store.ReadEventsAsync(run.RunId, 0, 1000, CancellationToken.None);
            Assert.Equal(Enumerable.Range(1, rows.Count).Select(seq => (long)seq), rows.Select(row => row.Seq));
        }

        Assert.Equal(50 * 14, ledger.Effects.Count);
        Assert.All(ledger.Effects.Values, times => Assert.Equal(1, times));
    }

    [Fact]
    public async Task Cancel_WhileRunsMove_EndsEachOfThem()
    {
        var ledger = new Ledger();
        await using var store = new LaneStore();
        var definition = Make.Definition(Make.ForEach(Make.Node("each", "test.count"), "range(0, 200)", "key=string(item)", "limit=4"));
        await using var engine = await WorkflowEngine.OpenAsync(
            new EngineOptions { Store = store, Activities = new ActivityCatalog([new Count(ledger)]), OpenTarget = Bench.OpenTarget, Seal = Bench.Seal, MaxConcurrentActivities = 4 }, CancellationToken.None);

        var ends = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var started = await engine.StartAsync(new StartRun(definition, Value.EmptyMap), CancellationToken.None);
            await engine.SendAsync("cancel", started.RunId, default, "alice", null, CancellationToken.None);
            return await engine.WaitAsync(started.RunId, CancellationToken.None);
        })).WaitAsync(Patience);

        Assert.All(ends, run => Assert.True(run.Status is RunStatus.Cancelled or RunStatus.Completed, $"{run.Status} {run.Failure}"));
    }

    private sealed class Ledger
    {
        public System.Collections.Concurrent.ConcurrentDictionary<string, int> Effects { get; } = [];
    }

    /// <summary>Counts its effects, some of them after it left the thread.</summary>
    [Activity("test.count", Effect.Keyed, "Counts.", Example = "- id: a")]
    private sealed class Count(Ledger ledger) : Activity<NoInput, NoOutput>
    {
        protected override async Task<Outcome<NoOutput>> ApplyAsync(NoInput input, ActivityContext context, CancellationToken cancellationToken)
        {
            if (context.StepKey.Length % 2 == 0) await Task.Yield();
            ledger.Effects.AddOrUpdate(context.IdempotencyKey, 1, static (_, times) => times + 1);
            context.Log("counted");
            return Outcome<NoOutput>.Changes(new NoOutput());
        }
    }

    private sealed record NoInput;
}
