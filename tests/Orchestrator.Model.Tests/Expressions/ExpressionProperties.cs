using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Expressions;

public sealed class ExpressionProperties
{
    private static readonly string[] Fragments =
        ["a", "inputs", ".", "?.", "[", "]", "(", ")", "{", "}", ",", ":", "=>", "`", "${", "'", "\"", "\\", "1", "-", "+", "&&", "??", "?", "=", "==", "in", " ", "map", "x", "0x", "1e", "\n", "é", "#"];

    [Fact]
    public void Print_Parse_GivesTheSameTree() => Check(
        Prop.ForAll(Trees.Arbitrary(), tree => Assert.Equal(tree, Expression.Parse(tree.ToString()).Root)), 2_000);

    [Fact]
    public void Evaluate_AnyTree_GivesValueOrFailure() => Check(
        Prop.ForAll(Trees.Arbitrary(), tree =>
        {
            try
            {
                Assert.NotNull(Expression.Parse(tree.ToString()).Evaluate(CaseContext.Create()));
            }
            catch (FailureException failed)
            {
                Assert.StartsWith("expression.", failed.Failure.Code, StringComparison.Ordinal);
                Assert.DoesNotContain("hunter2", failed.Failure.ToString() + failed.Failure.Details, StringComparison.Ordinal);
            }
        }), 2_000);

    [Fact]
    public void Evaluate_JsonWithHalfASurrogatePair_IsAFailureOfTheExpression() =>
        Assert.StartsWith("expression.", Assert.Throws<FailureException>(() => Expression.Parse("parseJson('\\ud800')").Evaluate(CaseContext.Create())).Failure.Code, StringComparison.Ordinal);

    [Fact]
    public void Check_AnyTree_EndsWithSpansInsideTheText() => Check(
        Prop.ForAll(Trees.Arbitrary(), tree =>
        {
            var text = tree.ToString();
            var diagnostics = new List<Diagnostic>();
            ExpressionChecker.Check(Expression.Parse(text), CheckerTests.Scope, diagnostics);
            Assert.All(diagnostics, diagnostic => Assert.InRange(diagnostic.Span.End, 1, text.Length));
        }), 1_000);

    [Fact]
    public void Parse_AnyText_GivesTreeOrDiagnostics()
    {
        var text = Gen.Elements(Fragments).ListOf().Select(parts => string.Concat(parts));
        Check(
            Prop.ForAll(text.ToArbitrary(), source =>
            {
                var diagnostics = new List<Diagnostic>();
                var parsed = ExpressionParser.Parse(source, (offset, length) => new SourceSpan(1, offset + 1, offset, length), diagnostics);
                Assert.Equal(parsed is null, diagnostics.Count > 0);
                Assert.All(diagnostics, diagnostic => Assert.InRange(diagnostic.Span.Offset, 0, source.Length));
                Assert.All(diagnostics, diagnostic => Assert.InRange(diagnostic.Span.End, 0, source.Length));
            }), 5_000);
    }

    private static void Check(Property property, int runs) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(runs), property);
}
