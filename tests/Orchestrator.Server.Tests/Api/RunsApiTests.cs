using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Server.Tests.Api;

public sealed class RunsApiTests : IAsyncLifetime
{
    private const string Listens = "blueprint: listens\nsteps:\n  - id: before\n    run: echo heard-nothing\n  - id: hear\n    wait: {signal: news}\n";

    private RunningServer _server = null!;
    private HttpClient _operator = null!;

    public async Task InitializeAsync()
    {
        _server = await RunningServer.StartAsync();
        _operator = await _server.AsAsync("operator");
    }

    public async Task DisposeAsync()
    {
        _operator.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Start_TwiceWithOneKey_IsOneRunAndTheJournalSaysWho()
    {
        var first = await StartAsync(Listens, key: "k1");
        var second = await StartAsync(Listens, key: "k1");

        Assert.Equal(first.GetProperty("runId").GetString(), second.GetProperty("runId").GetString());
        Assert.False(first.GetProperty("existing").GetBoolean());
        Assert.True(second.GetProperty("existing").GetBoolean());
        var started = (await GetAsync($"/api/v1/runs/{Id(first)}/journal?limit=1")).GetProperty("events")[0];
        Assert.Equal("RunStarted", started.GetProperty("type").GetString());
        Assert.StartsWith("token:operator-", started.GetProperty("body").GetProperty("by").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signal_OnceWithAKey_CompletesTheRunAndCountsOnce()
    {
        var id = Id(await StartAsync(Listens));
        await _server.Engine.WaitAsync(id, CancellationToken.None, orWaiting: true);

        var done = await RunningServer.JsonOf(await _operator.PostAsJsonAsync($"/api/v1/runs/{id}/signal", new { name = "news", payload = new { a = 1 }, key = "s1" }));
        var again = await RunningServer.JsonOf(await _operator.PostAsJsonAsync($"/api/v1/runs/{id}/signal", new { name = "news", key = "s1" }));

        Assert.Equal("done", done.GetProperty("outcome").GetString());
        Assert.Equal("duplicate", again.GetProperty("outcome").GetString());
        await _server.Engine.WaitAsync(id, CancellationToken.None);
        var run = await GetAsync($"/api/v1/runs/{id[..12]}");
        Assert.Equal("completed", run.GetProperty("status").GetString());
        Assert.Equal(1, run.GetProperty("steps")[1].GetProperty("output").GetProperty("payload").GetProperty("a").GetInt32());
    }

    [Fact]
    public async Task Retry_WithOtherInputs_GoesOnAndSkipTakesAStepAsDone()
    {
        const string fails = "blueprint: fails\nonFailure: pause\ndefaults: {retry: {max: 0}}\nsteps:\n  - id: bad\n    run: exit 3\n  - id: worse\n    uses: file.write\n    with: {path: /proc/nowhere/x, content: a}\n";
        var id = Id(await StartAsync(fails));
        await _server.Engine.WaitAsync(id, CancellationToken.None);
        Assert.Equal("paused", (await GetAsync($"/api/v1/runs/{id}")).GetProperty("status").GetString());

        await AskAsync(id, "skip", new { step = "bad", value = new { exitCode = 0 } });
        await _server.Engine.WaitAsync(id, CancellationToken.None);
        Assert.Equal("worse", (await GetAsync($"/api/v1/runs/{id}")).GetProperty("steps").EnumerateArray().Single(step => step.GetProperty("status").GetString() == "paused").GetProperty("key").GetString());
        await AskAsync(id, "retry", new { inputs = new { path = Path.Combine(_server.Folder, "x") } });
        await _server.Engine.WaitAsync(id, CancellationToken.None);

        Assert.Equal("completed", (await GetAsync($"/api/v1/runs/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Requests_OnAnEndedRun_AreRefusedWithAReason()
    {
        var id = Id(await StartAsync(Listens));
        await AskAsync(id, "cancel", new { reason = "enough" });
        await _server.Engine.WaitAsync(id, CancellationToken.None);

        var answer = await _operator.PostAsync($"/api/v1/runs/{id}/resume", null);

        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("run.refused", (await RunningServer.JsonOf(answer)).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await _operator.PostAsync("/api/v1/runs/nosuchrun/cancel", null)).StatusCode);
    }

    [Fact]
    public async Task List_Searched_FindsByLabelStatusAndText()
    {
        var one = Id(await StartAsync(Listens, labels: new { env = "lab" }));
        var other = Id(await StartAsync(Listens.Replace("listens", "hears", StringComparison.Ordinal), labels: new { env = "live" }));
        await _server.Engine.WaitAsync(one, CancellationToken.None, orWaiting: true);

        Assert.Equal([one], await IdsAsync("label=env%3Dlab"));
        Assert.Equal([other], await IdsAsync("text=HEAR"));
        Assert.Equal([one], await IdsAsync("blueprint=listens&status=waiting,running"));
        Assert.Equal([other, one], await IdsAsync("since=2020-01-01T00:00:00Z"));
        var first = await GetAsync("/api/v1/runs?limit=1&text=e");
        Assert.Equal([one], (await GetAsync(first.GetProperty("next").GetString()!)).GetProperty("runs").EnumerateArray().Select(Id));

        var wrong = await _operator.GetAsync("/api/v1/runs?staus=waiting");
        Assert.Contains("Did you mean `status`?", (await RunningServer.JsonOf(wrong)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("Did you mean `waiting`?", (await RunningServer.JsonOf(await _operator.GetAsync("/api/v1/runs?status=wating"))).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_Streamed_GoOnAfterTheLastIdWithoutLossOrRepeat()
    {
        var id = Id(await StartAsync(Listens));
        await _server.Engine.WaitAsync(id, CancellationToken.None, orWaiting: true);
        var first = await ReadAsync(id, null, until: item => item.Event == "event" && item.Data.Contains("\"step\":\"before\"", StringComparison.Ordinal) && item.Data.Contains("StepCompleted", StringComparison.Ordinal));
        await AskAsync(id, "signal", new { name = "news" });

        var rest = await ReadAsync(id, first[^1].Id, until: item => item.Event == "end");

        var all = await ReadAsync(id, null, until: item => item.Event == "end");
        Assert.Equal(all, first.Concat(rest));
        Assert.Contains(all, item => item.Event == "log" && item.Data.Contains("heard-nothing", StringComparison.Ordinal));
        Assert.Equal(
            (await GetAsync($"/api/v1/runs/{id}/journal")).GetProperty("events").EnumerateArray().Select(entry => entry.GetProperty("seq").GetInt64()),
            all.Where(item => item.Event == "event").Select(item => JsonDocument.Parse(item.Data).RootElement.GetProperty("seq").GetInt64()));
        Assert.Equal("heard-nothing", (await GetAsync($"/api/v1/runs/{id}/log")).GetProperty("lines")[0].GetProperty("line").GetString());
    }

    [Theory]
    [InlineData("{\"text\":\"a: b\",\"input\":{}}", 400, "Did you mean `inputs`?")]
    [InlineData("{}", 400, "give `text`")]
    [InlineData("{\"blueprint\":\"nothing\"}", 404, "There is no blueprint nothing")]
    [InlineData("{\"text\":\"blueprint: x\\nsteps: [{id: a, wait: 1s}]\\n\",\"labels\":{\"a\":1}}", 400, "`labels.a` must be a string")]
    public async Task Start_BadBody_SaysWhatIsExpected(string body, int status, string detail)
    {
        var answer = await _operator.PostAsync("/api/v1/runs", new StringContent(body));
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(detail, (await RunningServer.JsonOf(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_TooLargeABody_Is413()
    {
        var answer = await _operator.PostAsync("/api/v1/runs", new StringContent(new string('x', 2_200_000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private async Task<JsonElement> StartAsync(string text, string? key = null, object? labels = null) =>
        await RunningServer.JsonOf(await _operator.PostAsJsonAsync("/api/v1/runs", new { text, key, labels }));

    private async Task AskAsync(string id, string what, object body)
    {
        var answer = await _operator.PostAsJsonAsync($"/api/v1/runs/{id}/{what}", body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<JsonElement> GetAsync(string path) => await RunningServer.JsonOf(await _operator.GetAsync(path));

    private async Task<IEnumerable<string>> IdsAsync(string query) => (await GetAsync($"/api/v1/runs?{query}")).GetProperty("runs").EnumerateArray().Select(Id);

    private static string Id(JsonElement run) => run.GetProperty("runId").GetString()!;

    private async Task<List<(string? Id, string Event, string Data)>> ReadAsync(string id, string? after, Func<(string? Id, string Event, string Data), bool> until)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/runs/{id}/events");
        if (after is not null) request.Headers.Add("Last-Event-ID", after);
        using var answer = await _operator.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var items = new List<(string? Id, string Event, string Data)>();
        var fields = new Dictionary<string, string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.Length > 0)
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0) fields[line[..colon]] = line[(colon + 2)..];
                continue;
            }

            if (fields.Count == 0) continue;
            var item = (fields.GetValueOrDefault("id"), fields["event"], fields["data"]);
            fields.Clear();
            items.Add(item);
            if (until(item)) break;
        }

        return items;
    }
}
