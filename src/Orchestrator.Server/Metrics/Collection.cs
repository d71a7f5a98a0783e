using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Orchestrator.Server.Metrics;

/// <summary>
/// Listens to a meter, and to .NET's own, and adds up what they measure. What is counted is kept; what is asked for (gauges, and counters that .NET keeps itself) is asked anew each time. Safe for
/// concurrent use.
/// </summary>
internal sealed class Collection : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, CollectedFamily> _families;
    private readonly Lock _asking = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="meter">Whose instruments count.</param>
    /// <param name="families">Which of them, and how they are shown.</param>
    public Collection(Meter meter, IReadOnlyList<MetricFamily> families)
    {
        _families = families.ToDictionary(family => family.Instrument, family => new CollectedFamily(family), StringComparer.Ordinal);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, meter) && instrument.Meter.Name != "System.Runtime") return;
            if (!_families.TryGetValue(instrument.Name, out var family)) return;
            family.Published(instrument);
            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((CollectedFamily)family!).Add(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((CollectedFamily)family!).Add(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((CollectedFamily)family!).Add(value, tags));
        _listener.Start();
    }

    /// <summary>Everything as it stands, in Prometheus' text format.</summary>
    public string Text()
    {
        lock (_asking)
        {
            foreach (var family in _families.Values) family.ForgetAsked();
            _listener.RecordObservableInstruments();
            return Exposition.Write(_families.Values);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();
}

/// <summary>The series of a family.</summary>
/// <param name="family">What it is.</param>
internal sealed class CollectedFamily(MetricFamily family)
{
    /// <summary>Most series of a family; the values of labels are few, and this holds when that is wrong.</summary>
    public const int MostSeries = 1000;

    private static readonly SeriesKey Other = new("other", "other");

    private readonly ConcurrentDictionary<SeriesKey, Series> _series = [];
    private bool _isAsked;

    /// <summary>What it is.</summary>
    public MetricFamily Family => family;

    /// <summary>Upper bounds of its buckets; empty for no histogram.</summary>
    public double[] Bounds { get; private set; } = [];

    /// <summary>Its series, in order.</summary>
    public IEnumerable<KeyValuePair<SeriesKey, Series>> Series => _series.OrderBy(one => one.Key.First, StringComparer.Ordinal).ThenBy(one => one.Key.Second, StringComparer.Ordinal);

    /// <summary>Its instrument is there.</summary>
    public void Published(Instrument instrument)
    {
        _isAsked = instrument.IsObservable;
        Bounds = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            _ => [],
        };
        foreach (var key in family.Known) _series.TryAdd(key, new Series(Bounds));
    }

    /// <summary>Forgets what will be asked anew, so that what is gone is not shown.</summary>
    public void ForgetAsked()
    {
        if (_isAsked) _series.Clear();
    }

    /// <summary>Takes a measurement.</summary>
    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = new SeriesKey(ValueOf(0, tags), ValueOf(1, tags));
        if (!_series.TryGetValue(key, out var series)) series = _series.GetOrAdd(_series.Count < MostSeries ? key : Other, static (_, bounds) => new Series(bounds), Bounds);
        series.Add(value);
    }

    private string ValueOf(int label, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (label >= family.Tags.Count) return "";
        foreach (var (tag, value) in tags)
            if (tag == family.Tags[label]) return value as string ?? value?.ToString() ?? "";
        return "";
    }
}
