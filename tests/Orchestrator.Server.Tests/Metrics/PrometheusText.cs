using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Server.Tests.Metrics;

/// <summary>Reads Prometheus' text format as strictly as its specification allows, and fails on whatever a scraper may refuse or misread.</summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, (string Type, string Help)> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string Labels), double> _samples = [];

    /// <summary>Type and help by family.</summary>
    public IReadOnlyDictionary<string, (string Type, string Help)> Families => _families;

    /// <summary>Values by name and labels, the labels as <c>a=b,c=d</c> in their order, unescaped.</summary>
    public IReadOnlyDictionary<(string Name, string Labels), double> Samples => _samples;

    public double this[string name, string labels = ""] => _samples.TryGetValue((name, labels), out var value) ? value : throw new KeyNotFoundException(
        $"no {name}{{{labels}}}; there are {string.Join(" ", _samples.Keys.Where(key => key.Name == name).Select(key => $"{{{key.Labels}}}"))}");

    public static PrometheusText Parse(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\r", text, StringComparison.Ordinal);
        var parsed = new PrometheusText();
        string? family = null, helped = null, help = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (HelpLine().Match(line) is { Success: true } head)
            {
                Assert.Null(helped); // a help without a type before it
                (helped, help) = (head.Groups["name"].Value, Unescape(head.Groups["text"].Value, quotes: false));
            }
            else if (TypeLine().Match(line) is { Success: true } type)
            {
                Assert.Equal(helped, type.Groups["name"].Value);
                family = helped!;
                Assert.True(parsed._families.TryAdd(family, (type.Groups["type"].Value, help!)), $"{family} has two heads");
                helped = null;
            }
            else
            {
                var sample = SampleLine().Match(line);
                Assert.True(sample.Success, $"not a line of the format: {line}");
                Assert.Null(helped);
                Assert.NotNull(family);
                parsed.Take(family, sample);
            }
        }

        Assert.Null(helped);
        foreach (var (name, (type, _)) in parsed._families) parsed.Check(name, type);
        return parsed;
    }

    private void Take(string family, Match sample)
    {
        var name = sample.Groups["name"].Value;
        var type = _families[family].Type;
        Assert.True(type == "histogram" ? name == family + "_bucket" || name == family + "_sum" || name == family + "_count" : name == family, $"{name} stands below {type} {family}");
        var labels = sample.Groups["label"].Captures.Select((label, i) => (Name: label.Value, Value: Unescape(sample.Groups["text"].Captures[i].Value, quotes: true))).ToList();
        Assert.Equal(labels.Count, labels.Select(label => label.Name).Distinct().Count());
        var number = sample.Groups["value"].Value;
        var value = number switch { "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, "NaN" => double.NaN, _ => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture) };
        Assert.True(_samples.TryAdd((name, string.Join(',', labels.Select(label => $"{label.Name}={label.Value}"))), value), $"twice: {sample.Value}");
        if (type != "gauge" && !name.EndsWith("_sum", StringComparison.Ordinal)) Assert.True(value >= 0, $"below zero: {sample.Value}");
    }

    private void Check(string name, string type)
    {
        Assert.Equal(type == "counter", name.EndsWith("_total", StringComparison.Ordinal));
        if (type != "histogram") return;
        var series = _samples.Keys.Where(key => key.Name == name + "_count").Select(key => key.Labels).ToList();
        Assert.Equal(series.Order(StringComparer.Ordinal), _samples.Keys.Where(key => key.Name == name + "_sum").Select(key => key.Labels).Order(StringComparer.Ordinal));
        Assert.Equal(series.Order(StringComparer.Ordinal), _samples.Keys.Where(key => key.Name == name + "_bucket").Select(key => Le().Replace(key.Labels, "")).Distinct().Order(StringComparer.Ordinal));
        foreach (var labels in series)
        {
            var buckets = _samples.Where(sample => sample.Key.Name == name + "_bucket" && Le().Replace(sample.Key.Labels, "") == labels).Select(sample => (Bound: Le().Match(sample.Key.Labels).Groups["le"].Value, sample.Value)).ToList();
            var bounds = buckets.Select(bucket => bucket.Bound == "+Inf" ? double.PositiveInfinity : double.Parse(bucket.Bound, CultureInfo.InvariantCulture)).ToList();
            Assert.Equal(bounds.Distinct().Order(), bounds);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
            Assert.Equal(this[name + "_count", labels], buckets[^1].Value);
        }
    }

    private static string Unescape(string text, bool quotes) => Escape().Replace(text, escape => escape.Value switch
    {
        "\\\\" => "\\",
        "\\n" => "\n",
        "\\\"" when quotes => "\"",
        _ => throw new FormatException($"no escape: {escape.Value} in {text}"),
    });

    [GeneratedRegex("^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<text>.+)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>([^"\\\n]|\\.)*)"(,(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<text>([^"\\\n]|\\.)*)")*\})? (?<value>[-+]?[0-9][0-9.eE+-]*|[+-]Inf|NaN)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();

    [GeneratedRegex(@"\\.?", RegexOptions.Singleline)]
    private static partial Regex Escape();

    [GeneratedRegex(",?le=(?<le>[^,]*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Le();
}
