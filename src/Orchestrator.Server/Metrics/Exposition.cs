using System.Globalization;
using System.Text;

namespace Orchestrator.Server.Metrics;

/// <summary>Prometheus' text format, version 0.0.4: <c>https://prometheus.io/docs/instrumenting/exposition_formats/</c>.</summary>
internal static class Exposition
{
    /// <summary>What the answer says it is.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes families, each with its head also when nothing was measured.</summary>
    public static string Write(IEnumerable<CollectedFamily> families)
    {
        var text = new StringBuilder();
        foreach (var collected in families)
        {
            var family = collected.Family;
            text.Append($"# HELP {family.Name} {Escaped(family.Help)}\n# TYPE {family.Name} {Word(family.Type)}\n");
            foreach (var (key, series) in collected.Series)
            {
                var labels = string.Join(',', family.Labels.Zip([key.First, key.Second], static (label, value) => $"{label}=\"{Escaped(value).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
                var (sum, cumulative) = series.Read();
                if (family.Type == MetricType.Histogram) Histogram(text, family.Name, labels, collected.Bounds, sum, cumulative);
                else Sample(text, family.Name, labels, Number(sum));
            }
        }

        return text.ToString();
    }

    private static void Histogram(StringBuilder text, string name, string labels, double[] bounds, double sum, long[] cumulative)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        for (var i = 0; i < cumulative.Length; i++) Sample(text, name + "_bucket", $"{before}le=\"{(i < bounds.Length ? Number(bounds[i]) : "+Inf")}\"", Number(cumulative[i]));
        Sample(text, name + "_sum", labels, Number(sum));
        Sample(text, name + "_count", labels, Number(cumulative[^1]));
    }

    private static void Sample(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value).Append('\n');
    }

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString(CultureInfo.InvariantCulture);

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Word(MetricType type) => type switch { MetricType.Counter => "counter", MetricType.Gauge => "gauge", _ => "histogram" };
}
