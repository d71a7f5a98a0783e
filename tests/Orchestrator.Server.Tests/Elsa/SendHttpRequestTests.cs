using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Values;
using Orchestrator.Server.Tests.Hooks;
using Orchestrator.Testing.Lab;
using static Orchestrator.Server.Tests.Triggers.StudioModel;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>SendHttpRequest, FlowSendHttpRequest and DownloadHttpFile in workflows made in Studio, against a real server on loopback.</summary>
public sealed class SendHttpRequestTests : EndpointFixture
{
    [Theory]
    [InlineData("200", "case 200")]
    [InlineData("404", "case 404")]
    [InlineData("418", "unmatched")]
    [InlineData("302", "unmatched")] // a redirect is an answer like any other
    [InlineData("closed", "failed to connect")]
    [InlineData("silent", "timeout")]
    public async Task SendHttpRequest_TakesTheBranchOfItsAnswer(string peer, string branch)
    {
        await using var there = await PeerAsync(peer);
        var send = Send("SendHttpRequest", there.Url);
        send["expectedStatusCodes"] = new JsonArray([.. new[] { 200, 404 }.Select(code => (JsonNode)new JsonObject { ["statusCode"] = code, ["activity"] = Say($"b{code}", $"case {code}") })]);
        send["unmatchedStatusCode"] = Say("bu", "unmatched");
        send["failedToConnect"] = Say("bf", "failed to connect");
        send["timeout"] = Say("bt", "timeout");

        var run = await RunAsync(Of("send", send));

        Assert.Empty(run.Incidents);
        Assert.Equal([branch], Said(run));
    }

    [Theory]
    [InlineData("200", "case 200")]
    [InlineData("404", "case 404")]
    [InlineData("418", "unmatched")]
    [InlineData("closed", "failed to connect")]
    [InlineData("silent", "timeout")]
    public async Task FlowSendHttpRequest_LeavesByTheOutcomeOfItsAnswer(string peer, string outcome)
    {
        await using var there = await PeerAsync(peer);
        var send = Send("FlowSendHttpRequest", there.Url, ("expectedStatusCodes", "List<Int32>", "[200,404]"));
        var model = Of("flow", send, Say("b200", "case 200"), Say("b404", "case 404"), Say("bu", "unmatched"), Say("bf", "failed to connect"), Say("bt", "timeout"));
        model["root"]!["connections"] = new JsonArray([.. new[] { ("200", "b200"), ("404", "b404"), ("Unmatched status code", "bu"), ("Failed to connect", "bf"), ("Timeout", "bt") }.Select(to => (JsonNode)new JsonObject
        {
            ["source"] = new JsonObject { ["activity"] = "send", ["port"] = to.Item1 }, ["target"] = new JsonObject { ["activity"] = to.Item2, ["port"] = "In" },
        })]);

        var run = await RunAsync(model);

        Assert.Empty(run.Incidents);
        Assert.Equal([outcome], Said(run));
    }

    [Fact]
    public async Task NobodyBehindThePort_FailsTheRunWithTheReason()
    {
        await using var there = await PeerAsync("closed");
        var run = await RunAsync(Of("send", Send("SendHttpRequest", there.Url)));
        Assert.Equal("http.unreachable", Assert.Single(run.Incidents).Failure.Code);
    }

    [Theory]
    [InlineData("'a b'", "", "text/plain|a b")]
    [InlineData("({a: [1]})", "", """application/json|{"a":[1]}""")]
    [InlineData("({a: 'x y', b: ['1', '2']})", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded|a=x%20y&b=1&b=2")]
    [InlineData("({fileName: 'f.bin', contentType: 'application/x-own', content: 'aGk='})", "", "application/x-own|hi")]
    [InlineData("bytesFromBase64('aGk=')", "application/octet-stream", "application/octet-stream|hi")]
    public async Task Content_OfEachKind_GoesOutAsItsType(string content, string type, string seen)
    {
        await using var there = await LoopbackServer.StartAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            await http.Response.WriteAsync($"{http.Request.ContentType}|{await reader.ReadToEndAsync()}");
        });
        var run = await RunAsync(Of("send", Send("SendHttpRequest", there.Url, ("method", "String", "POST"), ("content", "JavaScript", content), ("contentType", "String", type))));
        Assert.Equal(Value.Of(seen), Output(run, "ParsedContent"));
    }

    [Fact]
    public async Task Headers_AuthorizationAndJsonAnswer()
    {
        string? seen = null;
        await using var there = await LoopbackServer.StartAsync(http =>
        {
            seen = $"{http.Request.Headers.Authorization} {http.Request.Headers["X-Two"]}";
            http.Response.Headers["X-Mine"] = "yes";
            return http.Response.WriteAsJsonAsync(new { a = 1 });
        });
        var headers = ("requestHeaders", "HttpHeaders", (object)"""{"X-Two": ["a", "b"]}""");
        var run = await RunAsync(Of("send", Send("SendHttpRequest", there.Url, ("authorization", "String", "Bearer abc"), headers)));
        Assert.Equal("Bearer abc a, b", seen);
        Assert.Equal((Value.Of(200), Value.Map(("a", Value.Of(1))), Value.Of("yes")), (Output(run, "StatusCode"), Output(run, "ParsedContent"), Output(run, "ResponseHeaders").Get("x-mine")));

        var refused = await RunAsync(Of("send", Send("SendHttpRequest", there.Url, ("authorization", "String", "no/scheme abc"))));
        Assert.Contains("SCHEME VALUE", Assert.Single(refused.Incidents).Failure.Message);
        await RunAsync(Of("send", Send("SendHttpRequest", there.Url, ("authorization", "String", "no/scheme abc"), ("disableAuthorizationHeaderValidation", "Boolean", true))));
        Assert.Equal("no/scheme abc ", seen);
    }

    [Fact]
    public async Task BranchOfAnAnswer_ReadsItsOutputs()
    {
        await using var there = await LoopbackServer.StartAsync(http => http.Response.WriteAsync("from there"));
        var send = Send("SendHttpRequest", there.Url);
        send["parsedContent"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "v" } };
        send["expectedStatusCodes"] = new JsonArray(new JsonObject { ["statusCode"] = 200, ["activity"] = Activity("b", "WriteLine", ("text", "JavaScript", "getVariable('answer')")) });
        var model = Of("send", send);
        model["variables"] = new JsonArray(new JsonObject { ["id"] = "v", ["name"] = "answer", ["typeName"] = "Object", ["isArray"] = false });

        Assert.Equal(["from there"], Said(await RunAsync(model)));
    }

    [Fact]
    public async Task DownloadHttpFile_GivesTheFile_AndTooLargeAnAnswerIsAFailure()
    {
        byte[] bytes = [0, 1, 254, 255];
        await using var there = await LoopbackServer.StartAsync(async http =>
        {
            http.Response.Headers.ContentDisposition = "attachment; filename=data.bin";
            var body = http.Request.Path == "/large" ? new byte[(1024 * 1024) + 1] : bytes;
            await http.Response.Body.WriteAsync(body);
        });
        var run = await RunAsync(Of("load", Send("DownloadHttpFile", there.Url)));
        Assert.Equal((Value.Of(200), Value.Of("data.bin")), (Output(run, "StatusCode"), Output(run, "Result").Get("fileName")));
        Assert.Equal(bytes, FileValue.BytesOf(Output(run, "Result")));
        Assert.Empty((await RunAsync(Of("load", Send("DownloadHttpFile", there.Url + "/large")))).Incidents);

        var tooLarge = await RunAsync(Of("send", Send("SendHttpRequest", there.Url + "/large")));
        Assert.Contains("larger than 1 MiB", Assert.Single(tooLarge.Incidents).Failure.Message);
    }

    private static JsonObject Send(string type, string url, params (string, string, object)[] more) =>
        Activity("send", type, [("url", "String", url), ("policyTimeout", "String", "1s"), ("policyRetries", "String", "0"), .. more]);

    private static JsonObject Say(string id, string text) => Activity(id, "WriteLine", ("text", "String", text));

    private async Task<Execution> RunAsync(JsonObject model)
    {
        await SaveAsync(model);
        using var admin = Server.Admin();
        var answer = await admin.PostAsJsonAsync($"/elsa/api/workflow-definitions/{(string)model["definitionId"]!}/dispatch", new { });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        var run = (await RunningServer.JsonOf(answer)).GetProperty("workflowInstanceId").GetString()!;
        await Server.Engine.WaitAsync(run, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        return (await Executions.ReadAsync(Server.Store, run, CancellationToken.None))!;
    }

    private static string[] Said(Execution run) =>
        [.. run.Activities.Where(activity => activity is { Type: "Elsa.WriteLine", Status: ExecutionStatus.Completed }).Select(activity => activity.Inputs.Get("Text")!.AsString()!)];

    private static Value Output(Execution run, string name) => run.Activities.Single(activity => activity.ActivityId == "send").Outputs.Get(name)!;

    /// <summary>A server that answers with a code, one that takes connections and says nothing, or a port where nobody listens.</summary>
    private static async Task<Peer> PeerAsync(string kind)
    {
        if (int.TryParse(kind, out var code))
        {
            var server = await LoopbackServer.StartAsync(http =>
            {
                http.Response.StatusCode = code;
                return http.Response.WriteAsync("x");
            });
            return new Peer(server.Url, server.DisposeAsync);
        }

        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://{listener.LocalEndpoint}";
        if (kind == "closed") listener.Stop();
        return new Peer(url, () =>
        {
            listener.Dispose();
            return ValueTask.CompletedTask;
        });
    }

    private sealed record Peer(string Url, Func<ValueTask> End) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => End();
    }
}
