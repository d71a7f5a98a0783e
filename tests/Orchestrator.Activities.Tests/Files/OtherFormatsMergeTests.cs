using Orchestrator.Activities.Files;
using Orchestrator.Testing;

namespace Orchestrator.Activities.Tests.Files;

public class OtherFormatsMergeTests
{
    [Theory]
    [InlineData("{\n    \"a\": 1,\n    \"b\": {\"c\": 1.50}\n}\n", "{'b': {'d': 'é<'}}", "{\n    \"a\": 1,\n    \"b\": {\n        \"c\": 1.50,\n        \"d\": \"é<\"\n    }\n}\n")]
    [InlineData("{\"b\":1,\"a\":2}", "{'b': 3}", "{\"b\":3,\"a\":2}")]
    [InlineData("{\"b\" : 1}", "{'b': 1}", "{\"b\" : 1}")]
    [InlineData("{\n\t\"a\": 1,\n\t\"b\": 2\n}", "{'a': null}", "{\n\t\"b\": 2\n}")]
    [InlineData("", "{'a': {'b': [1, null]}}", "{\n  \"a\": {\n    \"b\": [\n      1,\n      null\n    ]\n  }\n}\n")]
    public void Json_Merge_KeepsOrderAndIndentation(string text, string values, string expected) => Assert.Equal(expected, Merge(FileMerge.FileFormat.Json, text, values));

    [Theory]
    [InlineData("{\n \"a\": 1,\n \"b\": }\n", 3)]
    [InlineData("{\"a\": 1\n", 2)]
    [InlineData("[1]", 1)]
    [InlineData("{\n// no comments\n}", 2)]
    [InlineData("{\"a\": 1, \"a\": 2}", 1)]
    public void Json_Broken_NamesTheLine(string text, int line) => Assert.Equal(line, Assert.Throws<MergeException>(() => Merge(FileMerge.FileFormat.Json, text, "{'a': 1}")).Line);

    [Theory]
    [InlineData("; top\nname = x\n[one]\nkey=old ; kept with it\nother = 1\n\n[two]\n", "{'one': {'other': 2}, 'name': 'y'}", "; top\nname = y\n[one]\nkey=old ; kept with it\nother = 2\n\n[two]\n")]
    [InlineData("[one]\na = 1\n\n[two]\nb = 2\n", "{'one': {'c': 'x'}}", "[one]\na = 1\nc = x\n\n[two]\nb = 2\n")]
    [InlineData("[One]\nA = 1\n", "{'one': {'a': 2}}", "[One]\nA = 2\n")]
    [InlineData("[one]\na = 1\n", "{'two': {'b': true}}", "[one]\na = 1\n\n[two]\nb = true\n")]
    [InlineData("[one]\na = 1\nb = 2", "{'one': {'a': null}}", "[one]\nb = 2")]
    [InlineData("", "{'two': {'b': 1}}", "[two]\nb = 1\n")]
    [InlineData("[one]\na =\n", "{'one': {'a': 'x'}}", "[one]\na =x\n")]
    public void Ini_Merge_KeepsOtherLines(string text, string values, string expected) => Assert.Equal(expected, Merge(FileMerge.FileFormat.Ini, text, values));

    [Theory]
    [InlineData("[one]\na = 1\njunk\n", 3)]
    [InlineData("[one\n", 1)]
    [InlineData("\n = 1\n", 2)]
    public void Ini_Broken_NamesTheLine(string text, int line) => Assert.Equal(line, Assert.Throws<MergeException>(() => Merge(FileMerge.FileFormat.Ini, text, "{}")).Line);

    [Fact]
    public void Ini_ListValue_IsAConflict() => Assert.True(Assert.Throws<MergeException>(() => Merge(FileMerge.FileFormat.Ini, "", "{'a': {'b': [1]}}")).IsConflict);

    [Theory]
    [InlineData("# head\na: 1 # one\nb:\n  c: x # see\n  d: [1, 2]\n\n# about e\ne: 5\n", "{'b': {'c': 'new'}}", "# head\na: 1 # one\nb:\n  c: new # see\n  d: [1, 2]\n\n# about e\ne: 5\n")]
    [InlineData("b:\n  c: x # see\n\n# about e\ne: 5\n", "{'b': {'k': {'m': [1, 'no']}}}", "b:\n  c: x # see\n  k:\n    m:\n      - 1\n      - \"no\"\n\n# about e\ne: 5\n")]
    [InlineData("a: 1\n", "{'z': 'x: y'}", "a: 1\nz: \"x: y\"\n")]
    [InlineData("a: {x: 1, z: 2}\nb: 1\n", "{'a': {'z': 3}}", "a: {x: 1, z: 3}\nb: 1\n")]
    [InlineData("a: |\n  text\n  more\n\nb: 1\n", "{'a': 'short'}", "a: short\n\nb: 1\n")]
    [InlineData("a: [1, 2] # l\nb: {c: {d: 1}} # m\n", "{'a': [3], 'b': {'c': {'e': 2}}}", "a: [3] # l\nb: {c: {d: 1, e: 2}} # m\n")]
    [InlineData("a: [1,\n  2]\nb: x\n", "{'a': [3]}", "a:\n  - 3\nb: x\n")]
    [InlineData("a: >-\n  last\n  text", "{'a': 'x', 'b': 1}", "a: x\nb: 1\n")]
    [InlineData("a:\n  - 1\n  - 2\n# c\nb: 1\n", "{'a': [3]}", "a:\n  - 3\n# c\nb: 1\n")]
    [InlineData("a: 1\nb: 'two' # t\nc: 3\n", "{'b': null}", "a: 1\nc: 3\n")]
    [InlineData("a:\nb: 2", "{'a': 'x', 'c': 3}", "a: x\nb: 2\nc: 3\n")]
    [InlineData("a: \"q\"\nb: 2\n", "{'a': 'q', 'b': 2}", "a: \"q\"\nb: 2\n")]
    [InlineData("", "{'a': {'b': 'yes'}}", "a:\n  b: \"yes\"\n")]
    [InlineData("list:\n  - name: x\n    v: 1\nmap:\n  k: 1\n", "{'map': {'k': 2}}", "list:\n  - name: x\n    v: 1\nmap:\n  k: 2\n")]
    public void Yaml_Merge_KeepsCommentsAndOrder(string text, string values, string expected) => Assert.Equal(expected, Merge(FileMerge.FileFormat.Yaml, text, values));

    [Theory]
    [InlineData("a: 1\nb: [1\nc: 2\n")]
    [InlineData("a: 1\n b: 2\n")]
    [InlineData("a: 1\na: 2\n")]
    [InlineData("- 1\n")]
    [InlineData("a: 1\n---\nb: 2\n")]
    public void Yaml_Broken_IsRefused(string text) => Assert.False(Assert.Throws<MergeException>(() => Merge(FileMerge.FileFormat.Yaml, text, "{'z': 1}")).IsConflict);

    [Fact]
    public void Yaml_MapAgainstValue_IsAConflict() => Assert.True(Assert.Throws<MergeException>(() => Merge(FileMerge.FileFormat.Yaml, "a:\n  b: 1\n", "{'a': 1}")).IsConflict);

    private static string Merge(FileMerge.FileFormat format, string text, string values) => FileMerge.Merge(format, text, ActivityContexts.Input(values));
}
