using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Tests.Api;

public sealed class OpenApiTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Document_Served_HasEveryRouteOfTheApi()
    {
        var document = await DocumentAsync();
        var documented = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => $"{operation.Name.ToUpperInvariant()} {path.Name}"));
        var routes = _server.Server.Endpoints.OfType<RouteEndpoint>()
            .Where(route => OpenApiDocument.PathOf(route).StartsWith("/api/v1", StringComparison.Ordinal))
            .SelectMany(route => route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Select(method => $"{method} {OpenApiDocument.PathOf(route)}"));
        Assert.Equal(routes.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Document_References_AllLeadToASchema()
    {
        var document = await DocumentAsync();
        var known = document.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(schema => $"#/components/schemas/{schema.Name}").ToHashSet();
        Assert.All(References(document), reference => Assert.Contains(reference, known));
        Assert.Empty(known.Except(References(document)));
    }

    [Fact]
    public async Task Document_Operations_HaveUniqueIdsAndSayWhatTheyAnswer()
    {
        var document = await DocumentAsync();
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(operation => operation.Value)).ToList();
        Assert.Equal(operations.Count, operations.Select(operation => operation.GetProperty("operationId").GetString()).Distinct().Count());
        Assert.All(operations, operation => Assert.Contains(operation.GetProperty("responses").EnumerateObject(), response => response.Name is "200" or "201" or "202" or "204"));
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using var viewer = await _server.AsAsync("viewer");
        return await RunningServer.JsonOf(await viewer.GetAsync("/openapi/v1.json"));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.NameEquals("$ref") ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
