using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Benchmarks;

/// <summary>What a closed loop of workers reached.</summary>
/// <param name="Seconds">How long it ran.</param>
/// <param name="Latencies">Of every operation, in milliseconds, sorted.</param>
/// <param name="CpuSeconds">Processor time of this process meanwhile.</param>
/// <param name="AllocatedBytes">Allocated meanwhile.</param>
internal sealed record Measurement(double Seconds, double[] Latencies, double CpuSeconds, long AllocatedBytes)
{
    public double PerSecond => Latencies.Length / Seconds;

    public double CpuMilliseconds => CpuSeconds * 1000 / Latencies.Length;

    public double Percentile(double fraction) => Latencies.Length == 0 ? double.NaN : Latencies[(int)Math.Min(Latencies.Length - 1, fraction * Latencies.Length)];

    /// <summary>Runs <paramref name="operation"/> (given the worker and its count) in a closed loop of <paramref name="workers"/> for <paramref name="duration"/>.</summary>
    public static async Task<Measurement> ClosedLoopAsync(int workers, TimeSpan duration, Func<int, int, Task> operation)
    {
        using var process = Process.GetCurrentProcess();
        GC.Collect();
        process.Refresh();
        var (cpu, allocated, watch) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
        var latencies = await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(async () =>
        {
            var mine = new List<double>();
            for (var i = 0; watch.Elapsed < duration; i++)
            {
                var start = Stopwatch.GetTimestamp();
                await operation(worker, i);
                mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            return mine;
        })));
        var seconds = watch.Elapsed.TotalSeconds;
        process.Refresh();
        double[] sorted = [.. latencies.SelectMany(mine => mine).Order()];
        return new Measurement(seconds, sorted, (process.TotalProcessorTime - cpu).TotalSeconds, GC.GetTotalAllocatedBytes() - allocated);
    }

    /// <summary>The one of the runs whose rate is the median.</summary>
    public static Measurement Median(IEnumerable<Measurement> runs)
    {
        var sorted = runs.OrderBy(run => run.PerSecond).ToArray();
        return sorted[sorted.Length / 2];
    }

    public static string Header(string what) => $"{what,-34} {"per second",12} {"p50 ms",9} {"p99 ms",9} {"CPU ms/op",10} {"KB/op",8} {"ratio",7}";

    public string Row(string what, double ratio) => string.Create(
        CultureInfo.InvariantCulture,
        $"{what,-34} {PerSecond,12:N0} {Percentile(0.5),9:N2} {Percentile(0.99),9:N2} {CpuMilliseconds,10:N3} {AllocatedBytes / 1024.0 / Latencies.Length,8:N1} {ratio,7:N2}");
}
