using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Tests.Commands;

public sealed class ServeCommandTests : IAsyncLifetime, IDisposable
{
    private const string Blueprint = "blueprint: over-http\ninputs:\n  nap: {type: duration, default: 1h}\nsteps:\n  - id: nap\n    wait: ${{ inputs.nap }}\n";

    private readonly Cli _cli = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SignalWriter _output = new();
    private readonly HttpClient _client = new();
    private Task<int> _serving = Task.FromResult(0);

    public async Task InitializeAsync()
    {
        var terminal = new Terminal
        {
            Output = _output, Error = TextWriter.Null, Input = TextReader.Null, Interrupted = _stop.Token, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            Variable = name => name == "ORCHESTRATOR_HOME" ? _cli.Data : null,
        };
        _serving = CommandLine.InvokeAsync(["serve", "--listen", "http://127.0.0.1:0"], terminal);
        var line = await _output.FirstLine.WaitAsync(TimeSpan.FromMinutes(1));
        _client.BaseAddress = new Uri(line["listening on ".Length..]);
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        Assert.Equal(ExitCode.Done, await _serving.WaitAsync(TimeSpan.FromMinutes(1)));
    }

    public void Dispose()
    {
        _client.Dispose();
        _stop.Dispose();
        _cli.Dispose();
    }

    [Fact]
    public async Task Open_Routes_NeedNoTokenAndShowNoRun()
    {
        var id = await StartAsync("open");

        var page = await _client.GetStringAsync(new Uri("/", UriKind.Relative));
        var ready = await _client.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.Contains("Ready", page, StringComparison.Ordinal);
        Assert.DoesNotContain(id, page, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", page.Replace(_client.BaseAddress!.ToString().TrimEnd('/'), "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri("/health/live", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _client.GetAsync(new Uri("/api/v1/version", UriKind.Relative))).StatusCode);
    }

    [Theory]
    [InlineData("--listen", "https://127.0.0.1:0", "TLS is for a proxy in front")]
    [InlineData("--trusted-proxy", "proxy.example.org", "expected an address")]
    [InlineData("--trusted-proxy", "192.0.2.0/24", "expected an address")]
    [InlineData("--session-token-life", "9s", "from 10s to 8h")]
    [InlineData("--session-token-life", "1d", "from 10s to 8h")]
    [InlineData("--session-token-life", "soon", "from 10s to 8h")]
    public async Task Options_ThatCannotBe_AreRefused(string option, string value, string expected) =>
        Assert.Contains(expected, (await _cli.RunAsync("serve", option, value)).Expect(ExitCode.Rejected).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("/api/v1/runs", null)]
    [InlineData("/api/v1/runs", "wrong")]
    [InlineData("/api/v1/runs/abcd", null)]
    [InlineData("/nowhere", null)]
    public async Task Closed_WithoutTheToken_Answers401(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

        var answer = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Start_TwiceWithOneKey_IsOneDurableRun()
    {
        var first = await StartAsync("key");
        var second = await StartAsync("key");

        var listed = await GetAsync("/api/v1/runs");
        var shown = await GetAsync($"/api/v1/runs/{first}");

        Assert.Equal(first, second);
        Assert.Equal(first, Assert.Single(listed.GetProperty("runs").EnumerateArray()).GetProperty("runId").GetString());
        Assert.Equal("nap", shown.GetProperty("steps")[0].GetProperty("key").GetString());
        Assert.Contains(first, (await _cli.RunAsync("runs")).Expect(ExitCode.Done).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cli_WhileTheServerOwnsTheStore_StartsAndCancelsThroughIt()
    {
        var file = _cli.File("through.yaml", Blueprint);

        var started = (await _cli.RunAsync("run", file, "--no-wait")).Expect(ExitCode.Unfinished);
        var id = started.Output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];
        (await _cli.RunAsync("cancel", id)).Expect(ExitCode.Done);

        Assert.Equal("cancelled", (await GetAsync($"/api/v1/runs/{id}")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Tokens_ThroughTheServer_AreMadeListedAndRevoked()
    {
        var token = (await _cli.RunAsync("tokens", "create", "ci", "--role", "viewer", "--expires", "90d")).Expect(ExitCode.Done).Output.Trim();
        Assert.StartsWith("orc_", token, StringComparison.Ordinal);
        var listed = (await _cli.RunAsync("tokens", "list")).Expect(ExitCode.Done).Output;
        Assert.Contains("ci", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(token, listed, StringComparison.Ordinal);

        using var elsewhere = new Cli();
        (await elsewhere.RunAsync("runs", "--server", _client.BaseAddress!.ToString(), "--token", token)).Expect(ExitCode.Done);
        (await elsewhere.RunAsync("secrets", "list", "--server", _client.BaseAddress!.ToString(), "--token", token)).Expect(ExitCode.Unreachable);
        (await _cli.RunAsync("tokens", "revoke", "ci")).Expect(ExitCode.Done);
        (await elsewhere.RunAsync("runs", "--server", _client.BaseAddress!.ToString(), "--token", token)).Expect(ExitCode.Unreachable);
        (await _cli.RunAsync("tokens", "revoke", "ci")).Expect(ExitCode.Rejected);
        Assert.False(Directory.Exists(elsewhere.Data));
    }

    [Fact]
    public async Task Login_OnTheServersMachine_PrintsALinkThatSignsIn()
    {
        var link = (await _cli.RunAsync("login", "--role", "viewer")).Expect(ExitCode.Done).Output.Trim();
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(new Uri(link))).StatusCode);
        var session = await browser.GetFromJsonAsync<JsonElement>(new Uri(_client.BaseAddress!, "/api/v1/session"));
        Assert.Equal("viewer", session.GetProperty("role").GetString());
    }

    [Fact]
    public async Task Secrets_WhileTheServerOwnsTheStore_AreSetListedAndRemoved()
    {
        (await _cli.RunAsync("s3cret\n", CancellationToken.None, "secrets", "set", "lab/token")).Expect(ExitCode.Done);
        Assert.Equal("lab/token", (await _cli.RunAsync("secrets", "list")).Expect(ExitCode.Done).Output.Trim());
        (await _cli.RunAsync("secrets", "remove", "lab/token")).Expect(ExitCode.Done);
        (await _cli.RunAsync("secrets", "remove", "lab/token")).Expect(ExitCode.Rejected);
    }

    [Fact]
    public async Task Run_FromElsewhere_FollowsTheRunOfTheServerAsItsOwn()
    {
        using var elsewhere = new Cli();
        string[] server = ["--server", _client.BaseAddress!.ToString(), "--token", (await File.ReadAllTextAsync(Path.Combine(_cli.Data, "admin.token"))).Trim()];
        var file = elsewhere.File("remote.yaml", "blueprint: remote\ninputs:\n  word: {type: secret<string>}\n  n: {type: int}\nsteps:\n  - id: hear\n    wait: {signal: news}\n  - id: say\n    run: echo far-away\noutputs:\n  n: ${{ inputs.n + 1 }}\n");

        var started = (await elsewhere.RunAsync(["run", file, "--set", "word=canary", "--set", "n=4", "--no-wait", .. server])).Expect(ExitCode.Unfinished);
        var id = started.Output.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[2];
        var followed = (await elsewhere.RunAsync(["signal", id, "news", "--wait", .. server])).Expect(ExitCode.Done);

        Assert.Contains("run completed", followed.Output, StringComparison.Ordinal);
        Assert.Contains("say | far-away", (await elsewhere.RunAsync(["logs", id, .. server])).Expect(ExitCode.Done).Output, StringComparison.Ordinal);
        var shown = JsonDocument.Parse((await elsewhere.RunAsync(["runs", "show", id, "--json", .. server])).Expect(ExitCode.Done).Output).RootElement;
        Assert.Equal(5, shown.GetProperty("outputs").GetProperty("n").GetInt32());
        Assert.DoesNotContain("canary", shown.ToString(), StringComparison.Ordinal);
        Assert.Contains("would run", (await elsewhere.RunAsync(["plan", file, "--set", "word=canary", "--set", "n=4", .. server])).Expect(ExitCode.Done).Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(elsewhere.Data));
    }

    [Fact]
    public async Task Server_ThatDoesNotAnswer_IsExitCode4()
    {
        using var elsewhere = new Cli();
        var said = (await elsewhere.RunAsync("runs", "--server", "http://127.0.0.1:1", "--token", "x")).Expect(ExitCode.Unreachable);
        Assert.Contains("cannot be reached", said.Error, StringComparison.Ordinal);
        (await elsewhere.RunAsync("tokens", "list")).Expect(ExitCode.Unreachable);
    }

    [Theory]
    [InlineData("{\"text\": \"blueprint: x\\nstesp: []\\n\"}", 422, "api.blueprintRejected")]
    [InlineData("{\"text\": \"blueprint: x\\nsteps:\\n  - id: a\\n    wait: 1s\\n\", \"inputs\": {\"y\": 1}}", 422, "api.inputsRejected")]
    [InlineData("{\"txt\": \"\"}", 400, "api.badRequest")]
    [InlineData("not json", 400, "api.badRequest")]
    [InlineData("{\"text\": \"blueprint: x\\ninputs:\\n  y: {type: secret<string>}\\nsteps:\\n  - id: a\\n    wait: 1s\\n\", \"inputs\": {\"y\": {\"$secret\": \"store:x\"}}}", 422, "api.inputsRejected")]
    public async Task Start_BadBody_IsAProblemWithACode(string body, int status, string code)
    {
        using var request = Request(HttpMethod.Post, "/api/v1/runs");
        request.Content = new StringContent(body);

        var answer = await _client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Fact]
    public void Token_File_IsForItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_cli.Data, "admin.token")));
    }

    private async Task<string> StartAsync(string key)
    {
        using var request = Request(HttpMethod.Post, "/api/v1/runs");
        request.Headers.Add("Idempotency-Key", key);
        request.Content = JsonContent.Create(new { text = Blueprint });
        var answer = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("runId").GetString()!;
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var request = Request(HttpMethod.Get, path);
        var answer = await _client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var token = File.ReadAllText(Path.Combine(_cli.Data, "admin.token")).Trim();
        return new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }
}
