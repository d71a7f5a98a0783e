using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Api;

/// <summary>What people ask of a run that exists: each is a message that counts once per run and key, and is journaled with what it causes.</summary>
internal sealed class RunRequestsApi(ServerOptions options, AccessParts access)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Add(routes, "signal", "Signal", "Sends a signal to a run that waits, or will wait, for it.",
            body => [("name", Value.Of(body.RequiredText("name", "the signal"))), ("payload", body.Any("payload") ?? Value.Null)]);
        Add(routes, "approve", "Approval", "Answers a step that waits for a person.",
            body => [("approved", Value.Of(body.Flag("approved") ?? throw ProblemException.Bad("`approved` is missing: true or false"))), ("step", Value.Of(body.Text("step"))), ("comment", Value.Of(body.Text("comment")))]);
        Add(routes, "cancel", "Ending", "Ends a run in good order: steps stop, `always` still runs.", body => [("reason", Value.Of(body.Text("reason")))]);
        Add(routes, "terminate", "Ending", "Ends a run at once: nothing is undone or cleaned up.", body => [("reason", Value.Of(body.Text("reason")))]);
        Add(routes, "retry", "Retry", "Goes on at the step that failed, perhaps with other inputs.", body => [("step", Value.Of(body.Text("step"))), ("inputs", body.Map("inputs"))]);
        Add(routes, "skip", "Skip", "Takes a step that failed or waits as done.",
            body => [("step", Value.Of(body.RequiredText("step", "the step to take as done"))), ("value", body.Any("value") ?? Value.EmptyMap)]);
        Add(routes, "alter", "Alter", "Changes an open workflow made in Studio: sets a variable, cancels an activity or runs it anew, or goes on with another version of its definition.",
            body =>
            [
                ("type", Value.Of(body.RequiredText("type", "ModifyVariable, CancelActivity, ScheduleActivity or Migrate"))), ("variableId", Value.Of(body.Text("variableId"))), ("value", body.Any("value") ?? Value.Null),
                ("activityId", Value.Of(body.Text("activityId"))), ("activityInstanceId", Value.Of(body.Text("activityInstanceId"))),
                ("targetVersion", body.Number("targetVersion") is { } version ? Value.Of(version) : Value.Null),
            ]);
        Add(routes, "resume", "Resume", "Goes on with a run that is paused.", _ => []);
    }

    private void Add(IEndpointRouteBuilder routes, string kind, string schema, string summary, Func<RequestBody, (string, Value)[]> read) =>
        routes.MapPost($"/api/v1/runs/{{id}}/{kind}", context => AskAsync(context, kind, read)).Needs(Role.Operator).Says(new RouteDoc(summary)
        {
            Body = schema, Answer = "Answer", Headers = [("Idempotency-Key", "Counts once per run and key.")],
            Problems = [(StatusCodes.Status404NotFound, "There is no such run."), (StatusCodes.Status409Conflict, "The run refuses; the detail says why and nothing was changed.")],
        });

    private async Task AskAsync(HttpContext context, string kind, Func<RequestBody, (string, Value)[]> read)
    {
        var run = await RunsApi.FindAsync(options.Store, context).ConfigureAwait(false);
        using var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var caller = context.Caller();
        // Some requests are only for some roles: the run decides, the door vouches for the caller.
        var message = Encoding.UTF8.GetBytes(ValueJson.Serialize(Value.Map([.. read(body), ("role", Value.Of(caller.Role.Text()))])));
        var key = body.Text("key") ?? (context.Request.Headers.TryGetValue("Idempotency-Key", out var header) ? header.ToString() : null);
        var result = await options.Engine.SendAsync(kind, run.RunId, message, caller.Name, key, context.RequestAborted).ConfigureAwait(false);
        if (result.Outcome == OperatorOutcome.Refused && kind == "approve") await access.Audit.RefusedAsync(context, caller.Name, result.Reason ?? "refused").ConfigureAwait(false);
        if (result.Outcome == OperatorOutcome.Refused) throw new ProblemException(StatusCodes.Status409Conflict, "run.refused", result.Reason ?? "The run refused.");
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("outcome", RunJson.Name(result.Outcome));
            if (result.Reason is { } reason) writer.WriteString("reason", reason);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }
}
