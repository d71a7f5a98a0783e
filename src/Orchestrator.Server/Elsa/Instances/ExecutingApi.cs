using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Definitions;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>
/// Starts workflows. The answer comes as soon as the run is on disk, and it goes on by itself: Studio opens its viewer with the id from the header and shows it live. Who wants to see the end in
/// the answer says so with <c>Prefer: wait=SECONDS</c> (RFC 7240).
/// </summary>
internal sealed class ExecutingApi(ServerOptions options, Workflows workflows, InstanceBook instances)
{
    private const string InstanceHeader = "x-elsa-workflow-instance-id";
    private const string CannotStartHeader = "x-elsa-workflow-cannot-start";
    private const int MostAtOnce = 1000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Add(HttpMethods.Get, "/workflow-definitions/{definitionId}/execute", Role.Operator, ExecuteByQueryAsync);
        routes.Add(HttpMethods.Post, "/workflow-definitions/{definitionId}/execute", Role.Operator, async context => await ExecuteAsync(context, await context.BodyAsync().ConfigureAwait(false)).ConfigureAwait(false));
        routes.Add(HttpMethods.Post, "/workflow-definitions/{definitionId}/dispatch", Role.Operator, DispatchAsync);
        routes.Add(HttpMethods.Post, "/workflow-definitions/{definitionId}/bulk-dispatch", Role.Operator, BulkDispatchAsync);
    }

    private Task ExecuteByQueryAsync(HttpContext context)
    {
        var request = new JsonObject();
        foreach (var name in (string[])["correlationId", "triggerActivityId", "versionOptions", "name"])
            if (context.Text(name) is { } text) request[name] = text;
        if (context.Text("input") is { } input)
        {
            try
            {
                request["input"] = JsonNode.Parse(input);
            }
            catch (JsonException wrong)
            {
                throw new ElsaRejectedException("input", $"`input` is no JSON: {wrong.Message}");
            }
        }

        return ExecuteAsync(context, request);
    }

    private async Task ExecuteAsync(HttpContext context, JsonObject request)
    {
        if (await StartAsync(context, request).ConfigureAwait(false) is not { } runId) return;
        context.Response.Headers[InstanceHeader] = runId;
        context.Response.Headers[CannotStartHeader] = "False";
        var status = StatusCodes.Status200OK;
        if (PreferredWait(context) is { } patience)
        {
            var view = await WaitAsync(runId, patience, context.RequestAborted).ConfigureAwait(false);
            if (view is { Status: RunStatus.Failed }) status = StatusCodes.Status500InternalServerError;
        }

        var instance = await instances.FindAsync(runId, context.RequestAborted).ConfigureAwait(false);
        var state = instance is null ? null : InstanceShape.State(instance, await instances.VersionOfAsync(instance.Run, context.RequestAborted).ConfigureAwait(false));
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["workflowState"] = state }, status).ConfigureAwait(false);
    }

    private async Task<RunView?> WaitAsync(string runId, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await options.Engine.WaitAsync(runId, either.Token, orWaiting: true).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static TimeSpan? PreferredWait(HttpContext context)
    {
        foreach (var preference in context.Request.Headers["Prefer"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries)))
        {
            if (!preference.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)) continue;
            if (!int.TryParse(preference["wait=".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) throw new ElsaRejectedException("Prefer", $"`{preference}`: expected wait=SECONDS.");
            return TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds));
        }

        return null;
    }

    private async Task DispatchAsync(HttpContext context)
    {
        if (await StartAsync(context, await context.BodyAsync().ConfigureAwait(false)).ConfigureAwait(false) is not { } runId) return;
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["workflowInstanceId"] = runId }).ConfigureAwait(false);
    }

    private async Task BulkDispatchAsync(HttpContext context)
    {
        var request = await context.BodyAsync().ConfigureAwait(false);
        var count = request.Number("count") ?? 1;
        if (count is < 1 or > MostAtOnce) throw new ElsaRejectedException("count", $"`count` is {count}: expected 1 to {MostAtOnce}.");
        if (await PrepareAsync(context, request).ConfigureAwait(false) is not { } start) return;
        var started = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => options.Engine.StartAsync(start, CancellationToken.None))).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, new JsonObject { ["workflowInstanceIds"] = new JsonArray([.. started.Select(one => (JsonNode)one.RunId)]) }).ConfigureAwait(false);
    }

    /// <summary>The id of the new run; null when the answer was given already.</summary>
    private async Task<string?> StartAsync(HttpContext context, JsonObject request)
    {
        if (await PrepareAsync(context, request).ConfigureAwait(false) is not { } start) return null;
        try
        {
            return (await options.Engine.StartAsync(start, CancellationToken.None).ConfigureAwait(false)).RunId;
        }
        catch (InputRejectedException rejected)
        {
            throw new ElsaRejectedException("input", string.Join(" ", rejected.Diagnostics.Select(diagnostic => diagnostic.Message)));
        }
        catch (FailureException refused) when (refused.Failure.Code == "run.groupFull")
        {
            // As an activation strategy that says no: 200, and the header tells.
            context.Response.Headers[CannotStartHeader] = "True";
            await ElsaAnswer.EmptyAsync(context, StatusCodes.Status200OK).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<StartRun?> PrepareAsync(HttpContext context, JsonObject request)
    {
        var definitionId = context.Path("definitionId");
        if (await workflows.FindAsync(definitionId, request.Text("versionOptions") ?? "Published", context.RequestAborted).ConfigureAwait(false) is not { } workflow)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return null;
        }

        var (json, hash) = await workflows.JsonAsync(workflow, context.RequestAborted).ConfigureAwait(false);
        Definition definition;
        try
        {
            definition = DefinitionJson.Read(json) with { Hash = hash };
        }
        catch (FormatException wrong)
        {
            throw new ElsaRejectedException("definitionId", $"`{definitionId}` cannot run: {wrong.Message}");
        }

        var labels = new Dictionary<string, string>();
        if (request.Text("correlationId") is { } correlation) labels[InstanceShape.CorrelationLabel] = correlation;
        return new StartRun(definition, ValueNodes.MapOf(request["input"], "input"), Labels: labels, By: context.Caller().Name,
            Studio: definition.Elsa is null ? null : new StudioStart(request.Text("correlationId"), request.Text("name"), request.Text("triggerActivityId")));
    }
}
