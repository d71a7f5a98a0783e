using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Planning;
using Orchestrator.Engine.Secrets;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api.OpenApi;
using Orchestrator.Server.Triggers;

namespace Orchestrator.Server.Api;

/// <summary>Blueprints over HTTP: check, plan, submit, list, read.</summary>
internal sealed class BlueprintsApi(ServerOptions options, TriggerIndex triggers)
{
    private static readonly TimeSpan PlanLimit = TimeSpan.FromMinutes(2);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var missing = (StatusCodes.Status404NotFound, "There is no blueprint of that name.");
        var rejected = (StatusCodes.Status422UnprocessableEntity, "The blueprint has errors; all of them are listed.");
        routes.MapPost("/api/v1/blueprints/validate", ValidateAsync).Needs(Role.Viewer).Says(new RouteDoc("Checks a text and gives every diagnostic, also when there are errors.") { Body = "BlueprintText", Answer = "Validation" });
        routes.MapPost("/api/v1/blueprints/plan", PlanAsync).Needs(Role.Operator).Says(new RouteDoc("Says what a run would change: reads the real targets, changes nothing.")
        {
            Body = "PlanRequest", Answer = "Plan", Problems = [missing, rejected, (StatusCodes.Status504GatewayTimeout, "Targets took longer than two minutes to answer.")],
        });
        routes.MapPost("/api/v1/blueprints", SubmitAsync).Needs(Role.Admin).Says(new RouteDoc("Keeps a blueprint, so that runs can be started and blueprints can call it by name; its triggers are live from then on.")
        {
            Body = "BlueprintText", Status = StatusCodes.Status201Created, Answer = "DefinitionRow", Problems = [rejected, (StatusCodes.Status409Conflict, "Another blueprint has the path of one of its webhooks.")],
        });
        routes.MapGet("/api/v1/blueprints", ListAsync).Needs(Role.Viewer).Says(new RouteDoc("Lists blueprints: the newest of each name and version.")
        {
            Answer = "Blueprints", Query = [("limit", "At most this many, 1 to 1000; default 1000.")],
        });
        routes.MapGet("/api/v1/blueprints/{name}", ReadAsync).Needs(Role.Viewer).Says(new RouteDoc("Gives a blueprint's text and inputs, by name or name@version.") { Answer = "Blueprint", Problems = [missing] });
        routes.MapGet("/api/v1/definitions/{hash}", DefinitionAsync).Needs(Role.Viewer).Says(new RouteDoc("Gives a compiled definition in Elsa 3's format, by content hash.")
        {
            Answer = "Definition", Problems = [(StatusCodes.Status404NotFound, "There is no such definition.")],
        });
    }

    private async Task ValidateAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var (definition, diagnostics) = options.Compile(body.Text("file") ?? "blueprint.yaml", body.RequiredText("text", "the YAML"));
        var errors = diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("valid", errors == 0);
            writer.WriteNumber("errors", errors);
            writer.WriteNumber("warnings", diagnostics.Count - errors);
            writer.WriteStartArray("diagnostics");
            foreach (var diagnostic in diagnostics) DiagnosticJson.Write(writer, diagnostic);
            writer.WriteEndArray();
            if (definition is not null)
            {
                writer.WritePropertyName("definition");
                BlueprintJson.WriteForm(writer, definition);
            }

            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task PlanAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var given = await GivenBlueprint.ReadAsync(body, options, context.RequestAborted).ConfigureAwait(false);
        var bound = RunInputs.Bind(given.Definition, body.Map("inputs"), options.Time.GetUtcNow(), () => Guid.NewGuid().ToString(), body.Flag("fromText") ?? false);
        if (!bound.Ok) throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "api.inputsRejected", "The inputs do not fit; nothing was planned.") { Diagnostics = bound.Diagnostics };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var timer = options.Time.CreateTimer(_ => limit.Cancel(), null, PlanLimit, Timeout.InfiniteTimeSpan);
        try
        {
            var report = await RunPlanner.PlanAsync(given.Definition, bound.Inputs, OptionsFor(given), limit.Token).ConfigureAwait(false);
            await JsonBody.WriteAsync(context, writer => PlanJson.Write(writer, report)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw new ProblemException(StatusCodes.Status504GatewayTimeout, "api.planTimeout", $"Planning took longer than {PlanLimit.TotalMinutes:0} minutes; a target may not answer.");
        }
    }

    private PlanOptions OptionsFor(GivenBlueprint given) => new()
    {
        Activities = options.Activities, OpenTarget = options.OpenTarget, Compile = options.Compile, Time = options.Time, ResolveSecret = StoredSecrets.Of(options.Store, options.Seal),
        FindDefinition = async (name, version, cancellationToken) =>
        {
            if (given.Called.FirstOrDefault(one => one.Name == name && (version == 0 || one.Version == version)) is { } called) return called;
            return await options.Store.FindDefinitionAsync(name, version, cancellationToken).ConfigureAwait(false) is { } hash
                && await options.Store.ReadDefinitionAsync(hash, cancellationToken).ConfigureAwait(false) is { } json ? DefinitionJson.Read(json) with { Hash = hash } : null;
        },
    };

    private async Task SubmitAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var definition = GivenBlueprint.Compile(options, body.Text("file") ?? "blueprint.yaml", body.RequiredText("text", "the YAML"));
        AuditTrail.About(context, $"{definition.Name}@{definition.Version}");
        await triggers.SubmitAsync(definition, context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers.Location = string.Create(CultureInfo.InvariantCulture, $"/api/v1/blueprints/{definition.Name}@{definition.Version}");
        await JsonBody.WriteAsync(context, StatusCodes.Status201Created, "application/json", writer => BlueprintJson.Write(writer, new DefinitionRow(definition.Hash, definition.Name, definition.Version))).ConfigureAwait(false);
    }

    private async Task ListAsync(HttpContext context)
    {
        var rows = await options.Store.ListDefinitionsAsync((int)QueryText.Number(context, "limit", 1000, 1000), context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("blueprints");
            foreach (var row in rows) BlueprintJson.Write(writer, row);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task ReadAsync(HttpContext context)
    {
        var definition = await GivenBlueprint.FindAsync(options.Store, (string)context.GetRouteValue("name")!, context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, writer => BlueprintJson.Write(writer, definition)).ConfigureAwait(false);
    }

    private async Task DefinitionAsync(HttpContext context)
    {
        var hash = (string)context.GetRouteValue("hash")!;
        var json = await options.Store.ReadDefinitionAsync(hash, context.RequestAborted).ConfigureAwait(false) ?? throw ProblemException.Missing($"There is no definition {hash}.");
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted).ConfigureAwait(false);
    }
}
