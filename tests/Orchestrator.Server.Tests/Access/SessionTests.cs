using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Orchestrator.Server.Access;
using Orchestrator.Stores.Sqlite;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Access;

public sealed class SessionTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync(_time, options => options with { Owner = "ann" });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Link_PrintedAtTheStart_SignsInOnce()
    {
        var link = new Uri(_server.Said.Single(line => line.Contains("/login?code=", StringComparison.Ordinal)).Split(' ')[^1]);
        using var browser = _server.Anonymous(cookies: true);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/runs")).StatusCode);

        var first = await browser.GetAsync(link);

        Assert.Equal(HttpStatusCode.Redirect, first.StatusCode);
        var cookie = Assert.Single(first.Headers.GetValues("Set-Cookie"));
        Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("session:ann", (await RunningServer.JsonOf(await browser.GetAsync("/api/v1/session"))).GetProperty("name").GetString());
        using var other = _server.Anonymous(cookies: true);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync(link)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/api/v1/runs")).StatusCode);
    }

    [Fact]
    public async Task Link_TooOld_SignsNobodyIn()
    {
        using var admin = _server.Admin();
        var path = (await RunningServer.JsonOf(await admin.PostAsync("/api/v1/login-links", null))).GetProperty("path").GetString();
        _time.Advance(TimeSpan.FromMinutes(15));
        using var browser = _server.Anonymous(cookies: true);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task Form_WithAToken_SignsInWithItsRole()
    {
        using var admin = _server.Admin();
        var token = (await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "ci", role = "viewer" }))).GetProperty("token").GetString()!;
        using var browser = _server.Anonymous(cookies: true);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.PostAsync("/login", Form("nonsense"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.PostAsync("/login", Form(token))).StatusCode);

        Assert.Equal("viewer", (await RunningServer.JsonOf(await browser.GetAsync("/api/v1/session"))).GetProperty("role").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/v1/tokens")).StatusCode);

        using var foreign = new HttpRequestMessage(HttpMethod.Post, "/login") { Content = Form(token), Headers = { { "Origin", "http://evil.example" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(foreign)).StatusCode);
    }

    [Theory]
    [InlineData("/runs/abc?x=1#logs", "/runs/abc?x=1#logs")]
    [InlineData("/studio/workflows/definitions/d/edit", "/studio/workflows/definitions/d/edit")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("/\t/evil.example/", "/")]
    [InlineData("runs", "/")]
    [InlineData("/ä", "/")]
    [InlineData("", "/")]
    public async Task Form_GoesBackToThePageThatWasWanted_AndNowhereElse(string from, string expected)
    {
        using var browser = _server.Anonymous(cookies: true);

        var page = await (await browser.GetAsync($"/login?from={Uri.EscapeDataString(from)}")).Content.ReadAsStringAsync();
        Assert.Equal(expected == from, page.Contains($"name=\"from\" value=\"{from}\"", StringComparison.Ordinal));
        var wrong = await browser.PostAsync("/login", new FormUrlEncodedContent([new("token", "nonsense"), new("from", from)]));
        Assert.Equal(expected == from, (await wrong.Content.ReadAsStringAsync()).Contains($"name=\"from\" value=\"{from}\"", StringComparison.Ordinal));
        var answer = await browser.PostAsync("/login", new FormUrlEncodedContent([new("token", _server.AdminToken), new("from", from)]));

        Assert.Equal((HttpStatusCode.Redirect, expected), (answer.StatusCode, answer.Headers.Location?.OriginalString));
    }

    [Fact]
    public async Task Page_WithoutASession_IsTheDoorThatKnowsTheWayBack()
    {
        using var browser = _server.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/runs/a%20b?tab=%22x") { Headers = { { "Accept", "text/html" } } };

        var answer = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("name=\"from\" value=\"/runs/a%20b?tab=%22x\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_BegunWithAToken_EndsWithIt()
    {
        using var admin = _server.Admin();
        foreach (var (name, end) in ((string, bool)[])[("revoked", true), ("expired", false)])
        {
            var text = (await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/tokens", new { name, role = "viewer", expiresAt = "2030-01-01T02:00:00Z" }))).GetProperty("token").GetString()!;
            using var browser = _server.Anonymous(cookies: true);
            await browser.PostAsync("/login", Form(text));
            var bearer = (await RunningServer.JsonOf(await browser.SendAsync(await ChangeAsync(browser, "/api/v1/session/token")))).GetProperty("accessToken").GetString()!;
            using var page = _server.With(bearer);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await browser.GetAsync("/api/v1/runs")).StatusCode, (await page.GetAsync("/api/v1/runs")).StatusCode));

            if (end) await admin.DeleteAsync($"/api/v1/tokens/{name}");
            else _time.Advance(TimeSpan.FromHours(2));

            Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), ((await browser.GetAsync("/api/v1/runs")).StatusCode, (await page.GetAsync("/api/v1/runs")).StatusCode));
        }
    }

    private static async Task<HttpRequestMessage> ChangeAsync(HttpClient browser, string path)
    {
        var session = await RunningServer.JsonOf(await browser.GetAsync("/api/v1/session"));
        return new HttpRequestMessage(HttpMethod.Post, path) { Headers = { { session.GetProperty("antiforgeryHeader").GetString()!, session.GetProperty("antiforgeryToken").GetString() } } };
    }

    [Fact]
    public async Task Session_BegunByALinkOfAToken_EndsWithThatToken()
    {
        using var admin = _server.Admin();
        var text = (await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/tokens", new { name = "chief", role = "admin" }))).GetProperty("token").GetString()!;
        using var chief = _server.With(text);
        using var first = await ByLinkAsync(chief);
        // A session that came of the token makes a link itself.
        using var change = await ChangeAsync(first, "/api/v1/login-links");
        using var second = await ByLinkAsync(first, change);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await first.GetAsync("/api/v1/runs")).StatusCode, (await second.GetAsync("/api/v1/runs")).StatusCode));

        await admin.DeleteAsync("/api/v1/tokens/chief");

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), ((await first.GetAsync("/api/v1/runs")).StatusCode, (await second.GetAsync("/api/v1/runs")).StatusCode));
    }

    [Fact]
    public async Task Session_OfTheAdminToken_EndsWhenItIsReplaced()
    {
        using var folder = new TemporaryFolder();
        await using var store = await SqliteStore.OpenAsync(folder["store.db"], asOwner: true);
        BrowserSessions Start() => new(store, AdminToken.Ensure(folder.Path), new ApiTokens(store, _time), TimeSpan.FromHours(8), _time);
        var cookie = await Start().BeginAsync("ann", Role.Admin, AdminToken.Ensure(folder.Path).Hash);
        Assert.NotNull(await Start().FindByCookieAsync(cookie, CancellationToken.None));

        File.Delete(folder["admin.token"]);

        Assert.Null(await Start().FindByCookieAsync(cookie, CancellationToken.None));
    }

    private async Task<HttpClient> ByLinkAsync(HttpClient maker, HttpRequestMessage? request = null)
    {
        var answer = request is null ? await maker.PostAsync("/api/v1/login-links", null) : await maker.SendAsync(request);
        var browser = _server.Anonymous(cookies: true);
        await browser.GetAsync((await RunningServer.JsonOf(answer)).GetProperty("path").GetString());
        return browser;
    }

    [Fact]
    public async Task Change_WithoutTheAntiforgeryHeader_IsRefused()
    {
        var (browser, antiforgery) = await _server.SignInAsync();
        using var _ = browser;
        var (other, othersAntiforgery) = await _server.SignInAsync();
        other.Dispose();

        Assert.Equal("api.antiforgery", (await RunningServer.JsonOf(await browser.PostAsJsonAsync("/api/v1/tokens", new { name = "a", role = "viewer" }))).GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(browser, othersAntiforgery, null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(browser, antiforgery, "http://evil.example")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(browser, antiforgery, _server.Server.Address)).StatusCode);
    }

    [Fact]
    public async Task Read_FromAPageOfAnotherOrigin_IsRefused()
    {
        var (browser, _) = await _server.SignInAsync();
        using var __ = browser;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/runs") { Headers = { { "Origin", "null" } } };
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Session_Used_GetsANewCookieAndTheOldOneStops()
    {
        var (browser, _) = await _server.SignInAsync();
        using var __ = browser;
        var old = Cookie(await LoginAsync());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(old));
        _time.Advance(TimeSpan.FromMinutes(61));

        using var client = _server.Anonymous();
        var renewed = Cookie(await client.SendAsync(Request(old)));

        Assert.NotEqual(old, renewed);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(old));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(old));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(renewed));
    }

    [Fact]
    public async Task Session_Unused_EndsAndEveryOneEndsInTheEnd()
    {
        var idle = Cookie(await LoginAsync());
        _time.Advance(TimeSpan.FromHours(8));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(idle));

        var used = Cookie(await LoginAsync());
        using var client = _server.Anonymous();
        for (var hours = 0; hours < 7 * 24; hours += 6)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(used));
            _time.Advance(TimeSpan.FromHours(6));
            var answer = await client.SendAsync(Request(used));
            if (answer.Headers.Contains("Set-Cookie")) used = Cookie(answer);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(used));
    }

    [Fact]
    public async Task Bearer_OfASession_HasItsRoleAndEndsWithIt()
    {
        var (browser, antiforgery) = await _server.SignInAsync("operator");
        using var _ = browser;
        browser.DefaultRequestHeaders.Add("X-Antiforgery-Token", antiforgery);
        var token = (await RunningServer.JsonOf(await browser.PostAsync("/api/v1/session/token", null))).GetProperty("accessToken").GetString()!;
        using var script = _server.With(token);

        // No antiforgery header: the browser does not send this by itself.
        Assert.Equal(HttpStatusCode.BadRequest, (await script.PostAsync("/api/v1/runs", new StringContent("{}"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await script.GetAsync("/api/v1/tokens")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await script.PostAsync("/api/v1/session/token", null)).StatusCode);

        Assert.Equal(HttpStatusCode.NoContent, (await browser.DeleteAsync("/api/v1/session")).StatusCode);

        Assert.Equal(HttpStatusCode.Unauthorized, (await script.GetAsync("/api/v1/runs")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/runs")).StatusCode);
    }

    [Fact]
    public async Task Page_WithoutASession_SaysHowToSignIn()
    {
        using var browser = _server.Anonymous();
        browser.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        var answer = await browser.GetAsync("/studio/");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("orchestrator login", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost.evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("192.0.2.7", HttpStatusCode.OK)]
    public async Task Host_ThatIsAName_MustBeKnown(string host, HttpStatusCode expected)
    {
        using var admin = _server.Admin();
        admin.DefaultRequestHeaders.Host = host;
        Assert.Equal(expected, (await admin.GetAsync("/api/v1/runs")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Answers_All_CarryTheHeadersThatTieABrowsersHands()
    {
        using var client = _server.Anonymous();
        foreach (var path in (string[])["/", "/login", "/api/v1/runs", "/studio/x", "/health/live"])
        {
            var headers = (await client.GetAsync(path)).Headers;
            Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("same-origin", headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("frame-ancestors 'none'", headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.False(headers.Contains("Strict-Transport-Security"));
        }
    }

    private static FormUrlEncodedContent Form(string token) => new([new("token", token)]);

    private static string Cookie(HttpResponseMessage answer) => answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];

    private static HttpRequestMessage Request(string cookie) => new(HttpMethod.Get, "/api/v1/runs") { Headers = { { "Cookie", cookie } } };

    private async Task<HttpResponseMessage> LoginAsync()
    {
        using var client = _server.Anonymous();
        return await client.PostAsync("/login", Form(_server.AdminToken));
    }

    private async Task<HttpStatusCode> StatusAsync(string cookie)
    {
        using var client = _server.Anonymous();
        return (await client.SendAsync(Request(cookie))).StatusCode;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient browser, string antiforgery, string? origin)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens") { Content = JsonContent.Create(new { name = "a", role = "viewer" }), Headers = { { "X-Antiforgery-Token", antiforgery } } };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return await browser.SendAsync(request);
    }
}
