namespace Orchestrator.Server.Metrics;

/// <summary>One line of figures: a number, or a distribution over buckets. Safe for concurrent use.</summary>
/// <param name="bounds">Upper bounds of the buckets, rising, without the last, which takes everything; empty for a number.</param>
internal sealed class Series(double[] bounds)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    /// <summary>Adds to the number, or puts it into its bucket.</summary>
    public void Add(double value)
    {
        var bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket]) bucket++;
        lock (_lock)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    /// <summary>The number, or the sum of all that was measured; and the buckets, each with those below it.</summary>
    public (double Sum, long[] Cumulative) Read()
    {
        lock (_lock)
        {
            var cumulative = new long[_counts.Length];
            for (var (i, below) = (0, 0L); i < cumulative.Length; i++) cumulative[i] = below += _counts[i];
            return (_sum, cumulative);
        }
    }
}
