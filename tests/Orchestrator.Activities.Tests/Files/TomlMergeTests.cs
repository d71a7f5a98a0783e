using Orchestrator.Activities.Files;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.Activities.Tests.Files;

public class TomlMergeTests
{
    private const string Jumpscale = """
        # jumpscale9.toml, written by hand
        title = 'x'   # the title

        [ays]
        production = false # comment stays
        "odd key" = 1_000
        # last comment of ays

        [ays.oauth]
        organization = "old"

        [[node]]
        name = "a"
        [[node]]
        name = "b"

        [logging]
        levels = [ "a",
          "b", # why b
        ]
        point = { x = 1, y = 0x10 }

        """;

    [Fact]
    public void Merge_ChangesOneValue_KeepsEveryOtherByte() =>
        Assert.Equal(
            Jumpscale.Replace("production = false", "production = true"),
            Merge(Jumpscale, "{'ays': {'production': true}}"));

    [Fact]
    public void Merge_NewKeys_GoToTheEndOfTheirTable() =>
        Assert.Equal(
            Jumpscale.Replace("organization = \"old\"\n", "organization = \"new\"\njwt_key = \"a\\\"b\\n\"\n"),
            Merge(Jumpscale, "{'ays': {'oauth': {'organization': 'new', 'jwt_key': 'a\\\"b\\n'}}}"));

    [Fact]
    public void Merge_NewRootKeyAndTable_RootKeyStaysAboveTheTables() =>
        Assert.Equal(
            Jumpscale.Replace("# the title\n", "# the title\nnumber = 1.5\n") + "\n[new]\nok = true\n\n[new.deep]\nlist = [1, \"two\", { a = 3 }]\n",
            Merge(Jumpscale, "{'number': 1.5, 'new': {'ok': true, 'deep': {'list': [1, 'two', {'a': 3}]}}}"));

    [Fact]
    public void Merge_InlineTableAndMultilineArray_AreReplacedInPlace() =>
        Assert.Equal(
            Jumpscale.Replace("{ x = 1, y = 0x10 }", "{ x = 1, y = 17, z = 2 }").Replace("[ \"a\",\n  \"b\", # why b\n]", "[\"a\"]"),
            Merge(Jumpscale, "{'logging': {'levels': ['a'], 'point': {'y': 17, 'z': 2}}}"));

    [Fact]
    public void Merge_Null_RemovesTheLine() =>
        Assert.Equal(Jumpscale.Replace("\"odd key\" = 1_000\n", ""), Merge(Jumpscale, "{'ays': {'odd key': null, 'missing': null}}"));

    [Fact]
    public void Merge_SameValuesInOtherNotation_ChangesNothing() =>
        Assert.Equal(Jumpscale, Merge(Jumpscale, "{'title': 'x', 'ays': {'odd key': 1000}, 'logging': {'levels': ['a', 'b'], 'point': {'y': 16}}, 'node': [{'name': 'a'}, {'name': 'b'}]}"));

    [Theory]
    [InlineData("", "{'a': 1}", "a = 1\n")]
    [InlineData("", "{'a': {'b': 1}}", "[a]\nb = 1\n")]
    [InlineData("# head\n\n# about t\n[t]\nx = 1", "{'a': 1}", "# head\n\na = 1\n\n# about t\n[t]\nx = 1")]
    [InlineData("[t]\nx = 1", "{'t': {'y': 2}}", "[t]\nx = 1\ny = 2\n")]
    [InlineData("[t]\r\nx = 1\r\n", "{'t': {'y': 2}}", "[t]\r\nx = 1\r\ny = 2\r\n")]
    [InlineData("a.b.c = 1\nz = 1\n", "{'a': {'b': {'d': 2}}}", "a.b.c = 1\na.b.d = 2\nz = 1\n")]
    [InlineData("[t]\na.b = 1\n", "{'t': {'a': {'c': {'d': 2}}}}", "[t]\na.b = 1\na.c = { d = 2 }\n")]
    [InlineData("[a.b]\nx = 1\n", "{'a': {'y': 2}}", "[a.b]\nx = 1\n\n[a]\ny = 2\n")]
    [InlineData("d = 1979-05-27 07:32:00Z\n", "{'e': true}", "d = 1979-05-27 07:32:00Z\ne = true\n")]
    [InlineData("s = \"\"\"\na\\\n   b\"\"\"\n", "{'s': 'ab'}", "s = \"\"\"\na\\\n   b\"\"\"\n")]
    public void Merge_Forms_AreKept(string text, string values, string expected) => Assert.Equal(expected, Merge(text, values));

    [Theory]
    [InlineData("a = 1\nb = \n", 2, "value")]
    [InlineData("a = 1\n[t\nb = 1\n", 2, "`]`")]
    [InlineData("a = 1\na = 2\n", 2, "defined twice")]
    [InlineData("[t]\n[t]\n", 2, "defined twice")]
    [InlineData("a = 1\n[a.b]\n", 2, "not a table")]
    [InlineData("a = 'x\n", 1, "not closed")]
    [InlineData("a = \"\\q\"\n", 1, "escape")]
    [InlineData("\na = yes\n", 2, "strings need quotes")]
    [InlineData("a = 1 b = 2\n", 1, "unexpected")]
    [InlineData("a = 012\n", 1, "no value")]
    [InlineData("a = [1, 2\n", 2, "`]`")]
    [InlineData("a = { x = 1\n}\n", 1, "`}`")]
    [InlineData("a = \"\"\"x\n\n", 1, "not closed")]
    [InlineData("= 1\n", 1, "key")]
    [InlineData("t = {a = 1}\nt.b = 2\n", 2, "cannot be extended")]
    [InlineData("[[t]]\n[t]\n", 2, "defined twice")]
    public void Parse_BrokenText_NamesTheLine(string text, int line, string problem)
    {
        var failure = Assert.Throws<MergeException>(() => TomlParser.Parse(text));
        Assert.Equal(line, failure.Line);
        Assert.Contains(problem, failure.Problem);
        Assert.False(failure.IsConflict);
    }

    [Theory]
    [InlineData("a = 1\n", "{'a': {'b': 1}}")]
    [InlineData("[a]\n", "{'a': 1}")]
    [InlineData("[a]\n", "{'a': null}")]
    [InlineData("[[a]]\nb = 1\n", "{'a': [1]}")]
    public void Merge_TableAgainstValue_IsAConflict(string text, string values) =>
        Assert.True(Assert.Throws<MergeException>(() => Merge(text, values)).IsConflict);

    [Fact]
    public void Parse_AnyPrefixOrOneCharacterEdit_GivesAValueOrALine()
    {
        for (var at = 0; at < Jumpscale.Length; at++)
        {
            foreach (var edited in new[] { Jumpscale[..at], Jumpscale.Remove(at, 1), Jumpscale.Insert(at, "]"), Jumpscale.Insert(at, "\""), Jumpscale.Insert(at, "\n") })
            {
                try
                {
                    TomlParser.Parse(edited).ToValue();
                }
                catch (MergeException problem)
                {
                    Assert.InRange(problem.Line, 1, edited.Count(c => c == '\n') + 1);
                }
            }
        }
    }

    private static string Merge(string text, string values) => FileMerge.Merge(FileMerge.FileFormat.Toml, text, ActivityContexts.Input(values));
}
