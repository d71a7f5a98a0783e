using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;

namespace Orchestrator.Server.Tests.Access;

/// <summary>Every route and hub of the running server, whoever added it: none without a policy, none that lets somebody in who may not.</summary>
public sealed class RouteTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public void Routes_All_SayWhoMayCallThem()
    {
        var routes = Routes().ToList();
        Assert.NotEmpty(routes);
        Assert.Empty(routes.Where(route => route.Least is null == (route.Endpoint.Metadata.GetMetadata<OpenToEveryone>() is null)).Select(route => route.ToString()));
    }

    [Fact]
    public void Routes_OpenToEveryone_AreTheseOnly() => Assert.Equal(
        [
            "/", "/api/v1/version", "/health/live", "/health/ready", "/hooks/{**path}", "/login", "/pages/{**path}", "/studio/{**path:file}",
            "/workflows/definitions/{**path}", "/workflows/instances/{**path}", "/workflows/{**path}",
        ],
        Routes().Where(route => route.Least is null).Select(route => route.Path).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public async Task Routes_WithoutACredential_Answer401()
    {
        using var client = _server.Anonymous();
        var wrong = new List<string>();
        foreach (var route in Routes().Where(route => route.Least is not null))
        {
            using var answer = await client.SendAsync(route.Request());
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode != HttpStatusCode.Unauthorized || (route.Method != "HEAD" && !text.Contains("api.unauthorized", StringComparison.Ordinal))) wrong.Add($"{route}: {(int)answer.StatusCode} {text}");
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("operator")]
    public async Task Routes_UnderTheRoleTheyNeed_Answer403AndNameIt(string role)
    {
        using var client = await _server.AsAsync(role);
        var wrong = new List<string>();
        foreach (var route in Routes().Where(route => route.Least > RoleText.Parse(role)))
        {
            using var answer = await client.SendAsync(route.Request());
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.StatusCode != HttpStatusCode.Forbidden || (route.Method != "HEAD" && !text.Contains($"needs the role {route.Least!.Value.Text()}", StringComparison.Ordinal))) wrong.Add($"{route}: {(int)answer.StatusCode} {text}");
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Routes_UnknownOrWithAnotherMethod_AreClosedToo()
    {
        using var anonymous = _server.Anonymous();
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync("/api/v1/nothing")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.PutAsync("/api/v1/runs", null)).StatusCode);
        using var viewer = await _server.AsAsync("viewer");
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.GetAsync("/api/v1/nothing")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await viewer.PutAsync("/api/v1/runs", null)).StatusCode);
    }

    private IEnumerable<Route> Routes() =>
        from endpoint in _server.Server.Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET", "POST"]
        select new Route(endpoint, method, "/" + endpoint.RoutePattern.RawText?.TrimStart('/'));

    private sealed record Route(RouteEndpoint Endpoint, string Method, string Path)
    {
        public Role? Least => Endpoint.Metadata.GetMetadata<NeedsRole>()?.Least;

        public HttpRequestMessage Request()
        {
            // Parameters get a harmless value; constraints among ours are none or int.
            var path = new StringBuilder();
            foreach (var segment in Endpoint.RoutePattern.PathSegments)
                path.Append('/').AppendJoin("", segment.Parts.Select(part => part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "1"));
            return new HttpRequestMessage(new HttpMethod(Method), path.Length == 0 ? "/" : path.ToString());
        }

        public override string ToString() => $"{Method} {Path}";
    }
}
