namespace Orchestrator.Server.Metrics;

/// <summary>What a family of figures is, in Prometheus' sense.</summary>
internal enum MetricType
{
    /// <summary>Only goes up, from 0 at the start of the process.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>How many were at most how large.</summary>
    Histogram,
}

/// <summary>A family of figures as <c>/metrics</c> shows it.</summary>
/// <param name="Name">After Prometheus' conventions: base unit, <c>_total</c> for counters.</param>
/// <param name="Instrument">The instrument that measures it.</param>
/// <param name="Type">What it is.</param>
/// <param name="Help">One sentence for people; <c>docs/metrics.md</c> has the same.</param>
internal sealed record MetricFamily(string Name, string Instrument, MetricType Type, string Help)
{
    /// <summary>Tags that become labels, at most two; others are summed up.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Values of the labels of series that stand at 0 before anything was counted: an alert on an increase would miss the first one otherwise. Empty for a gauge and for labels that are not known before.</summary>
    public IReadOnlyList<SeriesKey> Known { get; init; } = [];

    /// <summary>Names of the labels.</summary>
    public IEnumerable<string> Labels => Tags.Select(static tag => tag[(tag.LastIndexOf('.') + 1)..]);
}

/// <summary>Values of the labels of a series, in the order of the family's; empty where it has fewer.</summary>
internal readonly record struct SeriesKey(string First, string Second = "")
{
    /// <summary>Of the only series of a family without labels.</summary>
    public static SeriesKey None { get; } = new("");
}
