using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Expressions;

public sealed class ParserTests
{
    public static TheoryData<string, string> Mistakes => CaseFile.Read("syntax.cases");

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Parse_Mistake_IsOneDiagnosticAtItsPlace(string text, string expected)
    {
        var diagnostics = new List<Diagnostic>();

        var parsed = ExpressionParser.Parse(text, Span, diagnostics);

        Assert.Equal(expected, string.Join(" | ", diagnostics.Select(d => $"{d.Span.Offset}+{d.Span.Length} {d.Code} {d.Message}{(d.Help is null ? "" : $" ({d.Help})")}")));
        Assert.Null(parsed);
    }

    [Theory]
    [InlineData("inputs.a", "inputs.a")]
    [InlineData(" ( ( a ) ) ", "a")]
    [InlineData("a==b", "a === b")]
    [InlineData("(a+b)*c - -d", "(a + b) * c - -d")]
    [InlineData("a-(b-c)", "a - (b - c)")]
    [InlineData("!(a&&b)", "!(a && b)")]
    [InlineData("(a ?? b) ?? c", "a ?? b ?? c")]
    [InlineData("a ?? (b || c)", "a ?? (b || c)")]
    [InlineData("a?.b?.[c]?.d(e)", "a?.b?.[c]?.d(e)")]
    [InlineData("x.map((a,b)=>({a:b}))", "x.map((a, b) => ({a: b}))")]
    [InlineData("x.map(a=>a.b)", "x.map(a => a.b)")]
    [InlineData("\"it's\"", "'it\\'s'")]
    [InlineData("`a${b}\\`c`", "`a${b}\\`c`")]
    [InlineData("(1).toFixed(2)", "(1).toFixed(2)")]
    [InlineData("{'a b': x, c: [x, 1.50]}", "{'a b': x, c: [x, 1.5]}")]
    public void Print_Parsed_IsCanonicalSource(string text, string printed) => Assert.Equal(printed, Expression.Parse(text).ToString());

    [Theory]
    [InlineData("[1, {a: 'x'}]")]
    [InlineData("`a`")]
    [InlineData("`a${1}${'b'}`")]
    [InlineData("-3")]
    public void Parse_WithoutNames_IsConstant(string text) => Assert.True(Expression.Parse(text).IsConstant);

    [Fact]
    public void Parse_Nodes_HaveTheirPlaces()
    {
        var parsed = Expression.Parse("  foo.bar + [ `x${ baz }` ]");

        Assert.Equal(
            ["2+25 foo.bar + [`x${baz}`]", "2+7 foo.bar", "2+3 foo", "12+15 [`x${baz}`]", "14+11 `x${baz}`", "15+1 'x'", "19+3 baz"],
            parsed.Root.Descendants().Select(node => $"{node.Span.Offset}+{node.Span.Length} {node}"));
    }

    [Fact]
    public void Parse_TooDeep_IsRefusedNotOverflowed()
    {
        var diagnostics = new List<Diagnostic>();

        Assert.Null(ExpressionParser.Parse(new string('(', 20_000) + "1" + new string(')', 20_000), Span, diagnostics));
        Assert.Equal("BP3008", Assert.Single(diagnostics).Code);
    }

    [Theory]
    [InlineData("a.b.c + a['d'].e[0].f", "a.b.c, a.d.e")]
    [InlineData("steps.x.outputs.list.map(i => i.name + inputs.p)", "steps.x.outputs.list, inputs.p")]
    [InlineData("a[b.c].d", "a, b.c")]
    [InlineData("now() + 1", "")]
    public void References_AreThePathsRead(string text, string expected) =>
        Assert.Equal(expected, string.Join(", ", Expression.Parse(text).References().Select(path => string.Join('.', path))));

    [Fact]
    public void Template_FoldsTextAndKeepsTheRest()
    {
        var name = Expression.Parse("inputs.name");

        Assert.Equal("`a1-${inputs.name}.`", Expression.Template([Expression.Constant(Value.Of("a")), Expression.Constant(Value.Of(1)), Expression.Constant(Value.Of("-")), name, Expression.Constant(Value.Of("."))]).ToString());
        Assert.Equal(Value.Of("ab"), Expression.Template([Expression.Constant(Value.Of("a")), Expression.Constant(Value.Of("b"))]).ConstantValue);
        Assert.False(Expression.Template([Expression.Constant(Value.Null)]).IsConstant);
    }

    [Fact]
    public void Parse_BadText_ThrowsFormatException() => Assert.Throws<FormatException>(() => Expression.Parse("1 +"));

    private static SourceSpan Span(int offset, int length) => new(1, offset + 1, offset, length);
}
