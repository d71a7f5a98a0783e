using System.Diagnostics.Metrics;

namespace Orchestrator.Engine.Metrics;

/// <summary>What a writer lane counts. Real time: it measures a disk.</summary>
internal sealed class LaneMeter
{
    private static readonly double[] CommitSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
    private static readonly int[] Writes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

    private readonly Histogram<double>? _seconds;
    private readonly Histogram<int>? _writes;
    private readonly Counter<long>? _failures;

    public LaneMeter(Meter? meter, Func<int> waiting)
    {
        if (meter is null) return;
        _seconds = meter.CreateHistogram("orchestrator.store.commit.duration", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = CommitSeconds });
        _writes = meter.CreateHistogram("orchestrator.store.commit.writes", null, null, null, new InstrumentAdvice<int> { HistogramBucketBoundaries = Writes });
        _failures = meter.CreateCounter<long>("orchestrator.store.commit.failures");
        meter.CreateObservableGauge("orchestrator.store.queued", waiting);
    }

    /// <summary>A group has been written, or has failed.</summary>
    public void Ended(int writes, TimeSpan took)
    {
        _seconds?.Record(took.TotalSeconds);
        _writes?.Record(writes);
    }

    /// <summary>A group failed as a whole: the disk, or the store is another's.</summary>
    public void Failed() => _failures?.Add(1);
}
