using Orchestrator.Cli.Diagnostics;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Cli.Tests.Diagnostics;

public sealed class DiagnosticTextTests
{
    private const string Source = "blueprint: boot\nsteps:\n  - id: tell\n    with:\n      text: Allow this deploy key on ${{ inputs.repository }} -- now\n";

    [Fact]
    public void Render_ErrorInsideAnExpression_UnderlinesThePlaceAndNamesTheWayOn()
    {
        var diagnostic = new Diagnostic(
            "BP2104", Severity.Error, SpanOf("inputs.repository"), "`inputs.repository` does not exist. Did you mean `inputs.repo`?",
            Help: null,
            Related: [new RelatedSpan(new SourceSpan(1, 1, 0, 9), "declared here: repo")],
            Fixes: [new Fix(SpanOf("inputs.repository"), "inputs.repo", "replace with `inputs.repo`")]);

        Assert.Equal(
            """
            boot.yaml:5:42: error BP2104: `inputs.repository` does not exist. Did you mean `inputs.repo`?
            5 |       text: Allow this deploy key on ${{ inputs.repository }} -- now
              |                                          ^^^^^^^^^^^^^^^^^
              = declared here: repo (1:1)
              = fix: replace with `inputs.repo`
              = more: orchestrator explain BP2104

            """,
            Render(diagnostic, 120));
    }

    [Fact]
    public void Render_LongLine_KeepsTheMarkedPartInSight()
    {
        var text = Render(new Diagnostic("BP2104", Severity.Warning, SpanOf("inputs.repository"), "m"), 44).Split('\n');

        Assert.Contains("inputs.repository", text[1], StringComparison.Ordinal);
        Assert.Equal(text[1].IndexOf("inputs.repository", StringComparison.Ordinal), text[2].IndexOf('^', StringComparison.Ordinal));
        Assert.True(text[1].Length <= 44, text[1]);
    }

    [Fact]
    public void Render_WideCharactersAndTabsBefore_UnderlinesTheRightCells()
    {
        const string source = "a:\t日本 \U0001F600 wrong\n";
        var at = source.IndexOf("wrong", StringComparison.Ordinal);
        var file = new CheckedFile("f.yaml", source, [new Diagnostic("BP1001", Severity.Error, new SourceSpan(1, at + 1, at, 5), "m")]);

        var lines = DiagnosticText.Render(file, 80).Select(line => line.ToString()).ToList();

        Assert.Equal("1 | a: 日本 \U0001F600 wrong", lines[1]);
        Assert.Equal("  |            ^^^^^", lines[2]);
    }

    [Fact]
    public void Render_EscapeSequenceInTheSource_DoesNotReachTheTerminal()
    {
        var file = new CheckedFile("f.yaml", "a: \e[2Jx\n", [new Diagnostic("BP1001", Severity.Error, new SourceSpan(1, 4, 3, 5), "bad \e[2J")]);

        Assert.DoesNotContain(DiagnosticText.Render(file, 80), line => line.ToString().Contains('\e', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 1, 0, 0)]
    [InlineData(5, 71, 119, 0)]
    [InlineData(9, 1, 5000, 3)]
    [InlineData(3, 3, 26, 60)]
    public void Render_SpansAtTheEdges_NeverThrows(int line, int column, int offset, int length)
    {
        var text = Render(new Diagnostic("BP1001", Severity.Error, new SourceSpan(line, column, offset, length), "m"), 80);

        Assert.StartsWith($"boot.yaml:{line}:{column}: error BP1001: m", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0, "1 error")]
    [InlineData(2, 1, "2 errors, 1 warning")]
    [InlineData(0, 3, "3 warnings")]
    public void Count_SaysHowMany(int errors, int warnings, string expected) => Assert.Equal(expected, DiagnosticText.Count(errors, warnings));

    private static SourceSpan SpanOf(string part)
    {
        var offset = Source.IndexOf(part, StringComparison.Ordinal);
        var line = Source[..offset].Count(c => c == '\n') + 1;
        return new SourceSpan(line, offset - Source.LastIndexOf('\n', offset), offset, part.Length);
    }

    private static string Render(Diagnostic diagnostic, int width) =>
        string.Join('\n', DiagnosticText.Render(new CheckedFile("boot.yaml", Source, [diagnostic]), width).Select(line => line.ToString()));
}
