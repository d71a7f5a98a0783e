using System.Diagnostics.Metrics;
using Orchestrator.Server.Metrics;

namespace Orchestrator.Server.Tests.Metrics;

/// <summary>What is measured comes out as Prometheus reads it.</summary>
public sealed class CollectionTests : IDisposable
{
    private readonly Meter _meter = new("test");

    public void Dispose() => _meter.Dispose();

    [Fact]
    public void Text_OfHostileLabels_IsEscapedAndReadBack()
    {
        var family = new MetricFamily("a_total", "a", MetricType.Counter, "Says \"this\",\nand \\that.") { Tags = ["first", "x.second"] };
        using var figures = new Collection(_meter, [family]);
        var counter = _meter.CreateCounter<long>("a");
        counter.Add(2, new("first", "q\"b\\n\n,}="), new KeyValuePair<string, object?>("x.second", "ü"));
        counter.Add(3, new("x.second", "ü"), new KeyValuePair<string, object?>("first", "q\"b\\n\n,}="));

        var text = PrometheusText.Parse(figures.Text());

        Assert.Equal(("counter", "Says \"this\",\nand \\that."), text.Families["a_total"]);
        Assert.Equal(5, text["a_total", "first=q\"b\\n\n,}=,second=ü"]);
    }

    [Fact]
    public void Text_OfAHistogram_PutsABoundIntoItsOwnBucket()
    {
        using var figures = new Collection(_meter, [new MetricFamily("h_seconds", "h", MetricType.Histogram, "Help.") { Known = [SeriesKey.None] }]);
        var histogram = _meter.CreateHistogram("h", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        Assert.Equal(0, PrometheusText.Parse(figures.Text())["h_seconds_count"]);
        foreach (var value in (double[])[0.1, 0.5, 0.75, 1, 2]) histogram.Record(value);

        var text = PrometheusText.Parse(figures.Text());

        Assert.Equal((2, 4, 5, 5, 4.35), (text["h_seconds_bucket", "le=0.5"], text["h_seconds_bucket", "le=1"], text["h_seconds_bucket", "le=+Inf"], text["h_seconds_count"], text["h_seconds_sum"]));
    }

    [Fact]
    public void Text_OfWhatIsAsked_ForgetsWhatIsGone()
    {
        var shown = new List<Measurement<int>> { new(7, new KeyValuePair<string, object?>("k", "one")) };
        using var figures = new Collection(_meter, [new MetricFamily("g", "g", MetricType.Gauge, "Help.") { Tags = ["k"] }]);
        _meter.CreateObservableGauge("g", () => shown);
        Assert.Equal(7, PrometheusText.Parse(figures.Text())["g", "k=one"]);
        Assert.Equal(7, PrometheusText.Parse(figures.Text())["g", "k=one"]);

        shown[0] = new Measurement<int>(8, new KeyValuePair<string, object?>("k", "two"));

        Assert.Equal([("g", "k=two")], PrometheusText.Parse(figures.Text()).Samples.Keys);
    }

    [Fact]
    public void Text_OfMoreSeriesThanThereMayBe_AddsTheRestUp()
    {
        using var figures = new Collection(_meter, [new MetricFamily("a_total", "a", MetricType.Counter, "Help.") { Tags = ["k"] }]);
        var counter = _meter.CreateCounter<long>("a");
        for (var i = 0; i < CollectedFamily.MostSeries + 50; i++) counter.Add(1, new KeyValuePair<string, object?>("k", $"value{i}"));

        var text = PrometheusText.Parse(figures.Text());

        Assert.Equal(CollectedFamily.MostSeries + 1, text.Samples.Count);
        Assert.Equal(50, text["a_total", "k=other"]);
    }

    [Fact]
    public void Text_OfAnothersMeter_IsNotThere()
    {
        using var other = new Meter("test");
        using var figures = new Collection(_meter, [new MetricFamily("a_total", "a", MetricType.Counter, "Help.")]);
        other.CreateCounter<long>("a").Add(1);
        Assert.Empty(PrometheusText.Parse(figures.Text()).Samples);
    }

    [Fact]
    public async Task Text_WhileMuchIsMeasured_AddsUp()
    {
        using var figures = new Collection(_meter, [new MetricFamily("h", "h", MetricType.Histogram, "Help.") { Tags = ["k"] }]);
        var histogram = _meter.CreateHistogram("h", null, null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 3] });
        var workers = Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++) histogram.Record(i % 5, new KeyValuePair<string, object?>("k", i % 2 == 0 ? "even" : "odd"));
        })).ToArray();
        while (!Task.WhenAll(workers).IsCompleted) PrometheusText.Parse(figures.Text()); // its buckets are cumulative at any moment
        await Task.WhenAll(workers);
        var text = PrometheusText.Parse(figures.Text());
        Assert.Equal((10_000, 10_000), (text["h_count", "k=even"], text["h_count", "k=odd"]));
    }
}
