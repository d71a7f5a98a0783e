using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;
using Orchestrator.Server.Tests.Hooks;
using Orchestrator.Server.Triggers;
using Orchestrator.Testing;
using static Orchestrator.Server.Tests.Triggers.StudioModel;

namespace Orchestrator.Server.Tests.Triggers;

/// <summary>Published workflows start by their triggers; by the real clock, because they answer requests that are open.</summary>
public sealed class StudioTriggerTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task HttpEndpoint_Published_AnswersWithWhatTheWorkflowWrites()
    {
        await SaveAsync(Of("hello", Endpoint("he", "hello"), Respond("wr", "OK", "Hello")));
        using var client = _server.Anonymous();

        var answer = await client.GetAsync("/workflows/hello");

        Assert.Equal((HttpStatusCode.OK, "text/plain", "Hello"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync()));
        var none = await client.GetAsync("/workflows/none");
        Assert.Equal((HttpStatusCode.NotFound, ""), (none.StatusCode, await none.Content.ReadAsStringAsync()));
        Assert.Equal(HttpStatusCode.NotFound, (await client.PutAsync("/workflows/hello", null)).StatusCode);
        Assert.Single(await RunsAsync());
    }

    [Fact]
    public async Task HttpEndpoint_OfADraftOrRetracted_IsNotThere()
    {
        using var client = _server.Anonymous();
        await SaveAsync(Of("hello", Endpoint("he", "hello"), Respond("wr", "OK", "Hello")), publish: false);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/workflows/hello")).StatusCode);
        await PostAsync("/elsa/api/workflow-definitions/hello/publish");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/workflows/hello")).StatusCode);
        await PostAsync("/elsa/api/workflow-definitions/hello/retract");
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/workflows/hello")).StatusCode);
        await PostAsync("/elsa/api/workflow-definitions/hello/publish");
        using var admin = _server.Admin();
        await admin.DeleteAsync("/elsa/api/workflow-definitions/hello");
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/workflows/hello")).StatusCode);
    }

    [Fact]
    public async Task HttpEndpoint_WithARoute_GivesItsParametersAndBody()
    {
        await SaveAsync(Of("orders", Endpoint("he", "orders/{OrderId}", ("supportedMethods", "List<String>", "[\"POST\"]")), Respond("wr", "Created", "ok")));
        using var client = _server.Anonymous();

        var answer = await client.PostAsJsonAsync("/workflows/orders/A17?full=yes", new { amount = 3 });

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var execution = await Executions.ReadAsync(_server.Store, answer.Headers.GetValues("X-Run-Id").Single(), CancellationToken.None);
        var outputs = execution!.Activities.Single(activity => activity.Type == "Elsa.HttpEndpoint").Outputs;
        Value? Output(string name) => outputs.Entries.Single(output => output.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        Assert.Equal(Value.Of("A17"), Output("routeData")!.Get("OrderId"));
        Assert.Equal(Value.Of("yes"), Output("queryStringData")!.Get("full"));
        Assert.Equal(Value.Of(3), Output("parsedContent")!.Get("amount"));
    }

    [Fact]
    public async Task HttpEndpoint_ThatAuthorizes_NeedsAnOperator()
    {
        await SaveAsync(Of("closed", Endpoint("he", "closed", ("authorize", "Boolean", true)), Respond("wr", "OK", "in")));
        using var anonymous = _server.Anonymous();
        using var viewer = await _server.AsAsync("viewer");
        using var person = await _server.AsAsync("operator");
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync("/workflows/closed")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetAsync("/workflows/closed")).StatusCode);
        Assert.Empty(await RunsAsync());
        Assert.Equal(HttpStatusCode.OK, (await person.GetAsync("/workflows/closed")).StatusCode);
    }

    [Theory]
    [InlineData("Literal", "True")]
    [InlineData("JavaScript", "true")]
    [InlineData("Variable", "{}")]
    public async Task HttpEndpoint_ThatAuthorizesAsStudioWritesIt_IsClosed(string syntax, string text)
    {
        var endpoint = Endpoint("he", "closed");
        endpoint["authorize"] = new JsonObject { ["typeName"] = null, ["expression"] = new JsonObject { ["type"] = syntax, ["value"] = text } };
        await SaveAsync(Of("closed", endpoint, Respond("wr", "OK", "in")));
        using var anonymous = _server.Anonymous();

        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync("/workflows/closed")).StatusCode);
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task HttpEndpoint_OfTwoWorkflows_IsAnError()
    {
        await SaveAsync(Of("one", Endpoint("he", "same"), Respond("wr", "OK", "1")));
        await SaveAsync(Of("two", Endpoint("he", "same"), Respond("wr", "OK", "2")));
        using var client = _server.Anonymous();
        Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync("/workflows/same")).StatusCode);
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task HttpEndpoint_TooLargeOrMalformed_StartsNothing()
    {
        await SaveAsync(Of("small", Endpoint("he", "small", ("supportedMethods", "List<String>", "[\"POST\"]"), ("requestSizeLimit", "Int64", 10)), Respond("wr", "OK", "ok")));
        using var client = _server.Anonymous();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await client.PostAsync("/workflows/small", new StringContent("12345678901"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await client.PostAsync("/workflows/small", new StringContent("{", Encoding.UTF8, "application/json"))).StatusCode);
        Assert.Empty(await RunsAsync());
    }

    [Fact]
    public async Task HttpEndpoint_InTheMiddle_IsWokenAndAnswers()
    {
        await SaveAsync(Of("two-steps", Endpoint("first", "first"), Respond("r1", "OK", "one"), Activity("second", "HttpEndpoint", ("path", "String", "second")), Respond("r2", "OK", "two")));
        using var client = _server.Anonymous();
        Assert.Equal("one", await client.GetStringAsync("/workflows/first"));
        Assert.Equal("two", await client.GetStringAsync("/workflows/second"));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/workflows/second")).StatusCode);
        var run = Assert.Single(await RunsAsync());
        Assert.Equal(RunStatus.Completed, (await _server.Engine.WaitAsync(run.RunId, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task HttpEndpoint_WithoutAResponse_TellsWhatTheRunDoes()
    {
        await SaveAsync(Of("quiet", Endpoint("he", "quiet")));
        await SaveAsync(Of("waits", Endpoint("he", "waits"), Activity("ev", "Event", ("eventName", "String", "Never"))));
        using var client = _server.Anonymous();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/workflows/quiet")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await client.GetAsync("/workflows/waits")).StatusCode);
    }

    [Fact]
    public async Task Event_Sent_StartsWorkflowsAndBlueprintsOncePerKey()
    {
        await SaveAsync(Of("placed", Trigger("ev", "Event", ("eventName", "String", "Placed"))));
        await _server.Server.Triggers.SubmitAsync(HookedServer.Compile("""
            blueprint: on-placed
            inputs:
              who: {type: string}
            triggers:
              placed:
                event: {source: elsa, type: Placed}
                with: {who: "${{ event.body.who }}"}
            steps:
              - id: nap
                wait: 1h
            """), CancellationToken.None);
        var stimulus = new Stimulus("Elsa.Event", "Placed", Value.Map(("who", Value.Of("ann"))));

        Assert.Equal(2, (await _server.Engine.StimulusAsync(stimulus, "test", "key", CancellationToken.None)).Started);
        Assert.Equal(2, (await _server.Engine.StimulusAsync(stimulus, "test", "key", CancellationToken.None)).Started); // the same two
        Assert.Equal(0, (await _server.Engine.StimulusAsync(stimulus with { Match = "Other" }, "test", "key2", CancellationToken.None)).Started);

        Assert.Equal(["on-placed", "placed"], (await RunsAsync()).Select(run => run.Blueprint).Order());
        // What started something is not kept for a wait to come; what nobody wanted is.
        Assert.Equal("Other", Assert.Single((await _server.Store.ListStimuliAsync(new StimulusQuery(Dead: false), CancellationToken.None)).Items).Match);
    }

    [Fact]
    public async Task RunTask_Reported_GoesOnWithTheResult_Once()
    {
        await SaveAsync(Of("asks", Endpoint("he", "ask"), Activity("task", "RunTask", ("taskName", "String", "count")), Respond("wr", "OK", "in")));
        using var client = _server.Anonymous();
        using var viewer = await _server.AsAsync("viewer");
        using var worker = await _server.AsAsync("operator");
        var run = (await client.GetAsync("/workflows/ask")).Headers.GetValues("X-Run-Id").Single();
        var task = Assert.Single(await _server.Store.FindBookmarksAsync(new BookmarkQuery("Elsa.RunTask"), CancellationToken.None)).Match;

        var listed = (await RunningServer.JsonOf(await viewer.GetAsync("/api/v1/tasks?name=count"))).GetProperty("tasks").EnumerateArray().Single();
        Assert.Equal((task, run, "task"), (listed.GetProperty("id").GetString(), listed.GetProperty("runId").GetString(), listed.GetProperty("activityId").GetString()));
        Assert.Equal(0, (await RunningServer.JsonOf(await viewer.GetAsync("/api/v1/tasks?name=other"))).GetProperty("tasks").GetArrayLength());

        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostAsJsonAsync($"/elsa/api/tasks/{task}/complete", new { result = 1 })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await worker.PostAsJsonAsync("/elsa/api/tasks/other/complete", new { result = 1 })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await worker.PostAsJsonAsync($"/elsa/api/tasks/{task}/complete", new { result = 42 })).StatusCode);
        await _server.Engine.WaitAsync(run, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        var execution = await Executions.ReadAsync(_server.Store, run, CancellationToken.None);
        var outputs = execution!.Activities.Single(activity => activity.Type == "Elsa.RunTask").Outputs;
        Assert.Equal(Value.Of(42), outputs.Entries.Single(output => output.Key.Equals("result", StringComparison.OrdinalIgnoreCase)).Value);
        Assert.Equal(HttpStatusCode.NotFound, (await worker.PostAsJsonAsync($"/elsa/api/tasks/{task}/complete", new { result = 1 })).StatusCode);
    }

    [Fact]
    public async Task Schedules_Published_StartByThemselves()
    {
        var time = new ManualTime();
        await using var server = await RunningServer.StartAsync(time);
        await SaveAsync(Of("each", Trigger("c", "Cron", ("cronExpression", "String", "0 */5 * * * *"))), server);
        await SaveAsync(Of("often", Trigger("t", "Timer", ("interval", "TimeSpan", "00:02:00"))), server);
        await SaveAsync(Of("once", Trigger("s", "StartAt", ("dateTime", "DateTime", "2030-01-01T00:03:00Z"))), server);

        for (var minute = 1; minute <= 10; minute++)
        {
            time.AdvanceTo(new ManualTime().GetUtcNow().AddMinutes(minute));
            await server.Server.Timetable.FireAsync();
        }

        var runs = await server.Store.ListRunsAsync(new RunQuery(), CancellationToken.None);
        Assert.Equal([("each", 2), ("often", 5), ("once", 1)], runs.GroupBy(run => run.Blueprint).Select(group => (group.Key, group.Count())).Order());
        using var viewer = await server.AsAsync("viewer");
        var listed = (await RunningServer.JsonOf(await viewer.GetAsync("/api/v1/triggers"))).GetProperty("triggers").EnumerateArray().ToDictionary(it => it.GetProperty("id").GetString()!, it => it.GetProperty("state").GetString());
        Assert.Equal(("live", "live", "over"), (listed["each/c"], listed["often/t"], listed["once/s"]));
    }

    [Fact]
    public async Task Folder_Loaded_IsPublishedOnceAndLeavesLaterVersionsAlone()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["hello.json"], Of("shipped", Endpoint("he", "shipped"), Respond("wr", "OK", "v1")).ToJsonString());
        await File.WriteAllTextAsync(folder["broken.json"], "{");
        await using var server = await RunningServer.StartAsync(change: options => options with { WorkflowsFolder = folder.Path });
        using var client = server.Anonymous();
        Assert.Equal("v1", await client.GetStringAsync("/workflows/shipped"));
        Assert.Contains(server.Said, line => line.Contains("broken.json was not loaded", StringComparison.Ordinal));

        Assert.Equal(0, await server.Server.Workflows.LoadAsync(folder.Path, CancellationToken.None));
        await SaveAsync(Of("shipped", Endpoint("he", "shipped"), Respond("wr", "OK", "mine")), server);
        Assert.Equal(0, await server.Server.Workflows.LoadAsync(folder.Path, CancellationToken.None));
        Assert.Equal("mine", await client.GetStringAsync("/workflows/shipped"));

        await File.WriteAllTextAsync(folder["hello.json"], Of("shipped", Endpoint("he", "shipped"), Respond("wr", "OK", "v2")).ToJsonString());
        Assert.Equal(1, await server.Server.Workflows.LoadAsync(folder.Path, CancellationToken.None));
        Assert.Equal("v2", await client.GetStringAsync("/workflows/shipped"));
    }

    [Fact]
    public async Task Sync_AfterACrashBetweenPublishAndIndex_MakesItLive()
    {
        await SaveAsync(Of("hello", Endpoint("he", "hello"), Respond("wr", "OK", "Hello")));
        await _server.Server.Triggers.RemoveAsync("hello", CancellationToken.None);
        using var client = _server.Anonymous();
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/workflows/hello")).StatusCode);
        // A new process knows nothing yet.
        var definitions = new LiveDefinitions(_server.Store);
        using var index = new StudioIndex(_server.Store, _server.Server.Triggers, definitions, _ => { });
        await index.SyncAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/workflows/hello")).StatusCode);
    }

    private static JsonObject Endpoint(string id, string path, params (string, string, object)[] more) => Trigger(id, "HttpEndpoint", [("path", "String", path), .. more]);

    private static JsonObject Respond(string id, string status, string content) =>
        Activity(id, "WriteHttpResponse", ("statusCode", "HttpStatusCode", status), ("content", "Object", content), ("contentType", "String", "text/plain"));

    private async Task SaveAsync(JsonObject model, RunningServer? server = null, bool publish = true)
    {
        using var admin = (server ?? _server).Admin();
        var answer = await admin.PostAsJsonAsync("/elsa/api/workflow-definitions", new JsonObject { ["model"] = model, ["publish"] = publish });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task PostAsync(string path)
    {
        using var admin = _server.Admin();
        var answer = await admin.PostAsJsonAsync(path, new { });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private Task<IReadOnlyList<RunSummary>> RunsAsync() => _server.Store.ListRunsAsync(new RunQuery(), CancellationToken.None);
}
