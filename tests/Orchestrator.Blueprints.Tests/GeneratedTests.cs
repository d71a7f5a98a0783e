using System.Text.Json;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Reference;
using Orchestrator.Blueprints.Schemas;
using Orchestrator.Blueprints.Tests.Catalog;

namespace Orchestrator.Blueprints.Tests;

/// <summary>What is made from the grammar and the catalog: the JSON Schema and the reference pages.</summary>
public sealed class GeneratedTests
{
    [Fact]
    public void JsonSchema_OfTheLanguage_HasEveryKeyAndResolvesEveryReference()
    {
        using var schema = JsonDocument.Parse(JsonSchemaWriter.Write(TestCatalog.Instance));
        var definitions = schema.RootElement.GetProperty("$defs");
        foreach (var construct in BlueprintGrammar.All)
            foreach (var key in construct.Keys)
                Assert.True(definitions.GetProperty(construct.Name).GetProperty("properties").TryGetProperty(key.Name, out _), $"{construct.Name}.{key.Name}");
        foreach (var reference in References(schema.RootElement))
            Assert.True(definitions.TryGetProperty(reference["#/$defs/".Length..], out _), reference);
    }

    [Fact]
    public void JsonSchema_WrittenTwice_IsTheSame() => Assert.Equal(JsonSchemaWriter.Write(TestCatalog.Instance), JsonSchemaWriter.Write(TestCatalog.Instance));

    [Fact]
    public void JsonSchema_OfAnActivity_DescribesItsInputs()
    {
        using var schema = JsonDocument.Parse(JsonSchemaWriter.Write(TestCatalog.Instance));
        var notify = schema.RootElement.GetProperty("$defs").GetProperty("notify.send@1");
        Assert.Equal(["channel", "text"], notify.GetProperty("required").EnumerateArray().Select(name => name.GetString()!));
        var priority = notify.GetProperty("properties").GetProperty("priority");
        Assert.Equal(3, priority.GetProperty("default").GetInt32());
        Assert.Equal(5, priority.GetProperty("anyOf")[0].GetProperty("maximum").GetInt32());
    }

    [Fact]
    public void ReferencePage_OfEveryActivity_NamesItsFields()
    {
        foreach (var activity in TestCatalog.Instance.All)
        {
            var page = ReferencePages.OfActivity(activity);
            Assert.Contains(activity.Summary, page, StringComparison.Ordinal);
            foreach (var field in activity.Input.Fields.Concat(activity.Output.Fields)) Assert.Contains($"| `{field.Name}` |", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ReferencePage_OfTheLanguage_NamesEveryKey()
    {
        var page = ReferencePages.OfLanguage();
        foreach (var key in BlueprintGrammar.All.SelectMany(construct => construct.Keys)) Assert.Contains($"| `{key.Name}` |", page, StringComparison.Ordinal);
        Assert.Contains("`firewall.open@1`", ReferencePages.OfCatalog(TestCatalog.Instance), StringComparison.Ordinal);
    }

    [Fact]
    public void Grammar_Descriptions_AreSentences()
    {
        foreach (var construct in BlueprintGrammar.All)
            Assert.All(construct.Keys, key => Assert.True(key.Description.EndsWith('.'), $"{construct.Name}.{key.Name}: {key.Description}"));
    }

    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(entry =>
            entry.Name == "$ref" && entry.Value.ValueKind == JsonValueKind.String ? [entry.Value.GetString()!] : References(entry.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
