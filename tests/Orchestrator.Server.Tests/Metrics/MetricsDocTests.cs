using System.Text.RegularExpressions;
using Orchestrator.Server.Metrics;

namespace Orchestrator.Server.Tests.Metrics;

/// <summary><c>docs/metrics.md</c> says what <c>/metrics</c> gives.</summary>
public sealed partial class MetricsDocTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "metrics.md"));

    [Fact]
    public void Table_OfAllFigures_IsTheCodes() => Assert.Equal(
        MetricFamilies.All.Select(family => $"| `{family.Name}` | {family.Type.ToString().ToLowerInvariant()} | {string.Join(", ", family.Labels.Select(label => $"`{label}`"))} | {family.Help} |"),
        Page.Split('\n').Where(line => FigureLine().IsMatch(line)));

    [Fact]
    public void Table_OfDeliveries_HasEveryOutcome()
    {
        var table = Page[Page.IndexOf("| `outcome` of a delivery", StringComparison.Ordinal)..];
        table = table[..table.IndexOf("\n\n", StringComparison.Ordinal)];
        Assert.Equal(ServerMeter.DeliveryOutcomes, table.Split('\n').Skip(2).Select(line => line.Split('`')[1]));
    }

    [Fact]
    public void Values_ThatAreKnownBefore_AreNamed() =>
        Assert.All(MetricFamilies.All.SelectMany(family => family.Known).SelectMany(key => new[] { key.First, key.Second }).Where(value => value.Length > 0), value => Assert.Contains($"`{value}`", Page, StringComparison.Ordinal));

    [Fact]
    public void Names_ElsewhereOnThePage_AreFigures()
    {
        var known = MetricFamilies.All.Select(family => family.Name).ToHashSet(StringComparer.Ordinal);
        Assert.All(Name().Matches(Page).Select(match => Suffix().Replace(match.Value, "")), name => Assert.Contains(name, known));
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "Orchestrator.sln"))) return folder;
        throw new InvalidOperationException("these tests run from a checkout");
    }

    [GeneratedRegex("^\\| `[a-z0-9_]+` \\| (counter|gauge|histogram) \\|", RegexOptions.ExplicitCapture)]
    private static partial Regex FigureLine();

    [GeneratedRegex("\\borchestrator_[a-z_]+")]
    private static partial Regex Name();

    [GeneratedRegex("_bucket$")]
    private static partial Regex Suffix();
}
