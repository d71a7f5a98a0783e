using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Orchestrator.Activities;
using Orchestrator.Blueprints;
using Orchestrator.Engine;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>A run of a blueprint as a workflow instance.</summary>
public sealed class InstanceTests : ElsaApiTests
{
    private const string Blueprint = """
        blueprint: shown
        inputs:
          name: {type: string, default: ann, description: Whom}
        steps:
          - id: each
            foreach: {in: [one, two], as: word}
            run: echo "$WORD"
            env: {WORD: "${{ word }}"}
            effect: idempotent
          - id: check
            if: inputs.name == 'nobody'
            run: echo never
          - id: hold
            wait: {signal: go}
          - id: breaks
            run: exit 3
            retry: {max: 0}
        """;

    [Fact]
    public async Task BlueprintRun_Waiting_IsASuspendedInstanceWithABookmarkAndBadges()
    {
        var id = await StartAsync();
        var instance = await GetAsync($"/workflow-instances/{id}");
        Assert.Equal(("Running", "Suspended"), (instance.GetProperty("status").GetString(), instance.GetProperty("subStatus").GetString()));
        var state = instance.GetProperty("workflowState");
        Assert.Equal("hold", Assert.Single(state.GetProperty("bookmarks").EnumerateArray()).GetProperty("activityId").GetString());
        Assert.Equal("ann", state.GetProperty("input").GetProperty("name").GetString());

        var definition = await GetAsync($"/workflow-definitions/by-id/{instance.GetProperty("definitionVersionId").GetString()}");
        var nodes = Nodes(definition.GetProperty("root")).ToList();
        var stats = (await PostAsync("/activity-executions/report", $$"""{"workflowInstanceId":"{{id}}","activityNodeIds":{{JsonSerializer.Serialize(nodes)}}}""")).GetProperty("stats").EnumerateArray()
            .ToDictionary(one => one.GetProperty("activityNodeId").GetString()!, one => (Started: one.GetProperty("startedCount").GetInt32(), Completed: one.GetProperty("completedCount").GetInt32(), Blocked: one.GetProperty("isBlocked").GetBoolean()));
        Assert.Contains(stats, one => one.Key.EndsWith(":each", StringComparison.Ordinal) && one.Value is (2, 2, false));
        Assert.Contains(stats, one => one.Key.EndsWith(":hold", StringComparison.Ordinal) && one.Value is (1, 0, true));
        Assert.Contains(stats, one => one.Key.EndsWith(":check-if", StringComparison.Ordinal) && one.Value is (1, 1, false));
        Assert.DoesNotContain(stats, one => one.Key.EndsWith(":check", StringComparison.Ordinal) || one.Key.EndsWith(":breaks", StringComparison.Ordinal));
    }

    [Fact]
    public async Task BlueprintRun_Failed_HasAnIncidentAJournalAndRecords()
    {
        var id = await StartAsync();
        await Server.Engine.SendAsync("signal", id, Encoding.UTF8.GetBytes("""{"name":"go"}"""), "test", null, CancellationToken.None);
        await Server.Engine.WaitAsync(id, CancellationToken.None);
        var instance = await GetAsync($"/workflow-instances/{id}");
        Assert.Equal(("Finished", "Faulted", 1), (instance.GetProperty("status").GetString(), instance.GetProperty("subStatus").GetString(), instance.GetProperty("incidentCount").GetInt32()));
        Assert.Equal("breaks", instance.GetProperty("workflowState").GetProperty("incidents")[0].GetProperty("activityId").GetString());

        var journal = (await PostAsync($"/workflow-instances/{id}/journal?skip=0&take=100", """{"filter":{"excludedActivityTypes":["Elsa.Workflow","Elsa.Flowchart"]}}""")).GetProperty("items").EnumerateArray()
            .Select(row => $"{row.GetProperty("activityId").GetString()} {row.GetProperty("eventName").GetString()}").ToList();
        Assert.Contains("breaks Faulted", journal);
        Assert.True(journal.IndexOf("hold Started") < journal.IndexOf("hold Completed") && journal.IndexOf("hold Completed") < journal.IndexOf("breaks Started"), string.Join(", ", journal));

        var faulted = (await GetAsync($"/activity-executions/list?WorkflowInstanceId={id}")).GetProperty("items").EnumerateArray().Single(one => one.GetProperty("activityId").GetString() == "breaks");
        var one = await GetAsync($"/activity-executions/by-id?id={Uri.EscapeDataString(faulted.GetProperty("id").GetString()!)}");
        Assert.Equal("run.exit", one.GetProperty("exception").GetProperty("type").GetString());
        var list = await PostAsync("/workflow-instances", """{"page":0,"pageSize":10,"subStatuses":["Faulted"],"definitionIds":["shown"]}""");
        Assert.Equal((id, 1), (list.GetProperty("items")[0].GetProperty("id").GetString(), list.GetProperty("totalCount").GetInt32()));
    }

    [Fact]
    public async Task Hub_WhileARunMoves_SendsTheSumsOfAllActivities()
    {
        var id = await StartAsync();
        using var socket = new ClientWebSocket();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await socket.ConnectAsync(new Uri($"{Server.Server.Address.Replace("http", "ws", StringComparison.Ordinal)}/elsa/hubs/workflow-instance?access_token={Server.AdminToken}"), limit.Token);
        await SendAsync(socket, """{"protocol":"json","version":1}""", limit.Token);
        await SendAsync(socket, $$"""{"type":1,"target":"ObserveInstanceAsync","arguments":["{{id}}"]}""", limit.Token);
        var first = await UntilAsync(socket, "ActivityExecutionLogUpdatedAsync", limit.Token);
        Assert.Contains(first.GetProperty("stats").EnumerateArray(), one => one.GetProperty("activityId").GetString() == "hold" && one.GetProperty("isBlocked").GetBoolean());
        await Server.Engine.SendAsync("signal", id, Encoding.UTF8.GetBytes("""{"name":"go"}"""), "test", null, limit.Token);
        while (true)
        {
            var news = await UntilAsync(socket, "ActivityExecutionLogUpdatedAsync", limit.Token);
            if (!news.GetProperty("stats").EnumerateArray().Any(one => one.GetProperty("activityId").GetString() == "breaks" && one.GetProperty("isFaulted").GetBoolean())) continue;
            Assert.Contains(news.GetProperty("stats").EnumerateArray(), one => one.GetProperty("activityId").GetString() == "each" && one.GetProperty("completedCount").GetInt32() == 2);
            break;
        }

        Assert.Equal(id, (await UntilAsync(socket, "WorkflowInstanceUpdatedAsync", limit.Token)).GetProperty("workflowInstanceId").GetString());
    }

    private static Task SendAsync(ClientWebSocket socket, string message, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + "\u001e"), WebSocketMessageType.Text, true, cancellationToken);

    private readonly Queue<string> _received = new();
    private string _rest = "";

    private async Task<JsonElement> UntilAsync(ClientWebSocket socket, string target, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (true)
        {
            while (_received.TryDequeue(out var text))
            {
                var message = JsonDocument.Parse(text).RootElement;
                if (message.TryGetProperty("target", out var named) && named.GetString() == target) return message.GetProperty("arguments")[0].Clone();
            }

            var got = await socket.ReceiveAsync(buffer, cancellationToken);
            Assert.NotEqual(WebSocketMessageType.Close, got.MessageType);
            var parts = (_rest + Encoding.UTF8.GetString(buffer, 0, got.Count)).Split('\u001e');
            _rest = parts[^1];
            foreach (var part in parts[..^1]) _received.Enqueue(part);
        }
    }

    private async Task<string> StartAsync()
    {
        var (definition, diagnostics) = new BlueprintCompiler(new ActivityCatalog(BuiltinActivities.All())).CompileBlueprint("shown.yaml", Blueprint);
        Assert.True(definition is not null, string.Join("; ", diagnostics.Select(diagnostic => diagnostic.Message)));
        var id = (await Server.Engine.StartAsync(new StartRun(definition, Value.EmptyMap), CancellationToken.None)).RunId;
        await Server.Engine.WaitAsync(id, CancellationToken.None, orWaiting: true);
        return id;
    }

    private static IEnumerable<string> Nodes(JsonElement activity)
    {
        yield return activity.GetProperty("nodeId").GetString()!;
        foreach (var member in activity.EnumerateObject())
        {
            if (member.Name == "activities") foreach (var child in member.Value.EnumerateArray()) foreach (var node in Nodes(child)) yield return node;
            if (member.Name is "body" or "rescue" or "always") foreach (var node in Nodes(member.Value)) yield return node;
        }
    }

    private async Task<JsonElement> PostAsync(string path, string body) => await RunningServer.JsonOf(await Client.PostAsync("/elsa/api" + path, new StringContent(body, Encoding.UTF8, "application/json")));
}
