namespace Orchestrator.Benchmarks;

/// <summary>What the disk can do: one 4 KiB append and flush after the other. Every durable figure stands on this one.</summary>
internal sealed class FsyncBenchmark : Benchmark
{
    public override string Name => "fsync";

    public override Task RunAsync() => InFolderAsync(async folder =>
    {
        Console.WriteLine(Measurement.Header("fsync"));
        await using var file = new FileStream(Path.Combine(folder, "fsync"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        await MeasureAsync("append 4 KiB and flush", 1, null, (_, _) =>
        {
            file.Write(page);
            file.Flush(flushToDisk: true);
            return Task.CompletedTask;
        });
    });
}
