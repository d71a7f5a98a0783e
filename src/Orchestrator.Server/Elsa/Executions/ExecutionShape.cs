using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;
using Orchestrator.Server.Elsa.Descriptors;
using Orchestrator.Server.Elsa.Instances;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Executions;

/// <summary>What activities did, as records, sums and journal rows.</summary>
internal static class ExecutionShape
{
    /// <summary>A record without values.</summary>
    public static JsonObject Summary(Instance instance, ActivityExecution activity)
    {
        var summary = new JsonObject
        {
            ["workflowInstanceId"] = instance.Run.RunId,
            ["activityId"] = activity.ActivityId,
            ["activityNodeId"] = activity.NodeId,
            ["activityType"] = activity.Type,
            ["activityTypeVersion"] = activity.Version,
        };
        if (activity.Name is { } name) summary["activityName"] = name;
        summary["startedAt"] = activity.StartedAt;
        summary["hasBookmarks"] = activity.HasBookmarks;
        summary["status"] = activity.Status.ToString();
        summary["metadata"] = new JsonObject();
        summary["aggregateFaultCount"] = activity.FaultCount;
        if (activity.CompletedAt is { } completed) summary["completedAt"] = completed;
        summary["id"] = activity.Id;
        return summary;
    }

    /// <summary>A record with its values.</summary>
    public static JsonObject Record(Instance instance, ActivityExecution activity)
    {
        var record = Summary(instance, activity);
        if (activity.Inputs.Entries.Count > 0) record["activityState"] = Named(activity.Inputs);
        if (activity.Outputs.Entries.Count > 0) record["outputs"] = Named(activity.Outputs);
        if (activity.Outcomes.Count > 0) record["payload"] = new JsonObject { ["Outcomes"] = Texts(activity.Outcomes) };
        if (activity.Failure is { } failure) record["exception"] = InstanceShape.Exception(failure);
        record["properties"] = new JsonObject();
        // Who scheduled it: the container it runs in.
        if (instance.Find(activity.ParentId) is { } owner)
        {
            record["schedulingActivityExecutionId"] = owner.Id;
            record["schedulingActivityId"] = owner.ActivityId;
        }

        record["callStackDepth"] = InstanceShape.Depth(instance, activity);
        record["tenantId"] = "";
        return record;
    }

    /// <summary>Sums over the executions of each activity that ran; Studio colours its badges by them.</summary>
    public static JsonArray Stats(IEnumerable<ActivityExecution> activities) => new([.. activities.GroupBy(activity => activity.NodeId, StringComparer.Ordinal).Select(group =>
    {
        var completed = group.Count(activity => activity.CompletedAt is not null);
        return new JsonObject
        {
            ["activityId"] = group.First().ActivityId,
            ["activityNodeId"] = group.Key,
            ["startedCount"] = group.Count(),
            ["completedCount"] = completed,
            ["uncompletedCount"] = group.Count() - completed,
            ["isBlocked"] = group.Any(activity => activity.HasBookmarks),
            ["isFaulted"] = group.Any(activity => activity.Status == ExecutionStatus.Faulted),
            ["aggregateFaultCount"] = group.Sum(activity => activity.FaultCount),
            ["metadata"] = new JsonObject(),
        };
    })]);

    /// <summary>A row of the journal.</summary>
    public static JsonObject JournalRow(Instance instance, ExecutionEvent happened)
    {
        var activity = instance.Find(happened.ExecutionId);
        var row = new JsonObject { ["id"] = RowId(happened), ["activityInstanceId"] = happened.ExecutionId };
        if (activity?.ParentId is { } parent) row["parentActivityInstanceId"] = parent;
        row["activityId"] = activity?.ActivityId ?? "";
        row["activityType"] = activity?.Type ?? "";
        row["activityTypeVersion"] = activity?.Version ?? 1;
        if (activity?.Name is { } name) row["activityName"] = name;
        row["nodeId"] = activity?.NodeId ?? "";
        row["timestamp"] = happened.At;
        row["sequence"] = happened.Sequence - 1;
        row["eventName"] = happened.EventName;
        if (happened.Message is { } message) row["message"] = message;
        if (happened.Outcomes is { } outcomes) row["payload"] = new JsonObject { ["Outcomes"] = Texts(outcomes) };
        return row;
    }

    /// <summary>The last thing that happened to an activity.</summary>
    public static JsonObject LastRow(Instance instance, StoredWorkflow? workflow, ActivityExecution activity, ExecutionEvent happened)
    {
        var row = new JsonObject
        {
            ["workflowDefinitionId"] = instance.Run.Blueprint,
            ["workflowDefinitionVersionId"] = workflow?.VersionId ?? instance.Run.Definition[..Math.Min(16, instance.Run.Definition.Length)],
            ["workflowInstanceId"] = instance.Run.RunId,
            ["workflowVersion"] = workflow?.Version ?? instance.Run.Version,
            ["activityInstanceId"] = activity.Id,
        };
        if (activity.ParentId is { } parent) row["parentActivityInstanceId"] = parent;
        row["activityId"] = activity.ActivityId;
        row["activityType"] = activity.Type;
        row["activityTypeVersion"] = activity.Version;
        if (activity.Name is { } name) row["activityName"] = name;
        row["activityNodeId"] = activity.NodeId;
        row["timestamp"] = happened.At;
        row["sequence"] = happened.Sequence - 1;
        row["eventName"] = happened.EventName;
        row["id"] = RowId(happened);
        return row;
    }

    // By the names of descriptors, which begin with a large letter.
    private static JsonObject Named(MapValue values)
    {
        var named = new JsonObject();
        foreach (var (name, value) in values.Entries) named[DescriptorShape.Capital(name)] = ValueNodes.NodeOf(value);
        return named;
    }

    private static string RowId(ExecutionEvent happened) => $"{happened.ExecutionId}.{happened.EventName}.{happened.Sequence}";

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
