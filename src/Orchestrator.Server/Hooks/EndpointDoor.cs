using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api;
using Orchestrator.Server.Triggers;

namespace Orchestrator.Server.Hooks;

/// <summary>
/// <c>/workflows/PATH</c>: what Elsa's <c>HttpEndpoint</c> listens to. Starts the workflow that begins there, or wakes the run that waits there, and answers with what <c>WriteHttpResponse</c>
/// writes while the request is open. An endpoint is public unless it says <c>Authorize</c>: then the caller needs the role operator.
/// </summary>
internal sealed class EndpointDoor(ServerOptions options, EndpointRoutes endpoints, TriggerStart start)
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];
    private static readonly HashSet<string> Withheld = new(StringComparer.OrdinalIgnoreCase) { "Authorization", "Proxy-Authorization", "Cookie" };

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/workflows/{**path}", Methods, ReceiveAsync).WithMetadata(OpenToEveryone.Marker);

    private async Task ReceiveAsync(HttpContext context)
    {
        var path = (string?)context.GetRouteValue("path") ?? "";
        var (runId, correlationId) = (Asked(context.Request, "workflowInstanceId", "x-workflow-instance-id"), Asked(context.Request, "correlationId", "x-correlation-id"));
        var found = await endpoints.FindAsync(context.Request.Method, path, runId, correlationId, context.RequestAborted).ConfigureAwait(false);
        if (found.Count == 0)
        {
            // As an Elsa server: no body.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (found.Count > 1) throw new ProblemException(StatusCodes.Status500InternalServerError, "endpoint.ambiguous", $"{found.Count} workflows listen at this path; only one may.");
        var endpoint = found[0];
        if (endpoint.Settings.Get("authorize") is BoolValue { Flag: true } && await RefuseAsync(context).ConfigureAwait(false)) return;

        var limit = endpoint.Settings.Get("requestSizeLimit") is NumberValue { Number: > 0 } asked ? (int)Math.Min(asked.Number, HookSettings.LargestBody) : HookSettings.UsualBody;
        var body = await RawBody.ReadAsync(context, limit).ConfigureAwait(false);
        if (body is null && endpoint.Settings.Get("exposeRequestTooLargeOutcome") is not BoolValue { Flag: true })
        {
            context.Response.Headers.Connection = "close";
            throw new ProblemException(StatusCodes.Status413PayloadTooLarge, "hook.tooLarge", "The body is larger than this place accepts.");
        }

        var payload = Payload(context.Request, endpoint, body);
        var (run, seen) = endpoint.Trigger is not null ? (await StartAsync(endpoint, payload, correlationId).ConfigureAwait(false), []) : await WakeAsync(endpoint, payload, context.RequestAborted).ConfigureAwait(false);
        await new EndpointAnswer(options, run, seen, endpoint.Bookmark?.Id).WriteAsync(context).ConfigureAwait(false);
    }

    private async Task<string> StartAsync(EndpointMatch endpoint, MapValue payload, string? correlationId)
    {
        var occurrence = new Occurrence("request:" + Guid.NewGuid().ToString("n"), payload) { Payload = payload, CorrelationId = correlationId };
        return (await start.RunAsync(endpoint.Trigger!, occurrence).ConfigureAwait(false)).RunId!;
    }

    private async Task<(string RunId, HashSet<string> Seen)> WakeAsync(EndpointMatch endpoint, MapValue payload, CancellationToken cancellationToken)
    {
        var bookmark = endpoint.Bookmark!;
        var seen = await EndpointAnswer.ResponsesAsync(options.Store, bookmark.RunId, cancellationToken).ConfigureAwait(false);
        await options.Engine.StimulusAsync(new Stimulus(bookmark.Name, bookmark.Match, payload, RunId: bookmark.RunId, BookmarkId: bookmark.Id), "http", null, cancellationToken).ConfigureAwait(false);
        return (bookmark.RunId, seen);
    }

    // A cookie does not count: a page of a stranger could make the browser send it.
    private static async Task<bool> RefuseAsync(HttpContext context)
    {
        var caller = context.TryCaller();
        if (caller is { SessionId: null, Role: >= Role.Operator }) return false;
        if (caller is { SessionId: null })
        {
            await Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "api.forbidden", "This endpoint needs the role operator.").ConfigureAwait(false);
            return true;
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        await Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, "api.unauthorized", "This needs a credential.").ConfigureAwait(false);
        return true;
    }

    private static MapValue Payload(HttpRequest request, EndpointMatch endpoint, byte[]? body)
    {
        var entries = new List<(string, Value)>
        {
            ("parsedContent", body is null ? Value.Null : HookEvent.Body(request.ContentType, body)),
            ("queryStringData", HookEvent.Texts(request.Query)),
            ("routeData", endpoint.Route ?? Value.EmptyMap),
            ("headers", HookEvent.Texts(request.Headers.Where(header => !Withheld.Contains(header.Key)))),
            ("files", Value.EmptyList),
            ("result", Value.Map(("method", Value.Of(request.Method)), ("path", Value.Of(request.Path.Value)), ("contentType", Value.Of(request.ContentType)))),
        };
        if (body is null) entries.Add(("outcome", Value.Of("Request too large")));
        return Value.Map(entries);
    }

    private static string? Asked(HttpRequest request, string parameter, string header) =>
        request.Query[parameter].FirstOrDefault() is { Length: > 0 } given ? given : request.Headers[header].FirstOrDefault() is { Length: > 0 } other ? other : null;
}
