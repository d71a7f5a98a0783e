using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Blueprints;
using Orchestrator.Blueprints.Editing;
using Orchestrator.Model.Activities;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Api;

/// <summary>What a blueprint editor asks while somebody types.</summary>
internal sealed class EditingApi(ActivityCatalog catalog)
{
    private readonly BlueprintEditing _editing = new(catalog);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/blueprints/complete", CompleteAsync).Needs(Role.Viewer).Says(new RouteDoc("Says what could stand at a place of a text.") { Body = "EditPosition", Answer = "Completions" });
        routes.MapPost("/api/v1/blueprints/hover", HoverAsync).Needs(Role.Viewer).Says(new RouteDoc("Says what a word of a text means.") { Body = "EditPosition", Answer = "Hover" });
    }

    private async Task CompleteAsync(HttpContext context)
    {
        var (text, offset) = await PositionAsync(context).ConfigureAwait(false);
        var found = _editing.Complete(text, offset);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("start", found.Start);
            writer.WriteNumber("length", found.Length);
            writer.WriteStartArray("items");
            foreach (var item in found.Items)
            {
                writer.WriteStartObject();
                writer.WriteString("label", item.Label);
                writer.WriteString("kind", item.Kind);
                writer.WriteString("insert", item.Insert);
                if (item.Detail.Length > 0) writer.WriteString("detail", item.Detail);
                if (item.Documentation.Length > 0) writer.WriteString("documentation", item.Documentation);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task HoverAsync(HttpContext context)
    {
        var (text, offset) = await PositionAsync(context).ConfigureAwait(false);
        var found = _editing.Hover(text, offset);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            if (found is not null)
            {
                writer.WriteNumber("start", found.Start);
                writer.WriteNumber("length", found.Length);
                writer.WriteString("documentation", found.Documentation);
            }

            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static async Task<(string Text, int Offset)> PositionAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var text = body.RequiredText("text", "the YAML");
        if (text.Length > BlueprintCompiler.MaxBytes) throw ProblemException.Bad($"`text` is longer than {BlueprintCompiler.MaxBytes} characters");
        var offset = body.Number("offset") ?? throw ProblemException.Bad("`offset` is missing: where the cursor is");
        return offset >= 0 && offset <= text.Length ? (text, offset) : throw ProblemException.Bad($"`offset` is {offset}; expected 0 to {text.Length}");
    }
}
