using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Activities;
using Orchestrator.Blueprints;
using Orchestrator.Engine;
using Orchestrator.Model.Activities;
using Orchestrator.Server.Elsa.Definitions;

namespace Orchestrator.Server.Tests.Elsa;

public sealed class DefinitionTests : ElsaApiTests
{
    private const string Blueprint = """
        blueprint: shown
        steps:
          - id: first
            run: echo one
          - id: second
            if: steps.first.status == 'completed'
            run: echo two
        """;

    private static readonly ActivityCatalog Catalogue = new(BuiltinActivities.All());

    [Fact]
    public async Task Save_OverAPublishedVersion_MakesTheNextAndLeavesThePublishedOne()
    {
        await SaveAsync("one", publish: true);
        var draft = (await SaveAsync("two")).GetProperty("workflowDefinition");
        Assert.Equal(2, draft.GetProperty("version").GetInt32());
        Assert.False(draft.GetProperty("isPublished").GetBoolean());
        var again = (await SaveAsync("three")).GetProperty("workflowDefinition");
        Assert.Equal((2, draft.GetProperty("id").GetString()), (again.GetProperty("version").GetInt32(), again.GetProperty("id").GetString()));
        Assert.Equal("one", TextOf(await GetAsync("/workflow-definitions/by-definition-id/flow?versionOptions=Published")));
        Assert.Equal("three", TextOf(await GetAsync("/workflow-definitions/by-definition-id/flow?versionOptions=Latest")));
        var versions = await GetAsync("/workflow-definitions?versionOptions=AllVersions&DefinitionIds=flow&OrderBy=Version&OrderDirection=Descending");
        Assert.Equal([2, 1], versions.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("version").GetInt32()));
    }

    [Fact]
    public async Task Revert_OfAnOldVersion_IsANewDraftWithItsContent()
    {
        await SaveAsync("one", publish: true);
        await SaveAsync("two", publish: true);
        var answer = await PostAsync("/workflow-definitions/flow/revert/1", "{}");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal("one", TextOf(await GetAsync("/workflow-definitions/by-definition-id/flow?versionOptions=Latest")));
        Assert.Equal("two", TextOf(await GetAsync("/workflow-definitions/by-definition-id/flow?versionOptions=Published")));
    }

    [Fact]
    public async Task Export_ImportedElsewhere_HasTheSameContentHash()
    {
        await SaveAsync("one", publish: true);
        await SaveAsync("two", publish: true);
        var file = await Client.GetStringAsync("/elsa/api/workflow-definitions/flow/export?versionOptions=Latest");
        await using var other = await RunningServer.StartAsync();
        using var client = other.Admin();
        var imported = await client.PostAsync("/elsa/api/workflow-definitions/import", new StringContent(file, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, imported.StatusCode);
        var again = await client.GetStringAsync("/elsa/api/workflow-definitions/flow/export");
        Assert.Equal(Hash(file), Hash(again));
        Assert.NotEqual(Hash(file), Hash(file.Replace("two", "three", StringComparison.Ordinal)));

        static string Hash(string json) => WorkflowModel.ContentHash(JsonNode.Parse(json)!.AsObject());
    }

    [Fact]
    public async Task Blueprint_Compiled_IsAReadOnlyWorkflowWhoseActivitiesSayTheirLine()
    {
        var (compiled, _) = new BlueprintCompiler(Catalogue).CompileBlueprint("folder/shown.yaml", Blueprint);
        await Server.Engine.StartAsync(new StartRun(compiled!, Model.Values.Value.EmptyMap), CancellationToken.None);
        var shown = await GetAsync("/workflow-definitions/by-definition-id/shown?versionOptions=Latest");
        Assert.True(shown.GetProperty("isReadonly").GetBoolean());
        Assert.DoesNotContain("publish", shown.GetProperty("links").EnumerateArray().Select(link => link.GetProperty("rel").GetString()));
        var activities = shown.GetProperty("root").GetProperty("activities").EnumerateArray().ToList();
        Assert.Equal("shown.yaml:3", activities.Single(one => one.GetProperty("id").GetString() == "first").GetProperty("metadata").GetProperty("description").GetString());
        var positions = activities.Select(one => one.GetProperty("metadata").GetProperty("designer").GetProperty("position").GetRawText()).ToList();
        Assert.Equal(positions.Count, positions.Distinct().Count());
        var known = (await GetAsync("/descriptors/activities")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("typeName").GetString()).ToHashSet();
        Assert.All(activities, one => Assert.Contains(one.GetProperty("type").GetString(), known));
        var refused = await PostAsync("/workflow-definitions", """{"model":{"definitionId":"shown","name":"x","root":{"id":"a","type":"Elsa.Sequence","version":1}},"publish":false}""");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("YAML", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Descriptors_All_AreWhatADesignerCanShow()
    {
        var items = (await GetAsync("/descriptors/activities?Refresh=True")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(items.Count, items.Select(item => (item.GetProperty("typeName").GetString(), item.GetProperty("version").GetInt32())).Distinct().Count());
        foreach (var activity in Catalogue.All)
        {
            var descriptor = items.Single(item => item.GetProperty("typeName").GetString() == activity.Name && item.GetProperty("version").GetInt32() == activity.Version);
            Assert.NotEmpty(descriptor.GetProperty("category").GetString()!);
            // Behind its own inputs stand those that say where and how it is run; what it can take back, it can leave.
            Assert.Equal(activity.Input.Fields.Count + (activity.HasUndo ? 6 : 5), descriptor.GetProperty("inputs").GetArrayLength());
            Assert.All(descriptor.GetProperty("inputs").EnumerateArray(), input => Assert.True(input.GetProperty("isBrowsable").GetBoolean() && input.GetProperty("isWrapped").GetBoolean() && input.GetProperty("uiHint").GetString()!.Length > 0));
        }
    }

    private static string TextOf(JsonElement definition) => definition.GetProperty("root").GetProperty("activities")[0].GetProperty("text").GetProperty("expression").GetProperty("value").GetString()!;

    private async Task<JsonElement> SaveAsync(string text, bool publish = false) => await RunningServer.JsonOf(await PostAsync("/workflow-definitions", $$"""
        {"model":{"definitionId":"flow","name":"Flow","variables":[{"id":"v","name":"n","typeName":"Int32","value":"1"}],"root":{"id":"flow","type":"Elsa.Flowchart","version":1,"connections":[],"activities":[
        {"id":"say","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"Literal","value":"{{text}}"} } }]} },"publish":{{(publish ? "true" : "false")}}}
        """));

    private Task<HttpResponseMessage> PostAsync(string path, string body) => Client.PostAsync("/elsa/api" + path, new StringContent(body, Encoding.UTF8, "application/json"));
}
