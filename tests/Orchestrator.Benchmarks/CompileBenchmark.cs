using System.Diagnostics;
using System.Globalization;
using Orchestrator.Activities;
using Orchestrator.Blueprints;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Benchmarks;

/// <summary>
/// Blueprint text to definition, against the real activities. The time must grow with the lines and not faster; the first compilation shows what the process pays once.
/// </summary>
internal sealed class CompileBenchmark : Benchmark
{
    private const int Runs = 30;

    public override string Name => "compile";

    public override Task RunAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var compiler = new BlueprintCompiler(new ActivityCatalog(BuiltinActivities.All()));
        var catalog = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Console.WriteLine($"{"compile",-34} {"first ms",9} {"p50 ms",9} {"best ms",9} {"KB",9} {"us/line",8}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"the catalog of activities",-34} {catalog,9:N1}"));
        foreach (var lines in new[] { 60, 500, 1000, 2000, 4000 }) Measure(compiler, LongBlueprint.OfLines(lines));
        return Task.CompletedTask;
    }

    private static void Measure(BlueprintCompiler compiler, string text)
    {
        var first = Once(compiler, text);
        for (var i = 0; i < Runs; i++) Once(compiler, text);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        double[] times = [.. Enumerable.Range(0, Runs).Select(_ => Once(compiler, text)).Order()];
        allocated = (GC.GetAllocatedBytesForCurrentThread() - allocated) / Runs;
        var lines = text.Count(c => c == '\n');
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{$"{lines:N0} lines",-34} {first,9:N1} {times[Runs / 2],9:N1} {times[0],9:N1} {allocated / 1024,9:N0} {times[Runs / 2] * 1000 / lines,8:N1}"));
    }

    private static double Once(BlueprintCompiler compiler, string text)
    {
        var start = Stopwatch.GetTimestamp();
        var result = compiler.Compile("long.yaml", text);
        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        if (result.Definition is null || result.Diagnostics.Count > 0)
            throw new InvalidOperationException($"the blueprint of the benchmark does not compile: {string.Join("; ", result.Diagnostics.Take(5).Select(found => $"{found.Span} {found.Code} {found.Message}"))}");
        _ = DefinitionJson.Write(result.Definition).Length;
        return time;
    }
}
