using Orchestrator.Blueprints.Tests.Catalog;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Tests;

public sealed class CompilerTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private static string Bootstrap => File.ReadAllText(Path.Combine(BaselineTests.Folder, "Bootstrap", "main.yaml"));

    [Fact]
    public void Compile_TheSameTextTwice_GivesTheSameBytes()
    {
        var first = new BlueprintCompiler(TestCatalog.Instance).Compile("/here/main.yaml", Bootstrap).Definition!;
        var second = new BlueprintCompiler(TestCatalog.Instance).Compile("/elsewhere/main.yaml", Bootstrap).Definition!;
        Assert.Equal(DefinitionJson.Write(first), DefinitionJson.Write(second));
        Assert.Equal(first.Hash, second.Hash);
        Assert.Equal(64, first.Hash.Length);
    }

    [Fact]
    public void Compile_Definition_SurvivesItsJson()
    {
        var definition = Compilation.Compile(Bootstrap).Definition!;
        var bytes = DefinitionJson.Write(definition);
        Assert.Equal(bytes, DefinitionJson.Write(DefinitionJson.Read(bytes)));
    }

    [Fact]
    public void Compile_Definition_KeepsItsSource()
    {
        var definition = Compilation.Compile(Bootstrap).Definition!;
        Assert.Equal(new BlueprintSource("main.yaml", Bootstrap), definition.Source);
        Assert.Equal("7:3", definition.InputSpans["host"].ToString());
    }

    [Fact]
    public void Compile_MoreMistakesThanShown_KeepsTheErrors()
    {
        var steps = string.Concat(Enumerable.Range(0, 300).Select(i => $"  - id: s{i}\n    run: echo\n    bogus{i}: 1\n"));
        var result = Compilation.Compile("blueprint: test\nvars: {unused: 1}\nsteps:\n" + steps);
        Assert.Equal(BlueprintCompiler.MaxDiagnostics, result.Diagnostics.Count);
        Assert.All(result.Diagnostics, diagnostic => Assert.Equal(Severity.Error, diagnostic.Severity));
    }

    [Fact]
    public void Compile_TwoThousandLines_IsMeasured()
    {
        var step = "  - id: step{0}\n    uses: notify.send\n    with:\n      channel: ops\n      text: Step ${{{{ run.id }}}} after ${{{{ steps.step{1}.status }}}}\n    timeout: {{attempt: 30s}}\n    retry: 3\n";
        var text = "blueprint: large\nsteps:\n  - id: step0\n    run: echo\n" + string.Concat(Enumerable.Range(1, 285).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, step, i, i - 1)));
        Assert.InRange(text.Count(c => c == '\n'), 1990, 2010);
        for (var i = 0; i < 5; i++) Assert.NotNull(Compilation.Compile(text).Definition);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 10; i++) Compilation.Compile(text);
        output.WriteLine($"2,000 lines: {watch.Elapsed.TotalMilliseconds / 10:F1} ms");
    }

    [Fact]
    public void Compile_Symbols_ListDeclarationsInOrder()
    {
        var symbols = Compilation.Compile("blueprint: test\ninputs: {a: {type: string}}\nvars: {b: 1}\nsteps:\n  - id: c\n    run: echo\n    bogus: 1\n").Symbols;
        Assert.Equal(["input a 2:10", "var b 3:8", "step c 5:9"], symbols.Select(symbol => $"{symbol.Kind} {symbol.Name} {symbol.Span}"));
    }

    [Fact]
    public void Suppression_OfAWarningWithAReason_RemovesIt()
    {
        const string text = "blueprint: test\nvars:\n  unused: 1 # bp:disable=BP2401 kept for the next step\nsteps:\n  - id: a\n    run: echo\n";
        Assert.Empty(Compilation.Codes(text));
        Assert.Equal(["BP1016", "BP2401"], Compilation.Codes(text.Replace(" kept for the next step", "", StringComparison.Ordinal)).Order());
        Assert.Equal(["BP2401"], Compilation.Codes(text.Replace(" # bp", " # 'bp", StringComparison.Ordinal)));
    }

    [Fact]
    public void Suppression_OfAnError_IsRefused()
    {
        const string text = "blueprint: test\nsteps:\n  - id: a\n    # bp:disable=BP2001 I know\n    rum: echo\n";
        Assert.Equal(["BP1016", "BP2001"], Compilation.Codes(text));
    }
}
