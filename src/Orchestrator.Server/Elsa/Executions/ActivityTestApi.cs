using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Definitions;
using Orchestrator.Server.Elsa.Instances;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Executions;

/// <summary>The Test tab: runs one activity of a workflow alone, for real, as a run of its own that lists show with the label <c>test</c>.</summary>
internal sealed class ActivityTestApi(ServerOptions options, Workflows workflows, InstanceBook instances)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.Add(HttpMethods.Post, "/tests/activities", Role.Operator, TestAsync);

    private async Task TestAsync(HttpContext context)
    {
        var body = await context.BodyAsync().ConfigureAwait(false);
        if (body["workflowDefinitionHandle"] is not JsonObject definition || body["activityHandle"] is not JsonObject handle)
            throw new ElsaRejectedException(ElsaRejectedException.Whole, "expected `workflowDefinitionHandle` and `activityHandle`.");
        var workflow = definition.Text("definitionVersionId") is { } version
            ? await workflows.FindVersionAsync(version, context.RequestAborted).ConfigureAwait(false)
            : await workflows.FindAsync(definition.Text("definitionId") ?? "", definition.Text("versionOptions") ?? "Latest", context.RequestAborted).ConfigureAwait(false);
        if (workflow is null)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        if (workflow.Origin == WorkflowOrigin.Blueprint) throw new ElsaRejectedException("workflowDefinitionHandle", "a step of a blueprint is tried with `orchestrator plan`; it does not run alone.");
        var model = await workflows.ModelAsync(workflow, context.RequestAborted).ConfigureAwait(false);
        var activity = ActivityTree.All((JsonObject)model["root"]!).Select(found => found.Activity).FirstOrDefault(found =>
            handle.Text("activityNodeId") is { } node ? (string?)found["nodeId"] == node : (string?)found["id"] == handle.Text("activityId"));
        if (activity is null) throw new ElsaRejectedException("activityHandle", "there is no such activity in this version.");
        var runId = await StartAsync(context, workflow, model, (JsonObject)activity.DeepClone()).ConfigureAwait(false);
        await AnswerAsync(context, runId, (string)activity["id"]!).ConfigureAwait(false);
    }

    private async Task<string> StartAsync(HttpContext context, StoredWorkflow workflow, JsonObject model, JsonObject activity)
    {
        if (model["customProperties"]?["VariableTestValues"] is JsonObject given)
            foreach (var variable in (model["variables"] as JsonArray)?.OfType<JsonObject>() ?? [])
                if (given[variable.Text("id") ?? ""] is JsonValue value) variable["value"] = value.ToString();
        model["definitionId"] = workflow.DefinitionId + "-test";
        model["root"] = new JsonObject
        {
            ["id"] = "test", ["nodeId"] = "Workflow1:test", ["type"] = "Elsa.Sequence", ["version"] = 1, ["customProperties"] = new JsonObject(), ["metadata"] = new JsonObject(),
            ["variables"] = new JsonArray(), ["activities"] = new JsonArray(activity),
        };
        activity["nodeId"] = "Workflow1:test:" + activity["id"];
        var (json, hash) = WorkflowModel.Seal(model);
        var start = new StartRun(DefinitionJson.Read(json) with { Hash = hash }, Value.EmptyMap, Labels: new Dictionary<string, string> { ["test"] = workflow.DefinitionId }, By: context.Caller().Name);
        return (await options.Engine.StartAsync(start, CancellationToken.None).ConfigureAwait(false)).RunId;
    }

    private async Task AnswerAsync(HttpContext context, string runId, string activityId)
    {
        using var limit = new CancellationTokenSource(Patience, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, context.RequestAborted);
        try
        {
            await options.Engine.WaitAsync(runId, either.Token, orWaiting: true).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // It takes longer: what it did so far is the answer, and the run can be looked at.
        }

        var instance = await instances.FindAsync(runId, context.RequestAborted).ConfigureAwait(false);
        var executed = instance?.Execution.Activities.FirstOrDefault(one => one.ActivityId == activityId);
        // A test that waits for ever is of no use to anybody.
        if (instance is { Run.Status: RunStatus.Waiting or RunStatus.Paused })
            await options.Engine.SendAsync("cancel", runId, Encoding.UTF8.GetBytes("""{"reason":"the test is over"}"""), context.Caller().Name, null, context.RequestAborted).ConfigureAwait(false);
        var record = instance is null || executed is null ? [] : ExecutionShape.Record(instance, executed);
        var answer = new JsonObject
        {
            ["activityState"] = record["activityState"]?.DeepClone() ?? new JsonObject(),
            ["outputs"] = record["outputs"]?.DeepClone() ?? new JsonObject(),
            ["payload"] = record["payload"]?.DeepClone() ?? new JsonObject(),
            ["status"] = (executed?.Status ?? ExecutionStatus.Pending).ToString(),
        };
        if (record["exception"] is { } exception) answer["exception"] = exception.DeepClone();
        await ElsaAnswer.JsonAsync(context, answer).ConfigureAwait(false);
    }
}
