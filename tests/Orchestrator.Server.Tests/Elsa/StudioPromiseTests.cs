using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>What our own activities promise in workflows made in Studio, over HTTP: rolling back, pausing, where and how a step is run, who may approve.</summary>
public sealed class StudioPromiseTests : ElsaApiTests
{
    [Fact]
    public async Task IncidentStrategies_OfferOurs()
    {
        var items = (await GetAsync("/descriptors/incident-strategies")).GetProperty("items").EnumerateArray().Select(item => (item.GetProperty("displayName").GetString(), item.GetProperty("typeName").GetString()));
        Assert.Equal([("Continue with incidents", "ContinueWithIncidentsStrategy"), ("Fault", "FaultStrategy"), ("Pause", "Orchestrator.PauseStrategy"), ("Roll back", "Orchestrator.RollbackStrategy")], items);
    }

    [Fact]
    public async Task Rollback_OfRealFiles_LeavesNothing_AndTheInstanceSaysSo()
    {
        using var folder = new TemporaryFolder();
        var root = Sequence(
            Activity("dir", "file.mkdir", ("path", folder["made"])), Activity("one", "file.write", ("path", folder["made/one"]), ("content", "1")), Activity("kept", "file.write", ("path", folder["kept"]), ("content", "2"), ("policyNoUndo", "true")),
            Activity("bad", "Elsa.Fault", ("message", "enough")));
        await SaveAsync(root, "Orchestrator.RollbackStrategy");

        var instance = await ExecuteAsync(HttpStatusCode.InternalServerError);

        Assert.False(Directory.Exists(folder["made"]));
        Assert.Equal("2", await File.ReadAllTextAsync(folder["kept"]));
        var view = await GetAsync($"/workflow-instances/{instance}");
        Assert.Equal(("Finished", "Faulted"), (view.GetProperty("status").GetString(), view.GetProperty("subStatus").GetString()));
        Assert.Contains("enough", view.GetProperty("workflowState").GetProperty("incidents")[0].GetProperty("message").GetString());
        var rows = (await GetAsync($"/workflow-instances/{instance}/journal")).GetProperty("items").EnumerateArray().Where(row => row.GetProperty("eventName").GetString() == "Undone");
        Assert.Equal(["one", "dir"], rows.Select(row => row.GetProperty("activityId").GetString()));
    }

    [Fact]
    public async Task Policies_EnvironmentAllowFailureAndTimeout_HoldWhenItRuns()
    {
        using var folder = new TemporaryFolder();
        var script = Activity("say", "run", ("script", "printf '%s' \"$STAGE\" > \"$OUT\""), ("policyEnvironment", new JsonObject { ["STAGE"] = "test", ["OUT"] = folder["out"] }.ToJsonString()));
        var slow = Activity("slow", "run", ("script", "sleep 30"), ("policyTimeout", "1s"), ("policyRetries", "0"), ("policyAllowFailure", "true"));
        await SaveAsync(Sequence(script, slow));

        await ExecuteAsync(HttpStatusCode.OK);

        Assert.Equal("test", await File.ReadAllTextAsync(folder["out"]));
    }

    [Theory]
    [InlineData("policyTimeout", "soon", "`soon` is no duration")]
    [InlineData("policyRetries", "-1", "whole number from 0")]
    [InlineData("policyAllowFailure", "perhaps", "true or false")]
    [InlineData("policyEnvironment", "[1]", "JSON object of names")]
    [InlineData("policyTarget", "web1", "`web1` is no target")]
    [InlineData("policyTarget", "ssh://root:secret@web1", "no password")]
    [InlineData("policyTarget", "ssh://root@web1", "`hostKey` (or `knownHosts`) is missing")]
    [InlineData("policyTarget", """{"ssh":{"address":"web1","knownHosts":"/k","key":"-----BEGIN"}}""", "`key` must be a secret")]
    [InlineData("policyTarget", """{"moon":{}}""", "no kind of target `moon`")]
    public async Task Publish_WithAPolicyThatNoRunCouldFollow_IsRefusedWithActivityAndReason(string property, string value, string reason)
    {
        var root = Sequence(Activity("a", "file.mkdir", ("path", "/tmp"), (property, value)));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/workflow-definitions", Model(root, null, publish: false))).StatusCode);
        foreach (var answer in new[] { await PostAsync("/workflow-definitions/flow/publish", []), await PostAsync("/workflow-definitions", Model(root, null)) })
        {
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var text = (await RunningServer.JsonOf(answer)).GetProperty("errors").GetProperty("model.root")[0].GetString();
            Assert.StartsWith($"`{property}` of activity `a`: ", text);
            Assert.Contains(reason, text);
        }

        var bulk = await RunningServer.JsonOf(await PostAsync("/bulk-actions/publish/workflow-definitions/by-definition-ids", new JsonObject { ["definitionIds"] = new JsonArray("flow") }));
        Assert.Equal("flow", bulk.GetProperty("failed")[0].GetString());
    }

    [Theory]
    [InlineData("ssh://deploy@web1:2222?knownHosts=/etc/known&key=deploy-key&become=sudo")]
    [InlineData("docker://web")]
    [InlineData("""{"docker":{"container":"web","via":{"ssh":{"address":"h","knownHosts":"/k","key":{"secret":"k"}}}}}""")]
    public async Task Publish_WithATarget_IsTaken(string target) =>
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/workflow-definitions", Model(Sequence(Activity("a", "file.mkdir", ("path", "/tmp"), ("policyTarget", target))), null))).StatusCode);

    [Fact]
    public async Task Target_IsWhereTheActivityActs_AndItsSecretIsTheStoredOne()
    {
        // Nobody listens there: what it tried to reach, and with what, is in the failure.
        await SaveAsync(Sequence(Activity("a", "file.mkdir", ("path", "/tmp/never"), ("policyRetries", "0"), ("policyTarget", "ssh://deploy@127.0.0.1:1?knownHosts=/dev/null&key=not-there"))));
        var missing = await GetAsync($"/workflow-instances/{await ExecuteAsync(HttpStatusCode.InternalServerError)}");
        Assert.Contains("not-there", missing.GetProperty("workflowState").GetProperty("incidents")[0].GetProperty("message").GetString());

        await SaveAsync(Sequence(Activity("a", "file.mkdir", ("path", "/tmp/never"), ("policyRetries", "0"), ("policyTarget", "ssh://deploy@127.0.0.1:1?knownHosts=/dev/null"))));
        var refused = await GetAsync($"/workflow-instances/{await ExecuteAsync(HttpStatusCode.InternalServerError)}");
        Assert.Contains("127.0.0.1", refused.GetProperty("workflowState").GetProperty("incidents")[0].GetProperty("message").GetString());
    }

    [Fact]
    public async Task Descriptors_EveryActivityOfTheCatalogue_TakesPolicies()
    {
        var items = (await GetAsync("/descriptors/activities")).GetProperty("items").EnumerateArray().ToArray();
        var write = items.Single(item => item.GetProperty("typeName").GetString() == "file.write");
        var inputs = write.GetProperty("inputs").EnumerateArray().Where(input => input.TryGetProperty("category", out var category) && category.GetString() == "Orchestrator").Select(input => input.GetProperty("name").GetString());
        Assert.Equal(["PolicyTarget", "PolicyEnvironment", "PolicyTimeout", "PolicyRetries", "PolicyAllowFailure", "PolicyNoUndo"], inputs);
        Assert.All(items, item => Assert.Equal(item.GetProperty("inputs").GetArrayLength(), item.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("name").GetString()).Distinct().Count()));
    }

    [Theory]
    [InlineData("viewer", "operator", HttpStatusCode.Forbidden)]
    [InlineData("operator", "operator", HttpStatusCode.OK)]
    [InlineData("admin", "operator", HttpStatusCode.OK)]
    [InlineData("operator", "admin", HttpStatusCode.Conflict)]
    [InlineData("admin", "admin", HttpStatusCode.OK)]
    public async Task Approve_ByRole_OnlyThoseMayAnswer(string role, string by, HttpStatusCode expected)
    {
        using var caller = await Server.AsAsync(role);
        var blueprint = $$"""
            blueprint: asks
            steps:
              - id: ask
                approve: {message: "ship it?", by: [{{by}}]}
            """;
        var started = await RunningServer.JsonOf(await Client.PostAsJsonAsync("/api/v1/runs", new { text = blueprint }));
        await SaveAsync(Sequence(Activity("ask", "Orchestrator.Approve", ("message", "ship it?"), ("by", $"[\"{by}\"]"))));
        var executed = await PostAsync("/workflow-definitions/flow/execute", []);
        foreach (var run in new[] { started.GetProperty("runId").GetString()!, executed.Headers.GetValues("x-elsa-workflow-instance-id").First() })
        {
            await Server.Engine.WaitAsync(run, CancellationToken.None, orWaiting: true);
            // A role in the body is nobody's word.
            var answer = await caller.PostAsJsonAsync($"/api/v1/runs/{run}/approve", new { approved = true, role = "admin" });
            if (answer.StatusCode == HttpStatusCode.BadRequest) answer = await caller.PostAsJsonAsync($"/api/v1/runs/{run}/approve", new { approved = true });
            Assert.Equal(expected, answer.StatusCode);
            if (expected != HttpStatusCode.Conflict) continue;
            Assert.Contains($"is to be answered by {by}; token:{role}-", (await RunningServer.JsonOf(answer)).GetProperty("detail").GetString());
            Assert.Equal(HttpStatusCode.Conflict, (await caller.PostAsJsonAsync($"/api/v1/runs/{run}/skip", new { step = "ask" })).StatusCode);
            var audit = (await Server.Store.ReadAuditAsync(long.MaxValue, 10, CancellationToken.None)).First(line => line.Action.EndsWith($"{run}/approve", StringComparison.Ordinal));
            Assert.Contains("is to be answered by", audit.Outcome);
        }
    }

    private static JsonObject Activity(string id, string type, params (string Name, string Text)[] inputs)
    {
        var made = new JsonObject { ["id"] = id, ["type"] = type, ["version"] = 1 };
        foreach (var (name, text) in inputs) made[name] = new JsonObject { ["typeName"] = null, ["expression"] = new JsonObject { ["type"] = "Literal", ["value"] = text } };
        return made;
    }

    private static JsonObject Sequence(params JsonNode[] activities) => new() { ["id"] = "seq", ["type"] = "Elsa.Sequence", ["version"] = 1, ["activities"] = new JsonArray(activities) };

    private static JsonObject Model(JsonObject root, string? strategy, bool publish = true) => new()
    {
        ["model"] = new JsonObject { ["definitionId"] = "flow", ["name"] = "flow", ["root"] = root.DeepClone(), ["options"] = new JsonObject { ["incidentStrategyType"] = strategy } }, ["publish"] = publish,
    };

    private async Task SaveAsync(JsonObject root, string? strategy = null)
    {
        var answer = await PostAsync("/workflow-definitions", Model(root, strategy));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> ExecuteAsync(HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/elsa/api/workflow-definitions/flow/execute") { Content = JsonContent.Create(new { }), Headers = { { "Prefer", "wait=60" } } };
        var answer = await Client.SendAsync(request);
        Assert.True(answer.StatusCode == expected, await answer.Content.ReadAsStringAsync());
        return answer.Headers.GetValues("x-elsa-workflow-instance-id").First();
    }
}
