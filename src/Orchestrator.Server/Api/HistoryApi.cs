using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Api;

/// <summary>What happened in a run: journal and log in pages, and both live as server-sent events.</summary>
internal sealed class HistoryApi(ServerOptions options, CancellationToken stopping)
{
    private const int LargestPage = 1000;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var missing = (StatusCodes.Status404NotFound, "There is no such run.");
        (string, string)[] page = [("after", "Only those with a higher number."), ("limit", "At most this many, 1 to 1000; default 100.")];
        routes.MapGet("/api/v1/runs/{id}/journal", JournalAsync).Needs(Role.Viewer).Says(new RouteDoc("Lists the events of a run, oldest first.") { Answer = "Journal", Query = page, Problems = [missing] });
        routes.MapGet("/api/v1/runs/{id}/log", LogAsync).Needs(Role.Viewer).Says(new RouteDoc("Lists the log lines of a run, oldest first.") { Answer = "Log", Query = page, Problems = [missing] });
        routes.MapGet("/api/v1/runs/{id}/events", StreamAsync).Needs(Role.Viewer).WithMetadata(LongAnswer.Marker).Says(new RouteDoc("Streams events and log lines of a run as they are committed, until it ends.")
        {
            Answer = "EventStream", ContentType = "text/event-stream", Headers = [("Last-Event-ID", "Goes on after this one; browsers send it by themselves.")], Problems = [missing],
        });
    }

    private async Task JournalAsync(HttpContext context)
    {
        var run = await RunsApi.FindAsync(options.Store, context).ConfigureAwait(false);
        var (after, limit) = Page(context);
        var events = await options.Engine.ReadEventsAsync(run.RunId, after, limit, context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("events");
            foreach (var entry in events) HistoryJson.Write(writer, entry);
            writer.WriteEndArray();
            if (events.Count == limit) writer.WriteString("next", $"/api/v1/runs/{run.RunId}/journal?limit={limit}&after={events[^1].Seq}");
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task LogAsync(HttpContext context)
    {
        var run = await RunsApi.FindAsync(options.Store, context).ConfigureAwait(false);
        var (after, limit) = Page(context);
        var lines = await options.Store.ReadLogAsync(run.RunId, after, limit, context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("lines");
            foreach (var line in lines) HistoryJson.Write(writer, line);
            writer.WriteEndArray();
            if (lines.Count == limit) writer.WriteString("next", $"/api/v1/runs/{run.RunId}/log?limit={limit}&after={lines[^1].Number}");
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task StreamAsync(HttpContext context)
    {
        var run = await RunsApi.FindAsync(options.Store, context).ConfigureAwait(false);
        var stream = new RunStream(options, run.RunId);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await stream.WriteAsync(context, ended.Token).ConfigureAwait(false);
    }

    private static (long After, int Limit) Page(HttpContext context) =>
        (QueryText.Number(context, "after", 0, long.MaxValue, least: 0), (int)QueryText.Number(context, "limit", 100, LargestPage));
}
