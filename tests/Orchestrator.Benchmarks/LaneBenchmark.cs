using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Benchmarks;

/// <summary>The journal without an engine: a workflow of ten steps is twelve commits of one event, the first and the last with a summary row. It bounds what an engine on this store can reach.</summary>
internal sealed class LaneBenchmark : Benchmark
{
    private const int Commits = 12;

    private static readonly byte[] Body = new byte[200];

    public override string Name => "lane";

    public override async Task RunAsync()
    {
        Console.WriteLine(Measurement.Header("lane: 12 commits per workflow"));
        double? baseline = null;
        foreach (var workers in Concurrencies)
        {
            await InFolderAsync(async folder =>
            {
                await using var store = await SqliteStore.OpenAsync(Path.Combine(folder, "store.db"), asOwner: true);
                var number = 0;
                var rate = await MeasureAsync($"SQLite FULL, {workers} in flight", workers, baseline, (_, _) => WorkflowAsync(store, $"01J{Interlocked.Increment(ref number):D23}"));
                baseline ??= rate;
            });
        }
    }

    private static async Task WorkflowAsync(SqliteStore store, string runId)
    {
        var now = TimeProvider.System.GetUtcNow();
        var run = new RunSummary(runId, "hash", "bench", 1, RunStatus.Running, null, now, now, null);
        for (var seq = 1; seq <= Commits; seq++)
        {
            await store.CommitAsync(new WriteSet
            {
                Events = [new StoredEvent(runId, seq, "StepCompleted", now, "step", 1, Body)],
                Runs = seq == 1 ? [run] : seq == Commits ? [run with { Status = RunStatus.Completed, CompletedAt = now }] : [],
            });
        }
    }
}
