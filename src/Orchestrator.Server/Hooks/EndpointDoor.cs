using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Engine.Storage;
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

    /// <summary>Most bytes of bodies that are received at a time, by what each may have; a body in the making is held several times over.</summary>
    private const long MostHeld = 64 * 1024 * 1024;

    private readonly ConcurrentDictionary<(string RunId, string Bookmark), bool> _taken = new();
    private long _held;

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
        var settings = SettingsOf(endpoint);
        if (settings.Authorize && await RefuseAsync(context).ConfigureAwait(false)) return;
        using var follower = await TakeAsync(context, endpoint, settings, correlationId).ConfigureAwait(false);
        await new EndpointAnswer(options, follower.RunId, endpoint.Bookmark?.Id, settings.RequestTimeout).WriteAsync(context, follower.News).ConfigureAwait(false);
    }

    private static EndpointSettings SettingsOf(EndpointMatch endpoint)
    {
        try
        {
            return EndpointSettings.Of(endpoint.Activity);
        }
        catch (FormatException wrong)
        {
            throw new ProblemException(StatusCodes.Status500InternalServerError, "endpoint.settings", $"This endpoint takes no requests: {wrong.Message}.");
        }
    }

    // The body and what is made of it are let go before the answer is waited for.
    private async Task<Following> TakeAsync(HttpContext context, EndpointMatch endpoint, EndpointSettings settings, string? correlationId)
    {
        var room = RoomFor(context, settings.RequestSizeLimit);
        if (Interlocked.Add(ref _held, room) > MostHeld)
        {
            Interlocked.Add(ref _held, -room);
            context.Response.Headers.RetryAfter = "1";
            context.Response.Headers.Connection = "close";
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "endpoint.busy", "Too much is being received at once; try again in a moment.");
        }

        try
        {
            var payload = await PayloadAsync(context, endpoint, settings).ConfigureAwait(false);
            return endpoint.Trigger is { } trigger ? await StartAsync(trigger, payload, correlationId).ConfigureAwait(false) : await WakeAsync(endpoint.Bookmark!, payload, context.RequestAborted).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Add(ref _held, -room);
        }
    }

    private static long RoomFor(HttpContext context, int limit) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false ? 0 : Math.Min(context.Request.ContentLength ?? limit, limit);

    private async Task<Following> StartAsync(StoredTrigger trigger, MapValue payload, string? correlationId)
    {
        var occurrence = new Occurrence("request:" + Guid.NewGuid().ToString("n"), payload) { Payload = payload, CorrelationId = correlationId };
        var runId = (await start.RunAsync(trigger, occurrence).ConfigureAwait(false)).RunId!;
        return new Following(runId, options.Engine.Follow(runId));
    }

    private async Task<Following> WakeAsync(StoredBookmark bookmark, MapValue payload, CancellationToken cancellationToken)
    {
        // One request wakes it; the answer that follows is for no other.
        if (!_taken.TryAdd((bookmark.RunId, bookmark.Id), true)) throw Taken();
        var following = new Following(bookmark.RunId, options.Engine.Follow(bookmark.RunId), () => _taken.TryRemove((bookmark.RunId, bookmark.Id), out _));
        try
        {
            // The key is the bookmark's: if this process dies before the answer, whoever asks again does not count twice.
            var stimulus = new Stimulus(bookmark.Name, bookmark.Match, payload, RunId: bookmark.RunId, BookmarkId: bookmark.Id);
            var sent = await options.Engine.StimulusAsync(stimulus, "http", $"request:{bookmark.RunId}/{bookmark.Id}", cancellationToken).ConfigureAwait(false);
            if (sent.Resumed == 0) throw Taken();
            return following;
        }
        catch
        {
            following.Dispose();
            throw;
        }
    }

    private static ProblemException Taken() => new(StatusCodes.Status409Conflict, "endpoint.taken", "Another request came here first, and the run waited for one.");

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

    private static async Task<MapValue> PayloadAsync(HttpContext context, EndpointMatch endpoint, EndpointSettings settings)
    {
        var request = context.Request;
        var body = await RawBody.ReadAsync(context, settings.RequestSizeLimit).ConfigureAwait(false);
        if (body is null)
        {
            context.Response.Headers.Connection = "close";
            Refuse(settings, EndpointSettings.RequestTooLarge, StatusCodes.Status413PayloadTooLarge, $"The maximum request size allowed is {settings.RequestSizeLimit} bytes.");
        }

        var content = body is null ? EndpointContent.None : await EndpointContent.ReadAsync(request, body).ConfigureAwait(false);
        var broken = content.Files.Select(file => file.Against(settings)).FirstOrDefault(broken => broken is not null);
        if (broken is { } rule) Refuse(settings, rule.Outcome, rule.Status, rule.Reason);
        // A file that breaks a rule is not kept, nor are those that came with it.
        var files = broken is null ? content.Files.Select(file => file.ToValue()).ToArray() : [];
        var entries = new List<(string, Value)>
        {
            ("parsedContent", content.Parsed),
            ("queryStringData", HookEvent.Texts(request.Query)),
            ("routeData", endpoint.Route ?? Value.EmptyMap),
            ("headers", HookEvent.Texts(request.Headers.Where(header => !Withheld.Contains(header.Key)))),
            ("files", Value.List(files)),
            ("file", files.Length > 0 ? files[0] : Value.Null),
            ("result", Value.Map(("method", Value.Of(request.Method)), ("path", Value.Of(request.Path.Value)), ("contentType", Value.Of(request.ContentType)))),
        };
        if (body is null) entries.Add(("outcome", Value.Of(EndpointSettings.RequestTooLarge)));
        else if (broken is { } way) entries.Add(("outcome", Value.Of(way.Outcome)));
        return Value.Map(entries);
    }

    private static void Refuse(EndpointSettings settings, string outcome, int status, string reason)
    {
        if (!settings.Exposed.Contains(outcome)) throw new ProblemException(status, status == StatusCodes.Status413PayloadTooLarge ? "endpoint.tooLarge" : "endpoint.fileType", reason);
    }

    private static string? Asked(HttpRequest request, string parameter, string header) =>
        request.Query[parameter].FirstOrDefault() is { Length: > 0 } given ? given : request.Headers[header].FirstOrDefault() is { Length: > 0 } other ? other : null;
}

/// <summary>A request's run, and what is heard of it.</summary>
internal sealed record Following(string RunId, RunFollower News, Action? Over = null) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        News.Dispose();
        Over?.Invoke();
    }
}
