using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Api.OpenApi;

/// <summary>What the API document says about a route. What it names is also what the route takes: other members and parameters are refused.</summary>
/// <param name="Summary">One sentence.</param>
internal sealed record RouteDoc(string Summary)
{
    /// <summary>Schema of the JSON body; null = there is none.</summary>
    public string? Body { get; init; }

    /// <summary>Parameters of the query, with what they are.</summary>
    public IReadOnlyList<(string Name, string Description)> Query { get; init; } = [];

    /// <summary>Headers that mean something, with what they are.</summary>
    public IReadOnlyList<(string Name, string Description)> Headers { get; init; } = [];

    /// <summary>The good answer.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>Schema of the good answer; null = no body.</summary>
    public string? Answer { get; init; }

    /// <summary>Content type of the good answer.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>What may go wrong besides 400, 401, 403.</summary>
    public IReadOnlyList<(int Status, string Description)> Problems { get; init; } = [];
}

/// <summary>Documents a route.</summary>
internal static class RouteDocs
{
    /// <summary>Adds the documentation.</summary>
    public static T Says<T>(this T route, RouteDoc doc)
        where T : IEndpointConventionBuilder => route.WithMetadata(doc);
}
