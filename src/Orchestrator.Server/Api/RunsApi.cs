using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Server.Access;

namespace Orchestrator.Server.Api;

/// <summary>Runs over HTTP: list, read, start.</summary>
internal sealed class RunsApi(ServerOptions options)
{
    private const int LargestPage = 1000;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/runs", ListAsync).Needs(Role.Viewer);
        routes.MapGet("/api/v1/runs/{id}", ReadAsync).Needs(Role.Viewer);
        routes.MapPost("/api/v1/runs", StartAsync).Needs(Role.Operator);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var statuses = new List<RunStatus>();
        foreach (var text in query["status"].SelectMany(text => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (!Enum.TryParse<RunStatus>(text, ignoreCase: true, out var status) || int.TryParse(text, out _))
            {
                await RejectAsync(context, $"status={text}: expected one of {string.Join(", ", Enum.GetValues<RunStatus>().Select(RunJson.Name))}").ConfigureAwait(false);
                return;
            }

            statuses.Add(status);
        }

        var limit = 100;
        if (query["limit"] is { Count: > 0 } asked && (!int.TryParse(asked[0], NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LargestPage))
        {
            await RejectAsync(context, $"limit={asked[0]}: expected 1 to {LargestPage}").ConfigureAwait(false);
            return;
        }

        (DateTimeOffset, string)? before = null;
        if (query["before"] is { Count: > 0 } older)
        {
            if (await options.Store.FindRunAsync(older[0] ?? "", context.RequestAborted).ConfigureAwait(false) is not { } row)
            {
                await RejectAsync(context, $"before={older[0]}: there is no such run").ConfigureAwait(false);
                return;
            }

            before = (row.CreatedAt, row.RunId);
        }

        var runs = await options.Store.ListRunsAsync(new RunQuery(statuses.Count > 0 ? statuses : null, query["blueprint"].FirstOrDefault(), null, before, limit), context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("runs");
            foreach (var run in runs) RunJson.Write(writer, run);
            writer.WriteEndArray();
            if (runs.Count == limit) writer.WriteString("next", $"/api/v1/runs?limit={limit}&before={runs[^1].RunId}");
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task ReadAsync(HttpContext context)
    {
        var id = (string)context.GetRouteValue("id")!;
        var summary = await options.Store.FindRunAsync(id, context.RequestAborted).ConfigureAwait(false);
        var run = summary is null ? null : await RunViews.ReadAsync(options.Store, summary.RunId, context.RequestAborted).ConfigureAwait(false);
        if (run is null) await Problem.WriteAsync(context, StatusCodes.Status404NotFound, "api.notFound", $"There is no run {id}.").ConfigureAwait(false);
        else await JsonBody.WriteAsync(context, writer => RunJson.Write(writer, run)).ConfigureAwait(false);
    }

    /// <summary>Answers 202 once the run is on disk: not before.</summary>
    private async Task StartAsync(HttpContext context)
    {
        StartRequest request;
        try
        {
            request = await StartRequest.ReadAsync(context).ConfigureAwait(false);
        }
        catch (JsonException trouble)
        {
            await RejectAsync(context, trouble.Message).ConfigureAwait(false);
            return;
        }

        var (definition, diagnostics) = options.Compile(request.File, request.Blueprint);
        if (definition is null || diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error))
        {
            await Problem.WriteAsync(context, StatusCodes.Status422UnprocessableEntity, "api.blueprintRejected", "The blueprint has errors; nothing was started.", diagnostics).ConfigureAwait(false);
            return;
        }

        try
        {
            var start = new StartRun(definition, request.Inputs, request.Key, request.Labels, context.Caller().Name);
            var result = await options.Engine.StartAsync(start, context.RequestAborted).ConfigureAwait(false);
            var run = await options.Store.FindRunAsync(result.RunId, context.RequestAborted).ConfigureAwait(false);
            context.Response.Headers.Location = $"/api/v1/runs/{result.RunId}";
            await JsonBody.WriteAsync(context, StatusCodes.Status202Accepted, "application/json", writer => RunJson.Write(writer, run!)).ConfigureAwait(false);
        }
        catch (InputRejectedException rejected)
        {
            await Problem.WriteAsync(context, StatusCodes.Status422UnprocessableEntity, "api.inputsRejected", "The inputs do not fit; nothing was started.", rejected.Diagnostics).ConfigureAwait(false);
        }
        catch (FailureException trouble)
        {
            await Problem.WriteAsync(context, StatusCodes.Status409Conflict, trouble.Failure.Code, trouble.Failure.Message).ConfigureAwait(false);
        }
    }

    private static Task RejectAsync(HttpContext context, string detail) => Problem.WriteAsync(context, StatusCodes.Status400BadRequest, "api.badRequest", detail);
}
