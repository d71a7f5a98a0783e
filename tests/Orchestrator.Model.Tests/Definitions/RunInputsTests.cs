using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Definitions;

public sealed class RunInputsTests
{
    private static readonly Definition Bootstrap = new()
    {
        Name = "bootstrap",
        Root = new ActivityNode { Id = "steps", Type = ActivityTypes.Flowchart },
        Inputs = Schema.Object(
            new("host", Schema.String with { Format = "host" }, true, "Address of the bare host."),
            new("network", Schema.String with { Enum = [Value.Of("routed"), Value.Of("switchless")] }, false, "Kind.", Value.Of("routed")),
            new("vlan", Schema.Int with { Min = 1, Max = 4094 }, false, "VLAN."),
            new("ports", Schema.ListOf(Schema.Int), false, "Ports.", Value.List(Value.Of(80))),
            new("labels", Schema.MapOf(Schema.String), false, "Labels."),
            new("dry", Schema.Bool, false, "Dry."),
            new("password", Schema.String with { Secret = true }, false, "Password.")),
        InputSpans = new Dictionary<string, SourceSpan> { ["host"] = new(5, 3, 40, 4), ["vlan"] = new(7, 3, 90, 4) },
        Vars = [new("url", Expression.Parse("`https://${inputs.host}`")), new("first", Expression.Parse("inputs.ports[0]"))],
        Checks =
        [
            new(Expression.Parse("inputs.network == 'routed' || inputs.vlan != null"), "A switchless network needs `vlan`.", new SourceSpan(12, 5, 200, 10)),
            new(Expression.Parse("vars.first > 0"), "The first port must be positive.", new SourceSpan(14, 5, 260, 10)),
        ],
    };

    [Fact]
    public void Bind_Right_AppliesDefaultsAndComputesVars()
    {
        var bound = Bind(Value.Map(("host", Value.Of("n1"))));

        Assert.Empty(bound.Diagnostics);
        Assert.Equal(Value.Of("routed"), bound.Inputs.Get("network"));
        Assert.Equal(Value.Null, bound.Inputs.Get("vlan"));
        Assert.Equal(Value.Map(("url", Value.Of("https://n1")), ("first", Value.Of(80))), bound.Vars);
    }

    [Fact]
    public void Bind_FromText_ReadsByDeclaredType()
    {
        var bound = Bind(
            Value.Map(
                ("host", Value.Of("n1")), ("vlan", Value.Of("42")), ("ports", Value.Of("80, 443")), ("labels", Value.Of("{\"a\": \"b\"}")), ("dry", Value.Of("true"))),
            fromText: true);

        Assert.Empty(bound.Diagnostics);
        Assert.Equal(Value.Of(42), bound.Inputs.Get("vlan"));
        Assert.Equal(Value.List(Value.Of(80), Value.Of(443)), bound.Inputs.Get("ports"));
        Assert.Equal(Value.Map(("a", Value.Of("b"))), bound.Inputs.Get("labels"));
        Assert.Equal(Value.Of(true), bound.Inputs.Get("dry"));
    }

    [Fact]
    public void Bind_TextInJson_IsNotReadAsNumber() =>
        Assert.Equal("7:3 BP4503 Input `vlan` must be a whole number, not `42`: write it without quotes.", Show(Bind(Value.Map(("host", Value.Of("n1")), ("vlan", Value.Of("42"))))));

    [Fact]
    public void Bind_ManyFaults_FindsAllAtOnce()
    {
        var bound = Bind(
            Value.Map(
                ("network", Value.Of("foo")), ("vlan", Value.Of("abc")), ("prots", Value.Of("1")), ("ports", Value.Of("0"))),
            fromText: true);

        Assert.Equal(
            """
            5:3 BP4501 Input `host` is missing: expected a text of the form host.
            0:0 BP4503 Input `network` must be one of routed, switchless, not `foo`.
            7:3 BP4503 Input `vlan` must be a whole number, not `abc`.
            0:0 BP4502 There is no input `prots`: expected host, network, vlan, ports, labels, dry, password. Did you mean `ports`?
            14:5 BP4504 The first port must be positive.
            """,
            Show(bound));
    }

    [Fact]
    public void Bind_CheckOverRightInputs_Fails() =>
        Assert.Equal("12:5 BP4504 A switchless network needs `vlan`.", Show(Bind(Value.Map(("host", Value.Of("n1")), ("network", Value.Of("switchless"))))));

    [Fact]
    public void Bind_VariableThatFails_IsSaidOnceAndItsChecksSkipped() =>
        Assert.Equal(
            "0:0 BP4506 Variable `first` cannot be evaluated: `inputs.ports` is null, so it has no `[0]`: use `?.[…]` where null is expected.",
            Show(RunInputs.Bind(
                Bootstrap with { Inputs = Schema.Object(Bootstrap.Inputs.Fields.Select(field => field with { Default = field.Name == "ports" ? null : field.Default })), Vars = [new("first", Expression.Parse("inputs.ports[0]").At(default))] },
                Value.Map(("host", Value.Of("n1"))), default, () => "u")));

    [Fact]
    public void Bind_SecretInput_BecomesSecret()
    {
        var bound = Bind(Value.Map(("host", Value.Of("n1")), ("password", Value.Of("hunter2"))));

        Assert.Equal("hunter2", Assert.IsType<SecretValue>(bound.Inputs.Get("password")).Secret.Reveal());
        Assert.DoesNotContain("hunter2", bound.Inputs.ToString(), StringComparison.Ordinal);
    }

    private static BoundInputs Bind(MapValue given, bool fromText = false) => RunInputs.Bind(Bootstrap, given, default, () => "u", fromText);

    private static string Show(BoundInputs bound) => string.Join('\n', bound.Diagnostics.Select(d => $"{d.Span} {d.Code} {d.Message}"));
}
