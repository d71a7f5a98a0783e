using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Api;

/// <summary>Runs over HTTP: search, read, start.</summary>
internal sealed class RunsApi(ServerOptions options)
{
    private const int LargestPage = 1000;
    private const int LongestKey = 200;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/runs", ListAsync).Needs(Role.Viewer).Says(new RouteDoc("Searches runs, newest first.")
        {
            Answer = "Runs",
            Query =
            [
                ("status", "Only these, with commas between: pending, running, waiting, paused, completed, failed, cancelled."), ("blueprint", "Only runs of this blueprint; may be given several times."),
                ("parent", "Only child runs of this run."), ("label", "Only runs with this label: name=value."), ("since", "Only runs created at or after this instant."),
                ("until", "Only runs created before this instant."), ("text", "Only runs whose blueprint contains this, or whose key, attention or a label does (from 3 characters), or whose id begins with it (from 4)."),
                ("before", "Only runs older than this one, by id."), ("limit", "At most this many, 1 to 1000; default 100."),
            ],
        });
        routes.MapGet("/api/v1/runs/{id}", ReadAsync).Needs(Role.Viewer).Says(new RouteDoc("Shows a run with its steps. The id may be a unique beginning of at least 4 characters.")
        {
            Answer = "Run", Problems = [(StatusCodes.Status404NotFound, "There is no such run.")],
        });
        routes.MapGet("/api/v1/runs/{id}/summary", SummaryAsync).Needs(Role.Viewer).Says(new RouteDoc("Shows a run as a list does: its row, without steps.")
        {
            Answer = "RunSummary", Problems = [(StatusCodes.Status404NotFound, "There is no such run.")],
        });
        routes.MapPost("/api/v1/runs", StartAsync).Needs(Role.Operator).Says(new RouteDoc("Starts a run. The answer comes when it is on disk.")
        {
            Body = "StartRun", Status = StatusCodes.Status202Accepted, Answer = "RunSummary", Headers = [("Idempotency-Key", "A second start with the same key gives the first run.")],
            Problems =
            [
                (StatusCodes.Status404NotFound, "There is no blueprint of that name."), (StatusCodes.Status409Conflict, "The run is refused, for example because its group is full."),
                (StatusCodes.Status413PayloadTooLarge, "The body is too large."), (StatusCodes.Status422UnprocessableEntity, "Blueprint or inputs have errors; all of them are listed."),
            ],
        });
    }

    /// <summary>A run's row; throws a problem when there is none.</summary>
    public static async Task<RunSummary> FindAsync(IStore store, HttpContext context)
    {
        var id = (string)context.GetRouteValue("id")!;
        return await store.FindRunAsync(id, context.RequestAborted).ConfigureAwait(false)
            ?? throw ProblemException.Missing(id.Length < 4 ? $"There is no run {id}: a beginning of an id needs at least 4 characters." : $"There is no run {id}: no id begins so, or several do.");
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var limit = (int)QueryText.Number(context, "limit", 100, LargestPage);
        var runs = await options.Store.ListRunsAsync(
            new RunQuery(Statuses(context), await BeforeAsync(context).ConfigureAwait(false), limit)
            {
                Blueprints = query["blueprint"] is { Count: > 0 } blueprints ? [.. blueprints.Select(blueprint => blueprint ?? "")] : null, ParentRunId = query["parent"].FirstOrDefault(), Label = Label(context),
                Times = [.. Limit("since", ">="), .. Limit("until", "<")], Text = query["text"].FirstOrDefault(),
            },
            context.RequestAborted).ConfigureAwait(false);
        var others = query.Where(parameter => parameter.Key is not ("before" or "limit")).SelectMany(parameter => parameter.Value.Select(value => $"&{parameter.Key}={Uri.EscapeDataString(value ?? "")}"));
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("runs");
            foreach (var run in runs) RunJson.Write(writer, run);
            writer.WriteEndArray();
            if (runs.Count == limit) writer.WriteString("next", $"/api/v1/runs?limit={limit}&before={runs[^1].RunId}{string.Concat(others)}");
            writer.WriteEndObject();
        }).ConfigureAwait(false);

        IEnumerable<RunTimeLimit> Limit(string name, string compare) => QueryText.Instant(context, name) is { } at ? [new RunTimeLimit(RunInstant.Created, compare, at)] : [];
    }

    private async Task<(DateTimeOffset, string)?> BeforeAsync(HttpContext context)
    {
        if (context.Request.Query["before"] is not { Count: > 0 } older) return null;
        return await options.Store.FindRunAsync(older[0] ?? "", context.RequestAborted).ConfigureAwait(false) is { } row
            ? (row.CreatedAt, row.RunId)
            : throw ProblemException.Bad($"before={older[0]}: there is no such run");
    }

    private static List<RunStatus>? Statuses(HttpContext context)
    {
        var names = Enum.GetValues<RunStatus>().ToDictionary(RunJson.Name, StringComparer.OrdinalIgnoreCase);
        var statuses = new List<RunStatus>();
        foreach (var text in context.Request.Query["status"].SelectMany(text => (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
            statuses.Add(names.TryGetValue(text, out var status) ? status : throw ProblemException.Bad($"status={text}: expected one of {string.Join(", ", names.Keys)}.{Spelling.DidYouMean(text, names.Keys)}"));
        return statuses.Count > 0 ? statuses : null;
    }

    private static (string, string)? Label(HttpContext context)
    {
        if (context.Request.Query["label"].FirstOrDefault() is not { } label) return null;
        var equals = label.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 ? (label[..equals], label[(equals + 1)..]) : throw ProblemException.Bad($"label={label}: expected name=value");
    }

    private async Task ReadAsync(HttpContext context)
    {
        var summary = await FindAsync(options.Store, context).ConfigureAwait(false);
        var run = await RunViews.ReadAsync(options.Store, summary.RunId, context.RequestAborted).ConfigureAwait(false) ?? throw ProblemException.Missing($"There is no run {summary.RunId}.");
        await JsonBody.WriteAsync(context, writer => RunJson.Write(writer, run)).ConfigureAwait(false);
    }

    private async Task SummaryAsync(HttpContext context)
    {
        var run = await FindAsync(options.Store, context).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, writer => RunJson.Write(writer, run)).ConfigureAwait(false);
    }

    /// <summary>Answers 202 once the run is on disk: not before.</summary>
    private async Task StartAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var key = body.Text("key") ?? (context.Request.Headers.TryGetValue("Idempotency-Key", out var header) ? header.ToString() : null);
        if (key?.Length is 0 or > LongestKey) throw ProblemException.Bad($"An idempotency key has 1 to {LongestKey} characters");
        var given = await GivenBlueprint.ReadAsync(body, options, context.RequestAborted).ConfigureAwait(false);
        var start = new StartRun(given.Definition, body.Map("inputs"), key, body.Texts("labels"), context.Caller().Name, body.Flag("fromText") ?? false);
        if (given.Called.Count > 0) await options.Store.CommitAsync(new WriteSet { Definitions = GivenBlueprint.ToStore(given.Called) }).ConfigureAwait(false);

        var result = await options.Engine.StartAsync(start, context.RequestAborted).ConfigureAwait(false);
        var run = await options.Store.FindRunAsync(result.RunId, context.RequestAborted).ConfigureAwait(false);
        context.Response.Headers.Location = $"/api/v1/runs/{result.RunId}";
        await JsonBody.WriteAsync(context, StatusCodes.Status202Accepted, "application/json", (Utf8JsonWriter writer) => RunJson.Write(writer, run!, result.Existing)).ConfigureAwait(false);
    }
}
