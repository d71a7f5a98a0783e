using System.Text.RegularExpressions;
using Orchestrator.Blueprints.Diagnostics;

namespace Orchestrator.Blueprints.Tests;

/// <summary>Every code has one page whose example raises it, and a baseline.</summary>
public sealed partial class DiagnosticPageTests
{
    /// <summary>Codes that no blueprint text of a readable size raises, with the test that does.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["BP1011"] = nameof(SyntaxTests.Compile_MoreThanAMegabyte_IsRefused),
    };

    /// <summary>Every code that a factory in the sources of the language makes; those of a run's inputs (BP45xx) are raised at its start, by no text.</summary>
    public static TheoryData<string> Codes => [.. AllCodes()];

    private static string[] AllCodes() =>
    [
        .. new[] { "Orchestrator.Blueprints", "Orchestrator.Model" }
            .SelectMany(project => Directory.GetFiles(Path.Combine(BaselineTests.Folder, "../../../src", project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Code_OfAFactory_HasAPageWhoseExampleRaisesIt(string code)
    {
        var page = DiagnosticPages.Find(code);
        Assert.NotNull(page);
        Assert.StartsWith($"# {code}: ", page, StringComparison.Ordinal);
        Assert.Contains("## What to do", page, StringComparison.Ordinal);
        if (IsRaisedByText(code)) Assert.Contains(code, Compilation.Codes(Example().Match(page).Groups[1].Value));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Code_OfAFactory_HasABaseline(string code)
    {
        if (!IsRaisedByText(code)) return;
        var raised = Directory.GetFiles(BaselineTests.Folder, "main.diagnostics.yaml", SearchOption.AllDirectories)
            .Any(file => File.ReadAllText(file).Contains($" {code}: ", StringComparison.Ordinal));
        Assert.True(raised, $"no baseline raises {code}");
    }

    [Fact]
    public void Pages_OfCodesThatNoFactoryMakes_DoNotExist() =>
        Assert.Empty(DiagnosticPages.Codes.Except(AllCodes()));

    [Fact]
    public void Find_UnknownCode_GivesNull() => Assert.Null(DiagnosticPages.Find("BP9999"));

    private static bool IsRaisedByText(string code) => !Elsewhere.ContainsKey(code) && !code.StartsWith("BP45", StringComparison.Ordinal);

    [GeneratedRegex("\"(BP[0-9]{4})\"")]
    private static partial Regex Code();

    [GeneratedRegex("```yaml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
