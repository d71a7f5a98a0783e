using System.Text.Json.Nodes;
using Orchestrator.Model.Elsa;

namespace Orchestrator.Server.Elsa.Descriptors;

/// <summary>The lists a designer fills its boxes from. Only what the engine honours is in them.</summary>
internal static class SmallLists
{
    /// <summary>Expression types.</summary>
    public static IEnumerable<JsonObject> Expressions() =>
    [
        Expression("Literal", isBrowsable: false), Expression("Object", isBrowsable: false, "json"), Expression("Variable"), Expression("Input"), Expression("JavaScript", language: "javascript"),
    ];

    /// <summary>Types of variables.</summary>
    public static IEnumerable<JsonObject> Variables() =>
    [
        Variable("Object", "Primitives", "Anything."), Variable("String", "Primitives", "Text."), Variable("Boolean", "Primitives", "Yes or no."),
        Variable("Int32", "Primitives", "A whole number."), Variable("Int64", "Primitives", "A large whole number."), Variable("Single", "Primitives", "A number."),
        Variable("Double", "Primitives", "A number."), Variable("Decimal", "Primitives", "A number, such as an amount."), Variable("Guid", "Primitives", "An id that nothing else has."),
        Variable("DateTime", "Primitives", "A day and a time of day."), Variable("DateTimeOffset", "Primitives", "An instant."), Variable("TimeSpan", "Primitives", "How long, as hh:mm:ss."),
        Variable("ObjectDictionary", "Lookups", "Names and values."), Variable("JSON", "Dynamic", "Any JSON."),
    ];

    /// <summary>Where variables are kept.</summary>
    public static IEnumerable<JsonObject> StorageDrivers() =>
    [
        Driver("WorkflowInstanceStorageDriver", "Workflow Instance", 5, deprecated: false), Driver("MemoryStorageDriver", "Memory", 0, deprecated: false),
    ];

    /// <summary>What a fault does to a workflow.</summary>
    public static IEnumerable<JsonObject> IncidentStrategies() =>
    [
        Strategy("ContinueWithIncidentsStrategy", "Continue with incidents", "Other branches go on; the workflow keeps the incident."),
        Strategy("FaultStrategy", "Fault", "The workflow is faulted at once."),
        Strategy(ElsaReader.PauseStrategy, "Pause", "The workflow is held at the activity that failed, until somebody retries or skips it; other branches go on."),
        Strategy(ElsaReader.RollbackStrategy, "Roll back", "Everything else stops, what the workflow changed is taken back, the last first, and the workflow is faulted."),
    ];

    /// <summary>When a workflow may start.</summary>
    public static IEnumerable<JsonObject> ActivationStrategies() =>
    [
        Strategy("Elsa.Workflows.ActivationValidators.AllowAlwaysStrategy, Elsa.Workflows.Core", "Always", "Always starts."),
        Strategy("Elsa.Workflows.Runtime.ActivationValidators.CorrelatedSingletonStrategy, Elsa.Workflows.Runtime", "Correlated singleton", "Starts when none of this workflow with the same correlation id runs."),
        Strategy("Elsa.Workflows.Runtime.ActivationValidators.CorrelationStrategy, Elsa.Workflows.Runtime", "Correlation", "Starts when no workflow with the same correlation id runs."),
        Strategy("Elsa.Workflows.Runtime.ActivationValidators.SingletonStrategy, Elsa.Workflows.Runtime", "Singleton", "Starts when none of this workflow runs."),
    ];

    /// <summary>What is kept of an activity's inputs and outputs.</summary>
    public static IEnumerable<JsonObject> LogPersistence() => [Strategy("Elsa.Workflows.LogPersistence.Strategies.Include, Elsa.Workflows.Core", "Include", "Inputs and outputs are kept, secrets masked.")];

    /// <summary>When a workflow is committed: there is nothing to choose, every step is.</summary>
    public static IEnumerable<JsonObject> CommitStrategies() => [new JsonObject { ["name"] = "ActivityExecuted", ["displayName"] = "After each activity", ["description"] = "What an activity did is on disk before the next one starts. Always so." }];

    /// <summary>What this server can do, as Studio asks for it. <c>Elsa.RealTimeWorkflowUpdates</c> makes it connect to the hub; Resilience and Alterations would make it show pages it does not have.</summary>
    public static IEnumerable<JsonObject> Features() =>
        new[] { "Workflows", "Flowchart", "WorkflowRuntime", "WorkflowDefinitions", "WorkflowInstances", "WorkflowManagement", "WorkflowsApi", "Scheduling", "JavaScript", "Http", "RealTimeWorkflowUpdates" }.Select(name => new JsonObject
        {
            ["name"] = name, ["namespace"] = "Elsa", ["fullName"] = "Elsa." + name, ["displayName"] = name, ["description"] = "",
        });

    private static JsonObject Expression(string type, bool isBrowsable = true, string? language = null) => new()
    {
        ["type"] = type, ["displayName"] = type, ["isSerializable"] = true, ["isBrowsable"] = isBrowsable,
        ["properties"] = language is null ? new JsonObject() : new JsonObject { ["MonacoLanguage"] = language },
    };

    private static JsonObject Variable(string type, string category, string description) => new() { ["typeName"] = type, ["displayName"] = type, ["category"] = category, ["description"] = description };

    private static JsonObject Driver(string type, string name, int priority, bool deprecated) => new() { ["typeName"] = type, ["displayName"] = name, ["priority"] = priority, ["deprecated"] = deprecated };

    private static JsonObject Strategy(string type, string name, string description) => new() { ["displayName"] = name, ["description"] = description, ["typeName"] = type };
}
