using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Orchestrator.Server.Access;

namespace Orchestrator.Server.Api.OpenApi;

/// <summary>The API as OpenAPI 3.1, made from what the routes say about themselves.</summary>
internal static class OpenApiDocument
{
    /// <summary>Writes it.</summary>
    public static void Write(Utf8JsonWriter writer, IEnumerable<Endpoint> endpoints, string version)
    {
        writer.WriteStartObject();
        writer.WriteString("openapi", "3.1.0");
        writer.WriteStartObject("info");
        writer.WriteString("title", "Orchestrator");
        writer.WriteString("version", version);
        writer.WriteString("description", "Blueprints, runs and what belongs to them. Every call needs a credential; the role it needs is said with each.");
        writer.WriteEndObject();
        writer.WriteStartObject("paths");
        var routes = endpoints.OfType<RouteEndpoint>().Where(route => route.Metadata.GetMetadata<RouteDoc>() is not null);
        foreach (var path in routes.GroupBy(PathOf).OrderBy(path => path.Key, StringComparer.Ordinal))
        {
            writer.WriteStartObject(path.Key);
            foreach (var route in path)
                foreach (var method in route.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods) WriteOperation(writer, method, path.Key, route);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        WriteComponents(writer);
        writer.WriteStartArray("security");
        writer.WriteStartObject();
        writer.WriteStartArray("bearer");
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>A route's path as the document writes it: a catch-all parameter looks like any other.</summary>
    public static string PathOf(RouteEndpoint route) =>
        "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            RoutePatternLiteralPart literal => literal.Content,
            _ => "",
        }))));

    private static void WriteOperation(Utf8JsonWriter writer, string method, string path, RouteEndpoint route)
    {
        var doc = route.Metadata.GetRequiredMetadata<RouteDoc>();
        var role = route.Metadata.GetMetadata<NeedsRole>()?.Least;
        writer.WriteStartObject(method.ToLowerInvariant());
        writer.WriteString("operationId", $"{method.ToLowerInvariant()}{string.Concat(path.Split('/', '{', '}', '.', '-').Where(word => word is not ("" or "api" or "v1")).Select(word => char.ToUpperInvariant(word[0]) + word[1..]))}");
        writer.WriteString("summary", doc.Summary);
        writer.WriteString("description", role is { } least ? $"Needs the role {least.Text()}." : "Open to everyone.");
        WriteParameters(writer, route, doc);
        if (doc.Body is { } body)
        {
            writer.WriteStartObject("requestBody");
            WriteContent(writer, "application/json", body);
            writer.WriteEndObject();
        }

        writer.WriteStartObject("responses");
        WriteResponse(writer, doc.Status, "Done.", doc.ContentType, doc.Answer);
        if (doc.Body is not null || doc.Query.Count > 0) WriteProblem(writer, StatusCodes.Status400BadRequest, "The request cannot be understood; the detail names the nearest valid name.");
        if (role is not null)
        {
            WriteProblem(writer, StatusCodes.Status401Unauthorized, "No valid credential.");
            WriteProblem(writer, StatusCodes.Status403Forbidden, "The caller's role is not enough, or the antiforgery header is missing.");
        }

        foreach (var (status, description) in doc.Problems) WriteProblem(writer, status, description);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter writer, RouteEndpoint route, RouteDoc doc)
    {
        var all = route.RoutePattern.Parameters.Select(parameter => (In: "path", parameter.Name, Description: ""))
            .Concat(doc.Query.Select(parameter => (In: "query", parameter.Name, parameter.Description)))
            .Concat(doc.Headers.Select(parameter => (In: "header", parameter.Name, parameter.Description))).ToList();
        if (all.Count == 0) return;
        writer.WriteStartArray("parameters");
        foreach (var (place, name, description) in all)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("in", place);
            writer.WriteBoolean("required", place == "path");
            if (description.Length > 0) writer.WriteString("description", description);
            writer.WriteStartObject("schema");
            writer.WriteString("type", "string");
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteProblem(Utf8JsonWriter writer, int status, string description) => WriteResponse(writer, status, description, "application/problem+json", "Problem");

    private static void WriteResponse(Utf8JsonWriter writer, int status, string description, string contentType, string? schema)
    {
        writer.WriteStartObject(status.ToString(CultureInfo.InvariantCulture));
        writer.WriteString("description", description);
        if (schema is not null) WriteContent(writer, contentType, schema);
        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, string contentType, string schema)
    {
        writer.WriteStartObject("content");
        writer.WriteStartObject(contentType);
        writer.WriteStartObject("schema");
        writer.WriteString("$ref", $"#/components/schemas/{schema}");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteComponents(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("components");
        writer.WritePropertyName("schemas");
        ApiSchemas.All.WriteTo(writer);
        writer.WriteStartObject("securitySchemes");
        writer.WriteStartObject("bearer");
        writer.WriteString("type", "http");
        writer.WriteString("scheme", "bearer");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
