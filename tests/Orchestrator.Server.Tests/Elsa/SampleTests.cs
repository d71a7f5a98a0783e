using System.Text.Json;
using System.Text.RegularExpressions;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>Every recorded request gets the same status and the same shape from our server, except for what <c>intended-differences.json</c> lists with a reason.</summary>
public sealed class SampleTests(SampleServer server) : IClassFixture<SampleServer>
{
    private sealed record Intended(string Sample, string Difference, string Reason);

    public static TheoryData<string> All => [.. Sample.Names];

    [Theory]
    [MemberData(nameof(All))]
    public void Sample_AgainstOurServer_HasTheRecordedStatusAndShape(string sample)
    {
        var differences = server.DifferencesOf(sample) ?? ["not played"];
        var intended = Read();
        var others = differences.Where(difference => !intended.Exists(one => Fits(one, sample, difference))).ToList();
        Assert.True(others.Count == 0, string.Join('\n', others));
    }

    [Fact]
    public void IntendedDifferences_All_HaveAReasonAndHappen()
    {
        var happened = Sample.Names.SelectMany(sample => (server.DifferencesOf(sample) ?? ["not played"]).Select(difference => (sample, difference))).ToList();
        var intended = Read();
        Assert.All(intended, one => Assert.NotEmpty(one.Reason));
        var stale = intended.Where(one => !happened.Exists(pair => Fits(one, pair.sample, pair.difference))).Select(one => $"{one.Sample}: {one.Difference}").ToList();
        Assert.True(stale.Count == 0, string.Join('\n', stale));
    }

    private static List<Intended> Read() =>
        JsonSerializer.Deserialize<List<Intended>>(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Elsa", "intended-differences.json")), JsonSerializerOptions.Web)!;

    private static bool Fits(Intended one, string sample, string difference) => IsLike(sample, one.Sample) && IsLike(difference, one.Difference);

    private static bool IsLike(string text, string pattern) => Regex.IsMatch(text, "^" + Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.Singleline);
}
