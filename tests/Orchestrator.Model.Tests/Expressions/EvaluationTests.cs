using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Expressions;

public sealed class EvaluationTests
{
    public static TheoryData<string, string> Values => CaseFile.Read("evaluation.cases");

    public static TheoryData<string, string> Failing => CaseFile.Read("failures.cases");

    public static TheoryData<string> Examples => [.. ExpressionFunctions.All.Select(function => function.Example).Where(example => example.Length > 0)];

    [Theory]
    [MemberData(nameof(Values))]
    public void Evaluate_Case_GivesValue(string expression, string expected) =>
        Assert.Equal(Run(expected), Run(expression));

    [Theory]
    [MemberData(nameof(Failing))]
    public void Evaluate_Impossible_FailsWithCodeAndMessage(string expression, string expected)
    {
        var failure = Assert.Throws<FailureException>(() => Run(expression)).Failure;

        Assert.Equal(expected, failure.ToString());
        Assert.Equal(FailureKind.Permanent, failure.Kind);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Function_Example_IsTrue(string example)
    {
        var arrow = example.LastIndexOf(" => ", StringComparison.Ordinal);

        Assert.Equal(Run(example[(arrow + 4)..]), Run(example[..arrow]));
    }

    [Theory]
    [InlineData("`Bearer ${secrets.token}`", "Bearer hunter2")]
    [InlineData("'x' + secrets.token", "xhunter2")]
    [InlineData("base64(secrets.token)", "aHVudGVyMg==")]
    [InlineData("json({t: secrets.token, n: 1})", "{\"t\":\"hunter2\",\"n\":1}")]
    [InlineData("[secrets.token, 'b'].join(',')", "hunter2,b")]
    [InlineData("secrets.token.trim().toUpperCase()", "HUNTER2")]
    [InlineData("[secrets.token].map(t => t + '!')[0]", "hunter2!")]
    [InlineData("when(secrets.token != null, secrets.token, '')", "hunter2")]
    [InlineData("secrets.token ?? 'none'", "hunter2")]
    public void Evaluate_TextFromSecret_IsSecretUntilRevealed(string expression, string plain)
    {
        var secret = Assert.IsType<SecretValue>(Run(expression));

        Assert.Equal(plain, secret.Secret.Reveal());
        Assert.DoesNotContain("hunter2", secret.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_TextFromSecret_LooksUpNothingBeforeReveal()
    {
        var looked = 0;
        var context = new EvaluationContext
        {
            Root = _ => new SecretValue(new Secret("env:T", () => $"{++looked}", DateTimeOffset.UnixEpoch)), Now = default, NewUuid = () => "",
        };

        var secret = (SecretValue)Expression.Parse("`a${sha256(t)}${t}`").Evaluate(context);

        Assert.Equal(0, looked);
        Assert.Equal(DateTimeOffset.UnixEpoch, secret.Secret.ExpiresAt);
        Assert.Equal(Secret.Derived, secret.Secret.Reference);
    }

    [Fact]
    public void Evaluate_FailureOnSecret_DoesNotQuoteIt()
    {
        var secret = (SecretValue)Run("base64Decode(secrets.token)");

        var failure = Assert.Throws<FailureException>(() => secret.Secret.Reveal()).Failure;

        Assert.Equal("expression.argument: `base64Decode` failed on a secret", failure.ToString());
    }

    [Fact]
    public void Evaluate_Failure_CarriesExpressionPlaceAndValues()
    {
        var details = Assert.Throws<FailureException>(() => Run("[1].map(x => x + inputs.vlan.length)")).Failure.Details!;

        Assert.Equal("inputs.vlan.length", details.Get("expression")?.AsString());
        Assert.Equal("1:18", details.Get("at")?.AsString());
        Assert.Equal("42", details.Get("values")?.Get("inputs.vlan")?.AsString());
    }

    [Fact]
    public void Evaluate_WithMemberLookup_DoesNotBuildTheRoot()
    {
        var context = new EvaluationContext
        {
            Root = name => throw new InvalidOperationException(name),
            Member = (root, name) => root == "steps" && name == "a" ? Value.Map(("outputs", Value.Of(7))) : null,
            Now = default,
            NewUuid = () => "",
        };

        Assert.Equal(Value.Of(7), Expression.Parse("steps.a.outputs").Evaluate(context));
    }

    [Fact]
    public void Evaluate_ParameterNamedLikeRoot_WinsOverMemberLookup()
    {
        var context = new EvaluationContext { Root = _ => null, Member = (_, _) => Value.Of("root"), Now = default, NewUuid = () => "" };

        Assert.Equal(Value.Of("item"), Expression.Parse("[{a: 'item'}].map(steps => steps.a)[0]").Evaluate(context));
    }

    private static Value Run(string expression) => Expression.Parse(expression).Evaluate(CaseContext.Create());
}
