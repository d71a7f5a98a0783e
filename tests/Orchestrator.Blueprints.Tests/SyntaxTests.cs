using System.Text;
using Orchestrator.Blueprints.Tests.Catalog;

namespace Orchestrator.Blueprints.Tests;

public sealed class SyntaxTests
{
    private const string Valid = "blueprint: test\nsteps:\n  - id: hello\n    run: echo hello\n";

    [Fact]
    public void Compile_MoreThanAMegabyte_IsRefused()
    {
        Assert.Equal(["BP1011"], Compilation.Codes(Valid + "# " + new string('x', BlueprintCompiler.MaxBytes)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# only a comment\n")]
    public void Compile_NothingInIt_SaysSo(string text) => Assert.Equal(["BP1012"], Compilation.Codes(text));

    [Fact]
    public void Compile_BytesThatAreNoUtf8_PointsAtThem()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes("blueprint: test\ndescription: ü"), 0xFF, (byte)'\n'];
        var diagnostic = Assert.Single(new BlueprintCompiler(TestCatalog.Instance).Compile("main.yaml", bytes).Diagnostics);
        Assert.Equal("BP1013", diagnostic.Code);
        Assert.Equal((2, 15), (diagnostic.Span.Line, diagnostic.Span.Column));
    }

    [Fact]
    public void Compile_ByteOrderMark_IsSkipped()
    {
        byte[] bytes = [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Valid)];
        Assert.NotNull(new BlueprintCompiler(TestCatalog.Instance).Compile("main.yaml", bytes).Definition);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Compile_OtherLineBreaks_GivesTheSamePlaces(string lineBreak)
    {
        const string text = "blueprint: test\nsteps:\n  - id: hello\n    run: |\n      a\n      b\n    bogus: 1\n";
        var expected = Assert.Single(Compilation.Compile(text).Diagnostics);
        var actual = Assert.Single(Compilation.Compile(text.Replace("\n", lineBreak, StringComparison.Ordinal)).Diagnostics);
        Assert.Equal((expected.Code, expected.Span.Line, expected.Span.Column), (actual.Code, actual.Span.Line, actual.Span.Column));
    }

    [Fact]
    public void Compile_SeveralExpressionsWithoutQuotes_ReportsAllAndTheRest()
    {
        const string text = "blueprint: test\nsteps:\n  - {id: a, uses: notify.send, with: {channel: ops, text: ${{ run.id }}}}\n  - {id: b, uses: notify.send, with: {channel: ${{ run.id }}, text: x, bogus: 1}}\n";
        Assert.Equal(["BP1006", "BP1006", "BP2004"], Compilation.Codes(text));
    }

    [Fact]
    public void Compile_LineInTheFirstColumnThatIsNoKey_IsPointedAt()
    {
        const string text = "blueprint: test\nsteps:\n  - id: a\n    uses: process.ensure\n    with:\n      name:\n        - one\nsecond\n        - three\n  - id: b\n    run: echo\n";
        var diagnostic = Assert.Single(Compilation.Compile(text).Diagnostics);
        Assert.Equal(("BP1001", 8, 1), (diagnostic.Code, diagnostic.Span.Line, diagnostic.Span.Column));
    }

    [Fact]
    public void Compile_BracesOfATemplateInATemplate_AreNoForgottenDollar()
    {
        const string text = "blueprint: test\nsteps:\n  - id: a\n    uses: notify.send\n    with: {channel: ops, text: '@{{ vars.a }} and \\{{ vars.b }}'}\n";
        Assert.Empty(Compilation.Codes(text));
        Assert.Equal(["BP1007"], Compilation.Codes(text.Replace("@", "", StringComparison.Ordinal)));
    }
}
