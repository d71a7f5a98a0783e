using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Benchmarks;

/// <summary>
/// Whole workflows in process: ten steps one after the other, each giving about 100 bytes that are on disk before the next begins; started and awaited in a closed loop. The store in memory shows
/// what the engine costs without a disk.
/// </summary>
internal sealed class EngineBenchmark : Benchmark
{
    private const int Steps = 10;

    private static readonly Definition Workflow = new()
    {
        Name = "bench",
        Root = new ActivityNode
        {
            Id = "flow",
            Type = ActivityTypes.Flowchart,
            Activities = [.. Enumerable.Range(1, Steps).Select(i => new ActivityNode { Id = $"step{i}", Type = "bench.noop" })],
            Connections = [.. Enumerable.Range(1, Steps - 1).Select(i => new Connection($"step{i}", null, $"step{i + 1}"))],
        },
    };

    public override string Name => "engine";

    public override async Task RunAsync()
    {
        Console.WriteLine(Measurement.Header("engine: 10 durable steps"));
        double? baseline = null;
        foreach (var workers in Concurrencies)
        {
            await InFolderAsync(async folder =>
            {
                await using var store = await SqliteStore.OpenAsync(Path.Combine(folder, "store.db"), asOwner: true);
                var rate = await MeasureAsync(store, $"SQLite FULL, {workers} in flight", workers, baseline);
                baseline ??= rate;
            });
        }

        foreach (var workers in Concurrencies)
        {
            await using var store = new InMemoryStore();
            await MeasureAsync(store, $"in memory, {workers} in flight", workers, baseline);
        }
    }

    private static async Task<double> MeasureAsync(IStore store, string what, int workers, double? baseline)
    {
        await using var engine = await WorkflowEngine.OpenAsync(
            new EngineOptions
            {
                Store = store,
                Activities = new ActivityCatalog([new NoOp()]),
                OpenTarget = (name, _, _, _) => Task.FromResult<Target>(new Nowhere { Name = name }),
                Seal = new SecretSeal(_ => throw new NotSupportedException(), _ => throw new NotSupportedException()),
                MaxConcurrentActivities = 256,
                OnAlarm = (run, message) => Console.Error.WriteLine($"alarm {run}: {message}"),
            },
            CancellationToken.None);
        return await MeasureAsync(what, workers, baseline, async (_, _) =>
        {
            var started = await engine.StartAsync(new StartRun(Workflow, Value.EmptyMap), CancellationToken.None);
            var run = await engine.WaitAsync(started.RunId, CancellationToken.None);
            if (run.Status != RunStatus.Completed) throw new InvalidOperationException($"run {run.RunId} is {run.Status}: {run.Failure}");
        });
    }
}
