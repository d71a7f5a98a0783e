using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Expressions;

public sealed class CheckerTests
{
    internal static readonly CheckScope Scope = new()
    {
        Roots = new Dictionary<string, Schema?>
        {
            ["inputs"] = Schema.Object(
                Field("repo", Schema.String), Field("vlan", Schema.Int), Field("flag", Schema.Bool), Field("hosts", Schema.ListOf(Schema.String)), Field("nothing", Schema.Any),
                Field("labels", Schema.MapOf(Schema.String)), Field("password", Schema.String with { Secret = true }),
                Field("network", Schema.String with { Enum = [Value.Of("routed"), Value.Of("switchless")] })),
            ["secrets"] = Schema.Object(Field("token", Schema.String with { Secret = true })),
            ["steps"] = Schema.Object(Field("ports", Schema.Object(Field("outputs", Schema.Object(
                Field("added", Schema.ListOf(Schema.Object(Field("port", Schema.Int), Field("protocol", Schema.String))))))))),
            ["unknown"] = Schema.Any,
            ["item"] = null,
        },
        Declarations = new Dictionary<string, SourceSpan> { ["inputs.repo"] = new(11, 3, 200, 4) },
        Hint = path => path == "steps.later" ? "The step `later` runs after this one." : null,
    };

    public static TheoryData<string, string> Mistakes => CaseFile.Read("checks.cases");

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Check_Mistake_IsOneDiagnosticAtItsPlace(string text, string expected)
    {
        var diagnostics = new List<Diagnostic>();

        ExpressionChecker.Check(Expression.Parse(text), Scope, diagnostics);

        Assert.Equal(expected, Show(diagnostics));
    }

    [Theory]
    [InlineData("inputs.repo", "string")]
    [InlineData("inputs.vlan + 1", "int")]
    [InlineData("inputs.vlan / 2", "number")]
    [InlineData("'a' + inputs.vlan", "string")]
    [InlineData("inputs.flag && inputs.vlan > 1", "bool")]
    [InlineData("inputs.hosts.map(h => h.length)", "list<int>")]
    [InlineData("inputs.hosts.filter(h => h != 'a')[0]", "string")]
    [InlineData("steps.ports.outputs.added.map(a => a.port)", "list<int>")]
    [InlineData("steps.ports.outputs.added.find(a => a.port == 80).protocol", "string")]
    [InlineData("inputs.labels.anything", "string")]
    [InlineData("inputs.nothing.deep[0].thing", "any")]
    [InlineData("inputs.vlan ?? 0", "int")]
    [InlineData("inputs.network ?? 'x'", "string")]
    [InlineData("when(inputs.flag, 1, 'a')", "any")]
    [InlineData("`Bearer ${secrets.token}`", "secret<string>")]
    [InlineData("base64(secrets.token)", "secret<string>")]
    [InlineData("[secrets.token].map(t => t + 'x')[0]", "secret<string>")]
    [InlineData("json({a: secrets.token})", "secret<string>")]
    [InlineData("secrets.token != null", "bool")]
    [InlineData("{a: inputs.vlan}", "object {a}")]
    [InlineData("entries(inputs.labels).map(e => e.value)", "list<string>")]
    [InlineData("inputs.nothing.includes('a')", "any")]
    public void Check_Right_GivesType(string text, string type)
    {
        var diagnostics = new List<Diagnostic>();

        var schema = ExpressionChecker.Check(Expression.Parse(text), Scope, diagnostics);

        Assert.Equal("", Show(diagnostics));
        Assert.Equal(type, SchemaText.Display(schema));
    }

    public static TheoryData<string, string> Assignments => CaseFile.Read("assignments.cases");

    [Theory]
    [MemberData(nameof(Assignments))]
    public void CheckAssignable_ToRules_SaysWhatIsWrong(string text, string expected)
    {
        var input = Schema.Object(
            Field("name", Schema.String with { MinLength = 1 }) with { Required = true },
            Field("ports", Schema.ListOf(Schema.Int with { Min = 1, Max = 65535 })),
            Field("network", Schema.String with { Enum = [Value.Of("routed"), Value.Of("switchless")] }),
            Field("wait", Schema.Duration),
            Field("env", Schema.MapOf(Schema.String with { Secret = true })),
            Field("password", Schema.String with { Secret = true }),
            Field("free", Schema.Any));
        var expression = Expression.Parse(text);
        var diagnostics = new List<Diagnostic>();

        ExpressionChecker.CheckAssignable(input, ExpressionChecker.Check(expression, Scope, diagnostics), expression, "with", diagnostics);

        Assert.Equal(expected, diagnostics.Count == 0 ? "ok" : Show(diagnostics));
    }

    private static string Show(IEnumerable<Diagnostic> diagnostics) => string.Join(" | ", diagnostics.Select(d =>
        $"{d.Span.Offset}+{d.Span.Length} {d.Code} {d.Message}{(d.Help is null ? "" : $" ({d.Help})")}{string.Concat((d.Related ?? []).Select(r => $" [{r.Message} ({r.Span})]"))}{string.Concat((d.Fixes ?? []).Select(f => $" <{f.Span.Offset}+{f.Span.Length} {f.Title}>"))}"));

    private static SchemaField Field(string name, Schema schema) => new(name, schema, false, name);
}
