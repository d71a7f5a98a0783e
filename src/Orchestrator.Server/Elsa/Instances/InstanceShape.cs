using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>Runs as Elsa's workflow instances.</summary>
internal static class InstanceShape
{
    /// <summary>Label of a run that holds the correlation id it was started with, for lists.</summary>
    public const string CorrelationLabel = "correlationId";

    /// <summary>An item of a list.</summary>
    public static JsonObject Summary(RunSummary run, StoredWorkflow? workflow)
    {
        var item = new JsonObject { ["id"] = run.RunId };
        Identify(item, run, workflow, "version");
        item["status"] = InstanceStatus.Main(run.Status);
        item["subStatus"] = InstanceStatus.Sub(run.Status);
        if (run.Labels?.GetValueOrDefault(CorrelationLabel) is { } correlation) item["correlationId"] = correlation;
        item["incidentCount"] = run.Status is RunStatus.Failed or RunStatus.Paused ? 1 : 0;
        Dates(item, run);
        return item;
    }

    /// <summary>A whole instance.</summary>
    public static JsonObject Full(Instance instance, StoredWorkflow? workflow)
    {
        var (run, execution) = instance;
        var full = new JsonObject { ["id"] = run.RunId };
        Identify(full, run, workflow, "version");
        full["workflowState"] = State(instance, workflow);
        full["status"] = InstanceStatus.Main(run.Status);
        full["subStatus"] = InstanceStatus.Sub(run.Status);
        full["isExecuting"] = run.Status == RunStatus.Running;
        Names(full, instance);
        full["incidentCount"] = execution.Incidents.Count;
        full["isSystem"] = false;
        Dates(full, run);
        return full;
    }

    /// <summary>The state of an instance: what is open and what came of it.</summary>
    public static JsonObject State(Instance instance, StoredWorkflow? workflow)
    {
        var (run, execution) = instance;
        var state = new JsonObject { ["id"] = run.RunId };
        Identify(state, run, workflow, "definitionVersion");
        Names(state, instance);
        state["status"] = InstanceStatus.Main(run.Status);
        state["subStatus"] = InstanceStatus.Sub(run.Status);
        state["isExecuting"] = run.Status == RunStatus.Running;
        state["bookmarks"] = new JsonArray([.. execution.Bookmarks.Select(bookmark => Bookmark(instance, bookmark))]);
        state["incidents"] = new JsonArray([.. execution.Incidents.Select(incident => IncidentOf(instance, incident))]);
        state["isSystem"] = false;
        state["completionCallbacks"] = new JsonArray();
        // Ended activities are forgotten here, the workflow itself stays.
        var open = execution.Activities.Where(activity => activity.ParentId is null || activity.Status is ExecutionStatus.Running or ExecutionStatus.Pending or ExecutionStatus.Faulted);
        state["activityExecutionContexts"] = new JsonArray([.. open.Reverse().Select(activity => Context(instance, activity))]);
        state["scheduledActivities"] = new JsonArray();
        state["executionLogSequence"] = execution.Events.Count;
        state["input"] = ValueNodes.NodeOf(execution.Input);
        state["output"] = ValueNodes.NodeOf(execution.Output);
        state["properties"] = new JsonObject();
        Dates(state, run);
        return state;
    }

    /// <summary>A failure as Elsa shows exceptions.</summary>
    public static JsonObject Exception(Failure failure)
    {
        var exception = new JsonObject { ["type"] = failure.Code, ["message"] = failure.Message, ["stackTrace"] = string.Join('\n', failure.LogTail ?? []) };
        if (failure.Details is { } details) exception["innerException"] = new JsonObject { ["type"] = "details", ["message"] = PlainJson.Serialize(details), ["stackTrace"] = "" };
        return exception;
    }

    /// <summary>How many executions stand around one.</summary>
    public static int Depth(Instance instance, ActivityExecution activity)
    {
        var depth = 0;
        for (var parent = instance.Find(activity.ParentId); parent is not null && depth < 1000; parent = instance.Find(parent.ParentId)) depth++;
        return depth;
    }

    private static void Identify(JsonObject json, RunSummary run, StoredWorkflow? workflow, string version)
    {
        json["definitionId"] = run.Blueprint;
        json["definitionVersionId"] = workflow?.VersionId ?? run.Definition[..Math.Min(16, run.Definition.Length)];
        json[version] = workflow?.Version ?? run.Version;
    }

    private static void Names(JsonObject json, Instance instance)
    {
        if ((instance.Execution.CorrelationId ?? instance.Run.Labels?.GetValueOrDefault(CorrelationLabel)) is { } correlation) json["correlationId"] = correlation;
        if (instance.Execution.Name is { } name) json["name"] = name;
    }

    private static void Dates(JsonObject json, RunSummary run)
    {
        json["createdAt"] = run.CreatedAt;
        json["updatedAt"] = run.UpdatedAt;
        if (run.CompletedAt is { } completed) json["finishedAt"] = completed;
    }

    private static JsonObject Bookmark(Instance instance, Bookmark bookmark)
    {
        var activity = instance.Find(bookmark.ExecutionId);
        var payload = new JsonObject();
        if (bookmark.Match.Length > 0) payload[bookmark.Name == "Elsa.Event" ? "eventName" : "match"] = bookmark.Match;
        if (bookmark.Due is { } due) payload["resumeAt"] = due;
        return new JsonObject
        {
            ["id"] = bookmark.Id,
            ["name"] = bookmark.Name,
            ["hash"] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{bookmark.Name}\n{bookmark.Match}"))),
            ["payload"] = payload,
            ["activityId"] = activity?.ActivityId ?? "",
            ["activityNodeId"] = activity?.NodeId ?? "",
            ["activityInstanceId"] = bookmark.ExecutionId,
            ["createdAt"] = bookmark.CreatedAt,
            ["autoBurn"] = true,
            ["callbackMethodName"] = "",
            ["autoComplete"] = true,
        };
    }

    private static JsonObject IncidentOf(Instance instance, Incident incident)
    {
        var activity = instance.Find(incident.ExecutionId);
        return new JsonObject
        {
            ["activityId"] = activity?.ActivityId ?? "",
            ["activityNodeId"] = activity?.NodeId ?? "",
            ["activityInstanceId"] = incident.ExecutionId,
            ["activityType"] = activity?.Type ?? "",
            ["message"] = incident.Failure.Message,
            ["exception"] = Exception(incident.Failure),
            ["timestamp"] = incident.At,
        };
    }

    private static JsonObject Context(Instance instance, ActivityExecution activity)
    {
        var variables = instance.Execution.Variables.Where(variable => variable.ExecutionId == activity.Id).ToList();
        var context = new JsonObject { ["id"] = activity.Id, ["callStackDepth"] = Depth(instance, activity) };
        if (activity.ParentId is { } parent) context["parentContextId"] = parent;
        context["scheduledActivityNodeId"] = activity.NodeId;
        if (instance.Find(activity.ParentId) is { } owner) context["ownerActivityNodeId"] = owner.NodeId;
        var properties = new JsonObject();
        if (variables.Count > 0) properties["Variables"] = new JsonObject(variables.DistinctBy(variable => variable.Id).Select(variable => KeyValuePair.Create(variable.Id, ValueNodes.NodeOf(variable.Value))));
        context["properties"] = properties;
        context["metadata"] = new JsonObject();
        context["activityState"] = ValueNodes.NodeOf(activity.Inputs);
        context["dynamicVariables"] = new JsonArray();
        context["status"] = activity.Status.ToString();
        context["isExecuting"] = false;
        context["faultCount"] = activity.FaultCount;
        context["startedAt"] = activity.StartedAt;
        if (activity.CompletedAt is { } completed) context["completedAt"] = completed;
        return context;
    }
}
