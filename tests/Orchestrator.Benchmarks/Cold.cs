using System.Diagnostics;
using System.Globalization;

namespace Orchestrator.Benchmarks;

/// <summary>
/// What somebody waits who types <c>orchestrator validate FILE</c>: whole processes, one after the other, of a published binary. Processor time is what a busy machine does not blur.
/// </summary>
internal static class Cold
{
    private const int Runs = 40;

    /// <summary>Measures one or more binaries in turns, so that what disturbs one disturbs all; ratios are to the first.</summary>
    public static async Task<int> RunAsync(string blueprint, IReadOnlyList<string> binaries)
    {
        var times = binaries.Select(_ => new List<double>()).ToArray();
        var processor = new double[binaries.Count];
        for (var run = -1; run < Runs; run++)
        {
            for (var i = 0; i < binaries.Count; i++)
            {
                var (before, start) = (OfChildren(), Stopwatch.GetTimestamp());
                var code = await OnceAsync(binaries[i], blueprint);
                var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if (code != 0)
                {
                    await Console.Error.WriteLineAsync($"{binaries[i]} validate {blueprint} ended with {code}");
                    return 1;
                }

                if (run < 0) continue; // the first fills the page cache
                times[i].Add(time);
                processor[i] += OfChildren() - before;
            }
        }

        Console.WriteLine($"{"cold: validate",-44} {"p50 ms",9} {"p99 ms",9} {"best ms",9} {"CPU ms",9} {"ratio",7}");
        var baseline = 0.0;
        for (var i = 0; i < binaries.Count; i++)
        {
            double[] sorted = [.. times[i].Order()];
            if (i == 0) baseline = processor[i];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{binaries[i],-44} {sorted[Runs / 2],9:N0} {sorted[(int)(0.99 * Runs)],9:N0} {sorted[0],9:N0} {processor[i] / Runs,9:N0} {processor[i] / baseline,7:N2}"));
        }

        return 0;
    }

    private static async Task<int> OnceAsync(string binary, string blueprint)
    {
        using var process = Process.Start(new ProcessStartInfo(binary, ["validate", blueprint]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    // proc(5), stat: cutime and cstime in ticks of 10 ms; the command in parentheses may hold anything.
    private static double OfChildren()
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return 10.0 * (long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture));
    }
}
