using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Schemas;

public sealed class SchemaTests
{
    [Theory]
    [InlineData("string", "string")]
    [InlineData("list<int>", "list<int>")]
    [InlineData("map<list<host>>", "map<list<host>>")]
    [InlineData("secret<string>", "secret<string>")]
    [InlineData("list< secret<sshPublicKey> >", "list<secret<sshPublicKey>>")]
    [InlineData("json", "any")]
    [InlineData("duration", "duration")]
    public void Parse_Type_IsReadAndShown(string text, string shown)
    {
        var (schema, problem) = SchemaText.Parse(text);

        Assert.Null(problem);
        Assert.Equal(shown, SchemaText.Display(schema!));
    }

    [Theory]
    [InlineData("strnig", "`strnig` is no type: expected ", "Did you mean `string`?")]
    [InlineData("list", "`list` needs the type of what is in it, such as `list<string>`", "")]
    [InlineData("list<int", "`list<int` lacks a closing `>`", "")]
    [InlineData("int>", "`int>` goes on behind the type, at `>`", "")]
    [InlineData("secret<list<string>>", "a secret is a text: write `list<secret<…>>`", "")]
    public void Parse_NoType_SaysWhy(string text, string start, string end)
    {
        var (schema, problem) = SchemaText.Parse(text);

        Assert.Null(schema);
        Assert.StartsWith(start, problem, StringComparison.Ordinal);
        Assert.EndsWith(end, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_ManyFaults_FindsAll()
    {
        var schema = Schema.Object(
            new("name", Schema.String with { MinLength = 2, Pattern = "[a-z]+" }, true, "n"),
            new("rules", Schema.ListOf(Schema.Object(new SchemaField("port", Schema.Int with { Min = 1, Max = 65535 }, true, "p"))), false, "r"),
            new("wait", Schema.Duration with { Max = 60 }, false, "w"),
            new("token", Schema.String with { Secret = true, Format = "sshPublicKey" }, false, "t"),
            new("gone", Schema.Bool, true, "g"));
        var value = Expression.Parse("{name: 'A', rules: [{port: 0}, {prot: 80}, 'x'], wait: '2m', token: 'plain', nmae: 1}").ConstantValue!;

        Assert.Equal(
            [
                "`inputs.name` must have at least 2 characters, not 1",
                "`inputs.name` must match `[a-z]+`, not `A`",
                "`inputs.rules[0].port` must be from 1 to 65535, not 0",
                "`inputs.rules[1].port` is required: a whole number",
                "`inputs.rules[1].prot` is not known: expected port. Did you mean `port`?",
                "`inputs.rules[2]` must be a map, not `x`",
                "`inputs.wait` must be at most 1m, not 2m",
                "`inputs.token` is no sshPublicKey",
                "`inputs.gone` is required: true or false",
                "`inputs.nmae` is not known: expected name, rules, wait, token, gone. Did you mean `name`?",
            ],
            SchemaChecker.Check(schema, value, "inputs").Select(fault => fault.ToString()));
    }

    [Fact]
    public void Check_Secret_OnlyWhereAccepted()
    {
        var secret = new SecretValue(Secret.FromPlainText("hunter2"));

        Assert.Empty(SchemaChecker.Check(Schema.String with { Secret = true }, secret, "a"));
        Assert.Empty(SchemaChecker.Check(Schema.MapOf(Schema.String with { Secret = true }), Value.Map(("x", secret)), "a"));
        Assert.Equal("`a` is a secret, which is not accepted here", Assert.Single(SchemaChecker.Check(Schema.String, secret, "a")).ToString());
        Assert.Equal("`a[0]` is a secret, which is not accepted here", Assert.Single(SchemaChecker.Check(Schema.Any, Value.List(secret), "a")).ToString());
    }

    [Theory]
    [InlineData("rpo", "repo")]
    [InlineData("HOSTKEY", "hostKey")]
    [InlineData("host-key", "hostKey")]
    [InlineData("hsot", "host")]
    [InlineData("zzz", null)]
    public void Nearest_Word_IsFound(string word, string? nearest) => Assert.Equal(nearest, Spelling.Nearest(word, ["host", "hostKey", "repo", "vlan"]));
}
