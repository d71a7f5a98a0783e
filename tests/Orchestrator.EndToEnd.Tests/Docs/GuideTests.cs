using System.Text.RegularExpressions;
using Orchestrator.EndToEnd.Tests.Layout;
using Orchestrator.EndToEnd.Tests.Shipped;

namespace Orchestrator.EndToEnd.Tests.Docs;

/// <summary>Hand-written docs: every YAML sample of the guide compiles, and every link leads somewhere.</summary>
public sealed partial class GuideTests
{
    private static readonly string[] Samples =
        [.. Fence().Matches(File.ReadAllText(Path.Combine(GeneratedDocs.Folder, "blueprints.md"))).Select(match => match.Groups["text"].Value)];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, Samples.Length)];

    public static TheoryData<string> Pages =>
    [
        "README.md", "ARCHITECTURE.md", .. Directory.GetFiles(GeneratedDocs.Folder, "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Sample_OfTheGuide_Compiles(int number)
    {
        var sample = Samples[number - 1];
        if (sample.StartsWith("- id:", StringComparison.Ordinal)) Builtin.CompileSteps($"sample {number}", sample);
        else Builtin.CompileClean($"sample {number}", sample);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_OfAPage_LeadSomewhere(string page)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        var text = Code().Replace(File.ReadAllText(Path.Combine(Repository.Root, page)), "");
        var dead = Link().Matches(text).Select(match => match.Groups["to"].Value).Where(to => to.Length > 0 && !Path.Exists(Path.Combine(folder, to)));
        Assert.Empty(dead);
    }

    [GeneratedRegex(@"^```yaml\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    // What stands in code is no link.
    [GeneratedRegex(@"^```.*?^```|`[^`\n]+`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    // Relative links, without what stands behind `#`.
    [GeneratedRegex(@"\]\((?!https?:)(?<to>[^)#\s]*)(#[^)]*)?\)")]
    private static partial Regex Link();
}
