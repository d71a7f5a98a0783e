using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Server.Access;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Access;

/// <summary>What a proxy says about the client, believed from loopback and from given addresses only.</summary>
public sealed class TrustedProxyTests : IAsyncLifetime
{
    private readonly ManualTime _time = new();
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync(_time, options => options with { Hosts = ["console.test"] });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.5", "https", "203.0.113.5")]
    [InlineData("127.8.9.1", "203.0.113.5", "https", "203.0.113.5")]
    [InlineData("::1", "2001:db8::5", "https", "2001:db8::5")]
    [InlineData("::ffff:127.0.0.1", "203.0.113.5", "https", "203.0.113.5")]
    [InlineData("192.0.2.7", "203.0.113.5", "https", "203.0.113.5")]
    [InlineData("::ffff:192.0.2.7", "203.0.113.5", "https", "203.0.113.5")]
    // The client wrote what stands before the last: not believed, not even when it names a trusted proxy.
    [InlineData("127.0.0.1", "198.51.100.1, 203.0.113.5", "https", "203.0.113.5")]
    [InlineData("127.0.0.1", "198.51.100.1, 127.0.0.1", "https", "127.0.0.1")]
    // Not a proxy of ours.
    [InlineData("192.0.2.8", "203.0.113.5", "http", "192.0.2.8")]
    [InlineData("203.0.113.9", "127.0.0.1", "http", "203.0.113.9")]
    [InlineData("2001:db8::7", "203.0.113.5", "http", "2001:db8::7")]
    // No address: then nothing that it says is taken.
    [InlineData("127.0.0.1", "unknown", "http", "127.0.0.1")]
    public async Task Request_FromAPeer_IsTakenAs(string peer, string forwardedFor, string scheme, string client)
    {
        var context = await ThroughAsync(peer, request =>
        {
            request.Headers["X-Forwarded-For"] = forwardedFor;
            request.Headers["X-Forwarded-Proto"] = "https";
        });
        Assert.Equal((scheme, IPAddress.Parse(client)), (context.Request.Scheme, context.Connection.RemoteIpAddress));
    }

    [Theory]
    [InlineData("http, https", "https")]
    [InlineData("https, http", "http")]
    public async Task Scheme_OfAChain_IsThatOfTheLastHop(string chain, string expected) =>
        Assert.Equal(expected, (await ThroughAsync("127.0.0.1", request => request.Headers["X-Forwarded-Proto"] = chain)).Request.Scheme);

    [Fact]
    public async Task Host_ThatIsForwarded_IsNotTaken() =>
        Assert.Equal("console.test", (await ThroughAsync("127.0.0.1", request => request.Headers["X-Forwarded-Host"] = "evil.example")).Request.Host.Value);

    [Fact]
    public async Task Browser_OverHttps_GetsASecureCookieAndChangesThings()
    {
        using var client = Proxied("203.0.113.5", "https");
        var login = await client.SendAsync(Login("https://console.test"));
        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
        Assert.True(login.Headers.Contains("Strict-Transport-Security"));
        var cookie = Assert.Single(login.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-orchestrator-443=", cookie, StringComparison.Ordinal);
        Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);

        client.DefaultRequestHeaders.Add("Cookie", cookie.Split(';')[0]);
        var session = await RunningServer.JsonOf(await client.GetAsync("/api/v1/session"));
        client.DefaultRequestHeaders.Add("X-Antiforgery-Token", session.GetProperty("antiforgeryToken").GetString());
        Assert.Equal(HttpStatusCode.Created, await CreateTokenAsync(client, "a", "https://console.test"));
        Assert.Equal(HttpStatusCode.Forbidden, await CreateTokenAsync(client, "b", "http://console.test"));
        Assert.Equal(HttpStatusCode.Forbidden, await CreateTokenAsync(client, "c", "https://evil.example"));

        var lines = (await RunningServer.JsonOf(await client.GetAsync("/api/v1/audit"))).GetProperty("lines").EnumerateArray();
        Assert.All(lines, line => Assert.Equal("203.0.113.5", line.GetProperty("from").GetString()));
    }

    [Fact]
    public async Task Browser_OverHttp_GetsAPlainCookie()
    {
        using var client = Proxied("203.0.113.5", "http");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(Login("https://console.test"))).StatusCode);
        var login = await client.SendAsync(Login("http://console.test"));
        Assert.Equal(HttpStatusCode.Redirect, login.StatusCode);
        Assert.False(login.Headers.Contains("Strict-Transport-Security"));
        Assert.DoesNotContain("; secure", login.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Attempts_OverTheLimit_AreCountedForTheClientAndNotForTheProxy()
    {
        using var guessing = Proxied("203.0.113.5", "https");
        guessing.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer orc_wrong");
        for (var i = 0; i < 20; i++) Assert.Equal(HttpStatusCode.Unauthorized, (await guessing.GetAsync("/api/v1/runs")).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await guessing.GetAsync("/api/v1/runs")).StatusCode);

        using var other = Proxied("203.0.113.6", "https");
        other.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer orc_wrong");
        Assert.Equal(HttpStatusCode.Unauthorized, (await other.GetAsync("/api/v1/runs")).StatusCode);

        // A forged beginning of the chain is no way around it.
        using var forging = Proxied("198.51.100.1, 203.0.113.5", "https");
        forging.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer orc_wrong");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await forging.GetAsync("/api/v1/runs")).StatusCode);
    }

    private HttpClient Proxied(string forwardedFor, string scheme)
    {
        var client = _server.Anonymous();
        client.DefaultRequestHeaders.Host = "console.test";
        client.DefaultRequestHeaders.Add("X-Forwarded-For", forwardedFor);
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", scheme);
        return client;
    }

    private HttpRequestMessage Login(string origin) =>
        new(HttpMethod.Post, "/login") { Content = new FormUrlEncodedContent([new("token", _server.AdminToken)]), Headers = { { "Origin", origin } } };

    private static async Task<HttpStatusCode> CreateTokenAsync(HttpClient client, string name, string origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/tokens") { Content = JsonContent.Create(new { name, role = "viewer" }), Headers = { { "Origin", origin } } };
        return (await client.SendAsync(request)).StatusCode;
    }

    private static async Task<HttpContext> ThroughAsync(string peer, Action<HttpRequest> change)
    {
        await using var services = new ServiceCollection().AddLogging().AddOptions().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        TrustedProxies.Use(app, [IPAddress.Parse("192.0.2.7")]);
        app.Run(_ => Task.CompletedTask);
        var context = new DefaultHttpContext { RequestServices = services, Request = { Scheme = "http", Host = new HostString("console.test") }, Connection = { RemoteIpAddress = IPAddress.Parse(peer) } };
        change(context.Request);
        await app.Build()(context);
        return context;
    }
}
