using System.Net;
using System.Net.Http.Json;
using System.Text;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Access;

public sealed class TokenTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync(_time);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Token_Created_WorksUntilItIsRevoked()
    {
        using var admin = _server.Admin();
        var created = await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", role = "viewer" }));
        using var client = _server.With(created.GetProperty("token").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/runs")).StatusCode);
        var session = await RunningServer.JsonOf(await client.GetAsync("/api/v1/session"));
        Assert.Equal(("token:ci", "viewer"), (session.GetProperty("name").GetString(), session.GetProperty("role").GetString()));

        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync("/api/v1/tokens/ci")).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/runs")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await admin.DeleteAsync("/api/v1/tokens/ci")).StatusCode);
    }

    [Fact]
    public async Task Token_Listed_ShowsLastUseAndNeverItself()
    {
        using var admin = _server.Admin();
        var text = (await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", role = "operator", expiresAt = "2030-02-01T00:00:00Z" }))).GetProperty("token").GetString()!;
        using var client = _server.With(text);
        await client.GetAsync("/api/v1/runs");

        var listed = await (await admin.GetAsync("/api/v1/tokens")).Content.ReadAsStringAsync();

        Assert.Contains("\"usedAt\":\"2030-01-01T00:00:00+00:00\"", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(text, listed, StringComparison.Ordinal);
        foreach (var file in Directory.GetFiles(_server.Folder, "store.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            Assert.DoesNotContain(text[4..], await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Token_AfterItsEnd_OpensNothing()
    {
        using var admin = _server.Admin();
        var created = await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", role = "viewer", expiresAt = "2030-01-01T01:00:00Z" }));
        using var client = _server.With(created.GetProperty("token").GetString()!);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/runs")).StatusCode);

        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/runs")).StatusCode);
    }

    [Fact]
    public async Task Token_AsApiKeyHeader_WorksAndInTheQueryOnlyForSockets()
    {
        using var client = _server.Anonymous();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"ApiKey {_server.AdminToken}");
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/api/v1/runs")).StatusCode);

        using var anonymous = _server.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync($"/api/v1/runs?access_token={_server.AdminToken}")).StatusCode);
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await anonymous.GetAsync($"/elsa/hubs/none?access_token={_server.AdminToken}")).StatusCode);
    }

    [Theory]
    [InlineData("{\"name\":\"ci\",\"role\":\"admn\"}", "Did you mean `admin`?")]
    [InlineData("{\"name\":\"ci\",\"rolle\":\"admin\"}", "Did you mean `role`?")]
    [InlineData("{\"role\":\"admin\"}", "`name` is missing")]
    [InlineData("{\"name\":\"ci\",\"name\":\"x\",\"role\":\"admin\"}", "no JSON")]
    [InlineData("[]", "expected a JSON object")]
    [InlineData("{\"name\":\"ci\",\"role\":\"viewer\",\"expiresAt\":\"2029-12-31T00:00:00Z\"}", "has passed")]
    [InlineData("{\"name\":\"ci\",\"role\":\"viewer\",\"expiresAt\":\"tomorrow\"}", "must be an instant")]
    public async Task Create_BadBody_IsAProblemThatNamesTheWayOn(string body, string expected)
    {
        using var admin = _server.Admin();
        var answer = await admin.PostAsync("/api/v1/tokens", new StringContent(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(expected, (await RunningServer.JsonOf(answer)).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_TakenName_IsAConflict()
    {
        using var admin = _server.Admin();
        await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", role = "viewer" });
        var answer = await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", role = "admin" });
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
        Assert.Equal("api.nameTaken", (await RunningServer.JsonOf(answer)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Attempts_OverTheLimit_HearSoWhileARightTokenPasses()
    {
        using var client = _server.With("orc_wrong");
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/runs")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("/api/v1/runs")).StatusCode);
        using var admin = _server.Admin();
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/runs")).StatusCode);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/runs")).StatusCode);
    }

    [Fact]
    public async Task Audit_HoldsRefusalsAndWhatAdminsDidWithoutSecrets()
    {
        using var admin = _server.Admin();
        var token = (await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", role = "viewer" }))).GetProperty("token").GetString()!;
        using var viewer = _server.With(token);
        await viewer.PostAsync("/api/v1/tokens", null);
        using var anonymous = _server.Anonymous();
        await anonymous.GetAsync("/api/v1/runs?secret=hidden");
        await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", role = "viewer" });

        var answer = await admin.GetAsync("/api/v1/audit");
        var text = await answer.Content.ReadAsStringAsync();
        var lines = (await RunningServer.JsonOf(answer)).GetProperty("lines").EnumerateArray()
            .Select(line => $"{line.GetProperty("by")} {line.GetProperty("action")} {(line.TryGetProperty("subject", out var subject) ? $"[{subject}] " : "")}{line.GetProperty("outcome")}");

        Assert.Equal(
            [
                "admin POST /api/v1/tokens [ci as viewer] 409",
                "? GET /api/v1/runs no credential",
                "token:ci POST /api/v1/tokens needs role admin",
                "admin POST /api/v1/tokens [ci as viewer] done",
            ],
            lines);
        Assert.DoesNotContain(token, text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", text, StringComparison.Ordinal);
    }
}
