namespace Orchestrator.Benchmarks;

/// <summary>A table of measurements that were taken in one run.</summary>
internal abstract class Benchmark
{
    public static IReadOnlyList<Benchmark> All { get; } = [new FsyncBenchmark(), new LaneBenchmark(), new EngineBenchmark(), new CompileBenchmark(), new ListsBenchmark(), new ViewsBenchmark()];

    /// <summary>In flight at once.</summary>
    protected static IReadOnlyList<int> Concurrencies { get; } = [1, 16, 64, 256];

    public abstract string Name { get; }

    /// <summary>Empty when nobody is called that.</summary>
    public static IReadOnlyList<Benchmark> Named(string name) => name == "all" ? All : [.. All.Where(benchmark => benchmark.Name == name)];

    public abstract Task RunAsync();

    /// <summary>Measures a warm-up and three runs, and prints the median one; <paramref name="baseline"/> is what the ratio compares with (null: this is the baseline).</summary>
    protected static async Task<double> MeasureAsync(string what, int workers, double? baseline, Func<int, int, Task> operation)
    {
        await Measurement.ClosedLoopAsync(workers, TimeSpan.FromSeconds(1), operation);
        var runs = new List<Measurement>();
        for (var i = 0; i < 3; i++) runs.Add(await Measurement.ClosedLoopAsync(workers, TimeSpan.FromSeconds(3), operation));
        var median = Measurement.Median(runs);
        Console.WriteLine(median.Row(what, median.PerSecond / (baseline ?? median.PerSecond)));
        return median.PerSecond;
    }

    /// <summary>A folder on the disk of the working directory (a memory file system would flatter), removed afterwards.</summary>
    protected static async Task InFolderAsync(Func<string, Task> work)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Environment.CurrentDirectory, $"bench-{Environment.ProcessId}")).FullName;
        try
        {
            await work(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
