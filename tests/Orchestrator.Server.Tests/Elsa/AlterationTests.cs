using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>Alterations of open instances over HTTP: plans, dry runs, our own door.</summary>
public sealed class AlterationTests : ElsaApiTests
{
    [Fact]
    public async Task Plan_OverSeveral_ReportsPerInstance_AndOneThatIsRefusedIsNotBegun()
    {
        await SaveAsync(Flow("e"));
        var (first, second) = (await ExecuteAsync(), await ExecuteAsync());
        await PostAsync("/alterations/run", Plan([second], new { type = "CancelActivity", activityId = "e" }));

        var results = (await JsonAsync("/alterations/run", Plan([first, second, "nobody"], new { type = "ModifyVariable", variableId = "v1", value = "7" }, new { type = "CancelActivity", activityId = "e" }))).GetProperty("results").EnumerateArray().ToArray();

        Assert.Equal([true, false, false], results.Select(result => result.GetProperty("isSuccessful").GetBoolean()));
        Assert.Equal(["ModifyVariable: done", "CancelActivity: done"], Messages(results[0]));
        Assert.Equal(["ModifyVariable: the run is completed; only one that is open or failed can be altered"], Messages(results[1]));
        Assert.Equal(["ModifyVariable: there is no run `nobody`"], Messages(results[2]));
        Assert.Equal(7, (await GetAsync($"/workflow-instances/{first}/variables")).GetProperty("items")[0].GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task DryRun_SaysWhoWouldTakeIt_AndChangesNothing()
    {
        await SaveAsync(Flow("e"));
        var id = await ExecuteAsync();
        var before = await Server.Store.LastEventNumberAsync(id, CancellationToken.None);
        var plan = Plan([id, "nobody"], new { type = "ModifyVariable", variableId = "v1", value = 7 }, new { type = "CancelActivity", activityId = "f" });

        var refused = await JsonAsync("/alterations/dry-run", plan);
        plan["alterations"]![1]!["activityId"] = "e";
        var accepted = await JsonAsync("/alterations/dry-run", plan);

        Assert.Empty(refused.GetProperty("workflowInstanceIds").EnumerateArray());
        Assert.Equal("ModifyVariable: not done, because the plan is refused", Messages(refused.GetProperty("results")[0])[0]);
        Assert.StartsWith("CancelActivity: no activity `f` is open; open are: e (", Messages(refused.GetProperty("results")[0])[1]);
        Assert.Equal(id, Assert.Single(accepted.GetProperty("workflowInstanceIds").EnumerateArray()).GetString());
        Assert.Equal(before, await Server.Store.LastEventNumberAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task Submit_SentAgain_CountsOnceAndTellsTheSame()
    {
        await SaveAsync(Flow("e"));
        var id = await ExecuteAsync();
        var plan = Plan([id], new { type = "CancelActivity", activityId = "e" });
        plan["id"] = "plan1";

        var first = await JsonAsync("/alterations/submit", plan);
        var events = await Server.Store.LastEventNumberAsync(id, CancellationToken.None);
        var again = await JsonAsync("/alterations/submit", plan);

        Assert.Equal("plan1", first.GetProperty("planId").GetString());
        Assert.Equal(["CancelActivity: done"], Messages(first.GetProperty("results")[0]));
        Assert.Equal(["CancelActivity: done"], Messages(again.GetProperty("results")[0]));
        Assert.Equal(events, await Server.Store.LastEventNumberAsync(id, CancellationToken.None));
    }

    [Fact]
    public async Task Submit_CanBeReadByItsId_WithoutWhatItSets()
    {
        await SaveAsync(Flow("e"));
        var (first, second) = (await ExecuteAsync(), await ExecuteAsync());
        await PostAsync("/alterations/run", Plan([second], new { type = "CancelActivity", activityId = "e" }));
        var plan = Plan([first, second], new { type = "ModifyVariable", variableId = "v1", value = 4711 });
        plan["id"] = "plan1";
        await PostAsync("/alterations/submit", plan);
        using var viewer = await Server.AsAsync("viewer");

        using var answer = await viewer.GetAsync("/elsa/api/alterations/plan1");
        var text = await answer.Content.ReadAsStringAsync();
        var told = JsonDocument.Parse(text).RootElement;

        Assert.DoesNotContain("4711", text, StringComparison.Ordinal);
        var made = told.GetProperty("plan");
        Assert.Equal(("plan1", "Completed", "ModifyVariable", "v1"), (made.GetProperty("id").GetString(), made.GetProperty("status").GetString(), made.GetProperty("alterations")[0].GetProperty("type").GetString(), made.GetProperty("alterations")[0].GetProperty("variableId").GetString()));
        Assert.Equal([first, second], made.GetProperty("workflowInstanceIds").EnumerateArray().Select(id => id.GetString()));
        Assert.True(made.GetProperty("createdAt").GetDateTimeOffset() <= made.GetProperty("completedAt").GetDateTimeOffset());
        var jobs = told.GetProperty("jobs").EnumerateArray().ToArray();
        Assert.Equal([("plan1", first, "Completed", "ModifyVariable: done"), ("plan1", second, "Failed", "ModifyVariable: the run is completed; only one that is open or failed can be altered")], jobs.Select(job =>
            (job.GetProperty("planId").GetString(), job.GetProperty("workflowInstanceId").GetString(), job.GetProperty("status").GetString(), job.GetProperty("log")[0].GetProperty("message").GetString())));
        Assert.Equal("Error", jobs[1].GetProperty("log")[0].GetProperty("logLevel").GetString());
    }

    [Fact]
    public async Task Plan_ThatNobodySubmitted_Is404WithoutABody()
    {
        using var answer = await Client.GetAsync("/elsa/api/alterations/plan9");
        Assert.Equal((HttpStatusCode.NotFound, 0), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
    }

    [Fact]
    public async Task Submit_AnotherUnderTheSameId_IsRefusedAndDoesNothing()
    {
        await SaveAsync(Flow("e"));
        var id = await ExecuteAsync();
        var plan = Plan([id], new { type = "ModifyVariable", variableId = "v1", value = 1 });
        plan["id"] = "plan1";
        await PostAsync("/alterations/submit", plan);
        plan["alterations"]![0]!["value"] = 2;

        var answer = await PostAsync("/alterations/submit", plan);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("another plan was submitted with the id `plan1`", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, (await GetAsync($"/workflow-instances/{id}/variables")).GetProperty("items")[0].GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task Submit_ThatWasRefused_StaysSoWhenItIsSentAgain()
    {
        await SaveAsync(Flow("e"));
        var id = await ExecuteAsync();
        var plan = Plan([id], new { type = "Migrate", targetVersion = 2 });
        plan["id"] = "plan1";
        var first = await JsonAsync("/alterations/submit", plan);
        await SaveAsync(Flow("e", "after"));

        var again = await JsonAsync("/alterations/submit", plan);

        Assert.Equal(["Migrate: `flow` has no version 2"], Messages(first.GetProperty("results")[0]));
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal(1, (await GetAsync($"/workflow-instances/{id}")).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task Migrate_InstanceListAndVersionFollow_AndItsOldDefinitionIsKept()
    {
        await SaveAsync(Flow("e"));
        var id = await ExecuteAsync();
        var old = (await Server.Store.FindRunAsync(id, CancellationToken.None))!.Definition;
        await SaveAsync(Flow("e", "after"));

        var result = (await JsonAsync("/alterations/run", Plan([id], new { type = "Migrate", targetVersion = 2 }))).GetProperty("results")[0];
        var instance = await GetAsync($"/workflow-instances/{id}");
        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync($"/elsa/api/workflow-definition-versions/{await VersionIdAsync(1)}")).StatusCode);
        await PostAsync("/events/go/trigger", []);
        await Server.Engine.WaitAsync(id, CancellationToken.None);

        Assert.Equal(["Migrate: done"], Messages(result));
        Assert.Equal((2, await VersionIdAsync(2)), (instance.GetProperty("version").GetInt32(), instance.GetProperty("definitionVersionId").GetString()));
        Assert.Equal(2, (await JsonAsync("/workflow-instances", new JsonObject { ["definitionIds"] = new JsonArray("flow") })).GetProperty("items")[0].GetProperty("version").GetInt32());
        Assert.NotNull(await Server.Store.ReadDefinitionAsync(old, CancellationToken.None));
        var executed = (await GetAsync($"/activity-executions/list?WorkflowInstanceId={id}")).GetProperty("items").EnumerateArray().Select(one => one.GetProperty("activityId").GetString());
        Assert.Contains("after", executed);
    }

    [Theory]
    [InlineData("""{"alterations":[]}""", "`alterations` is missing")]
    [InlineData("""{"alterations":[{"type":"ModifyVarable"}],"workflowInstanceIds":["a"]}""", "Did you mean `ModifyVariable`?")]
    [InlineData("""{"alterations":[{"type":"Migrate","version":2}],"workflowInstanceIds":["a"]}""", "Migrate has no `version`; it has: targetVersion.")]
    [InlineData("""{"alterations":[{"type":"Retry"}]}""", "expected `workflowInstanceIds`")]
    [InlineData("""{"alterations":[{"type":"Retry"}],"filter":{"definitionIds":["flow"],"names":["x"]}}""", "`names` is no filter here")]
    public async Task Plan_ThatSaysTooLittleOrTooMuch_Is400(string body, string reason)
    {
        var answer = await PostAsync("/alterations/run", JsonNode.Parse(body)!.AsObject());
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(reason, (await RunningServer.JsonOf(answer)).GetProperty("errors").EnumerateObject().First().Value[0].GetString());
    }

    [Theory]
    [InlineData("/alterations/run")]
    [InlineData("/alterations/submit")]
    [InlineData("/alterations/dry-run")]
    public async Task Viewer_MayAlterNothing(string path)
    {
        await SaveAsync(Flow("e"));
        var id = await ExecuteAsync();
        using var viewer = await Server.AsAsync("viewer");

        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync("/elsa/api" + path, Plan([id], new { type = "CancelActivity", activityId = "e" }))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync($"/api/v1/runs/{id}/alter", new { type = "CancelActivity", activityId = "e" })).StatusCode);
        Assert.Equal("Running", (await GetAsync($"/workflow-instances/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Data_NeverTurnsIntoAReferenceToASecret()
    {
        await SaveAsync(Flow("e"));
        var id = await ExecuteAsync();
        await PostAsync("/alterations/run", Plan([id], new { type = "ModifyVariable", variableId = "v2", value = new Dictionary<string, string> { ["$secret"] = "env:PATH" } }));

        Assert.Equal("env:PATH", (await GetAsync($"/workflow-instances/{id}/variables")).GetProperty("items")[1].GetProperty("value").GetProperty("$secret").GetString());
    }

    [Fact]
    public async Task OwnDoor_AltersAndRefuses()
    {
        await SaveAsync(Flow("e"));
        var id = await ExecuteAsync();
        var done = await RunningServer.JsonOf(await Client.PostAsJsonAsync($"/api/v1/runs/{id}/alter", new { type = "ModifyVariable", variableId = "v1", value = 3 }));
        var refused = await Client.PostAsJsonAsync($"/api/v1/runs/{id}/alter", new { type = "Migrate", targetVersion = 9 });

        Assert.Equal("done", done.GetProperty("outcome").GetString());
        Assert.Equal((HttpStatusCode.Conflict, "`flow` has no version 9"), (refused.StatusCode, (await RunningServer.JsonOf(refused)).GetProperty("detail").GetString()));
    }

    private static string[] Messages(JsonElement result) => [.. result.GetProperty("log").GetProperty("logEntries").EnumerateArray().Select(entry => entry.GetProperty("message").GetString()!)];

    private static JsonObject Plan(string[] ids, params object[] alterations) => new()
    {
        ["alterations"] = new JsonArray([.. alterations.Select(alteration => JsonSerializer.SerializeToNode(alteration))]), ["workflowInstanceIds"] = new JsonArray([.. ids.Select(id => (JsonNode)id)]),
    };

    // An event that is waited for, then activities that do nothing but say so.
    private static JsonObject Flow(string wait, params string[] after) => new()
    {
        ["id"] = "seq", ["type"] = "Elsa.Sequence", ["version"] = 1,
        ["activities"] = new JsonArray([Activity(wait, "Elsa.Event", "eventName", "go"), .. after.Select(id => Activity(id, "Elsa.WriteLine", "text", id))]),
    };

    private static JsonObject Activity(string id, string type, string input, string text) => new()
    {
        ["id"] = id, ["type"] = type, ["version"] = 1, [input] = new JsonObject { ["typeName"] = "String", ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = text } },
    };

    private async Task SaveAsync(JsonObject root)
    {
        var answer = await PostAsync("/workflow-definitions", new JsonObject
        {
            ["model"] = new JsonObject
            {
                ["definitionId"] = "flow", ["name"] = "flow", ["root"] = root,
                ["variables"] = new JsonArray(
                    new JsonObject { ["id"] = "v1", ["name"] = "V", ["typeName"] = "Int32", ["isArray"] = false, ["value"] = "0" }, new JsonObject { ["id"] = "v2", ["name"] = "W", ["typeName"] = "Object", ["isArray"] = false, ["value"] = null }),
            },
            ["publish"] = true,
        });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> ExecuteAsync()
    {
        var id = (await PostAsync("/workflow-definitions/flow/execute", [])).Headers.GetValues("x-elsa-workflow-instance-id").First();
        await Server.Engine.WaitAsync(id, CancellationToken.None, orWaiting: true);
        return id;
    }

    private async Task<string> VersionIdAsync(int version) =>
        (await Server.Store.ListWorkflowsAsync(new Engine.Storage.WorkflowQuery { DefinitionIds = ["flow"], Version = version, WithDeleted = true }, CancellationToken.None)).Items[0].VersionId;
}
