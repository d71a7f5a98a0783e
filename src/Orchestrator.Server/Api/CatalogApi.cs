using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Blueprints.Reference;
using Orchestrator.Blueprints.Schemas;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Api;

/// <summary>What a blueprint may use: activities and the language's schema, for editors and other programs.</summary>
internal sealed class CatalogApi(ActivityCatalog catalog)
{
    private readonly Lazy<byte[]> _schema = new(() => System.Text.Encoding.UTF8.GetBytes(JsonSchemaWriter.Write(catalog)));

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/activities", ListAsync).Needs(Role.Viewer).Says(new RouteDoc("Lists what a step can use.") { Answer = "Activities" });
        routes.MapGet("/api/v1/activities/{name}", ReadAsync).Needs(Role.Viewer).Says(new RouteDoc("Describes an activity, by name or name@version: inputs, outputs, effect, example.")
        {
            Answer = "Activity", Problems = [(StatusCodes.Status404NotFound, "There is no such activity.")],
        });
        routes.MapGet("/api/v1/schema", SchemaAsync).Needs(Role.Viewer).Says(new RouteDoc("Gives the JSON Schema of the blueprint language.") { Answer = "JsonSchema" });
    }

    private Task ListAsync(HttpContext context) => JsonBody.WriteAsync(context, writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("activities");
        foreach (var activity in catalog.All)
        {
            writer.WriteStartObject();
            ActivityJson.WriteFields(writer, activity);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private Task ReadAsync(HttpContext context)
    {
        var name = (string)context.GetRouteValue("name")!;
        var parts = name.Split('@', 2);
        var activity = catalog.Find(parts[0], parts.Length == 2 ? int.TryParse(parts[1], out var version) ? version : -1 : null)
            ?? throw ProblemException.Missing($"There is no activity {name}.{Spelling.DidYouMean(parts[0], catalog.All.Select(known => known.Name))}");
        return JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            ActivityJson.WriteFields(writer, activity);
            writer.WriteString("documentation", ReferencePages.OfActivity(activity));
            writer.WritePropertyName("input");
            JsonSchemaWriter.WriteValue(writer, activity.Input, $"Inputs of {activity.Name}.");
            writer.WritePropertyName("output");
            JsonSchemaWriter.WriteValue(writer, activity.Output, $"Outputs of {activity.Name}.");
            writer.WriteEndObject();
        });
    }

    private async Task SchemaAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = _schema.Value.Length;
        await context.Response.Body.WriteAsync(_schema.Value, context.RequestAborted).ConfigureAwait(false);
    }
}

/// <summary>Activities as JSON: the same from the API and from <c>orchestrator --json</c>.</summary>
public static class ActivityJson
{
    /// <summary>The fields of an activity, inside an object that the caller has begun.</summary>
    public static void WriteFields(Utf8JsonWriter writer, ActivityDescriptor activity)
    {
        writer.WriteString("name", activity.Name);
        writer.WriteNumber("version", activity.Version);
        writer.WriteString("effect", RunJson.Name(activity.Effect));
        writer.WriteString("summary", activity.Summary);
        writer.WriteBoolean("polls", activity.Polls);
        writer.WriteBoolean("hasUndo", activity.HasUndo);
        writer.WriteString("example", activity.Example);
    }
}
