using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api.OpenApi;
using Orchestrator.Server.Triggers;

namespace Orchestrator.Server.Api;

/// <summary>The tasks that workflows asked for with RunTask and nobody has reported: what a worker outside looks at to find its work.</summary>
internal sealed class TasksApi(IStore store, ExecutionBook executions)
{
    // Each may cost reading the journal of its run.
    private const int Most = 100;

    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/tasks", ListAsync).Needs(Role.Viewer).Says(
        new RouteDoc("Lists tasks that wait to be done, oldest first. Report one with POST /elsa/api/tasks/{taskId}/complete.")
        {
            Answer = "Tasks", Query = [("name", "Only tasks of this name."), ("run", "Only of this run."), ("limit", $"Look at this many waiting tasks, 1 to {Most}; default {Most}.")],
        });

    private async Task ListAsync(HttpContext context)
    {
        string? Asked(string name) => context.Request.Query[name].FirstOrDefault() is { Length: > 0 } text ? text : null;
        var limit = (int)QueryText.Number(context, "limit", Most, Most);
        var waiting = await store.FindBookmarksAsync(new BookmarkQuery("Elsa.RunTask", RunId: Asked("run"), Limit: limit + 1), context.RequestAborted).ConfigureAwait(false);
        var tasks = new List<(StoredBookmark Bookmark, ActivityExecution Activity)>();
        foreach (var run in waiting.Take(limit).GroupBy(bookmark => bookmark.RunId))
        {
            var found = await executions.ReadAsync(run.Key, context.RequestAborted).ConfigureAwait(false);
            foreach (var bookmark in run)
                if (found?.Activities.FirstOrDefault(activity => activity.Id == bookmark.Match) is { } activity && (Asked("name") is not { } name || Input(activity, "TaskName").Equals(Value.Of(name))))
                    tasks.Add((bookmark, activity));
        }

        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tasks");
            foreach (var (bookmark, activity) in tasks.OrderBy(task => task.Bookmark.CreatedAt)) Write(writer, bookmark, activity);
            writer.WriteEndArray();
            writer.WriteBoolean("more", waiting.Count > limit);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter writer, StoredBookmark bookmark, ActivityExecution activity)
    {
        writer.WriteStartObject();
        writer.WriteString("id", bookmark.Match);
        writer.WriteString("runId", bookmark.RunId);
        writer.WriteString("activityId", bookmark.ActivityId);
        if (bookmark.CorrelationId is { } correlation) writer.WriteString("correlationId", correlation);
        writer.WriteString("createdAt", Instants.Text(bookmark.CreatedAt));
        writer.WritePropertyName("name");
        writer.WriteRawValue(PlainJson.Serialize(Input(activity, "TaskName")));
        writer.WritePropertyName("payload");
        writer.WriteRawValue(PlainJson.Serialize(Input(activity, "Payload")));
        writer.WriteEndObject();
    }

    private static Value Input(ActivityExecution activity, string name) => activity.Inputs.Get(name) ?? Value.Null;
}
