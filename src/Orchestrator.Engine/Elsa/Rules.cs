using Orchestrator.Engine.Elsa.Flowcharts;
using Orchestrator.Engine.Elsa.Ours;
using Orchestrator.Engine.Elsa.Primitives;
using Orchestrator.Engine.Elsa.Steps;
using Orchestrator.Engine.Elsa.Structured;
using Orchestrator.Engine.Elsa.Waits;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>Which rule an activity type follows. A type that is none of Elsa's is an activity of the catalog, which runs as a step.</summary>
internal static class Rules
{
    private static readonly Dictionary<string, Rule> Known = new(StringComparer.Ordinal)
    {
        ["Elsa.Workflow"] = new WorkflowRule(),
        ["Elsa.Flowchart"] = new FlowchartRule(),
        ["Elsa.FlowJoin"] = new JoinRule(),
        ["Elsa.FlowDecision"] = new DecisionRule { Inputs = [new("Condition", "Boolean")] },
        ["Elsa.FlowSwitch"] = new FlowSwitchRule { Inputs = [new("Mode", "String")] },
        ["Elsa.FlowFork"] = new FlowForkRule { Inputs = [new("Branches", "List<String>")] },
        ["Elsa.FlowNode"] = new BodyRule(),
        ["Elsa.Sequence"] = new SequenceRule(),
        ["Elsa.Parallel"] = new ParallelRule(),
        ["Elsa.Fork"] = new ForkRule { Inputs = [new("JoinMode", "String")] },
        ["Elsa.If"] = new IfRule { Inputs = [new("Condition", "Boolean")] },
        ["Elsa.Switch"] = new SwitchRule { Inputs = [new("Mode", "String")] },
        ["Elsa.While"] = new WhileRule(),
        ["Elsa.For"] = new ForRule { Inputs = [new("Start", "Int32"), new("End", "Int32"), new("Step", "Int32"), new("OuterBoundInclusive", "Boolean", Value.Of(true))] },
        ["Elsa.ForEach"] = new ForEachRule { Inputs = [new("Items", "List<Object>")] },
        ["Elsa.ParallelForEach"] = new ParallelForEachRule { Inputs = [new("Items", "List<Object>")] },
        ["Elsa.Break"] = new BreakRule(),
        ["Elsa.Complete"] = new CompleteRule { Inputs = [new("Outcomes", "List<String>")] },
        ["Elsa.Finish"] = new FinishRule(),
        ["Elsa.End"] = new EndRule(),
        ["Elsa.Start"] = new NothingRule(),
        ["Elsa.NotFoundActivity"] = new NothingRule(),
        ["Elsa.WriteLine"] = new WriteLineRule { Inputs = [new("Text", "String")] },
        ["Elsa.Log"] = new WriteLineRule { Inputs = [new("Message", "String"), new("Text", "String")] },
        ["Elsa.SetVariable"] = new SetVariableRule { Inputs = [new("Value", "Object")] },
        ["Elsa.SetName"] = new SetNameRule { Inputs = [new("Value", "String")] },
        ["Elsa.SetOutput"] = new SetOutputRule { Inputs = [new("OutputName", "String"), new("OutputValue", "Object")] },
        ["Elsa.Correlate"] = new CorrelateRule { Inputs = [new("CorrelationId", "String")] },
        ["Elsa.Fault"] = new FaultRule { Inputs = [new("Code", "String"), new("Category", "String"), new("FaultType", "String"), new("Message", "String")] },
        ["Elsa.Delay"] = new TimerRule { Inputs = [new("TimeSpan", "TimeSpan", Value.Of("00:01:00"))] },
        ["Elsa.Timer"] = new TimerRule { Inputs = [new("Interval", "TimeSpan", Value.Of("00:01:00"))] },
        ["Elsa.StartAt"] = new TimerRule { Inputs = [new("DateTime", "DateTimeOffset")] },
        ["Elsa.Cron"] = new TimerRule { Inputs = [new("CronExpression", "String")] },
        ["Elsa.Event"] = new EventRule { Inputs = [new("EventName", "String")] },
        ["Elsa.HttpEndpoint"] = new HttpEndpointRule { Inputs = [new("Path", "String"), new("SupportedMethods", "List<String>")] },
        ["Elsa.RunTask"] = new RunTaskRule { Inputs = [new("TaskName", "String"), new("Payload", "ObjectDictionary")] },
        ["Elsa.PublishEvent"] = new PublishEventRule { Inputs = [new("EventName", "String"), new("CorrelationId", "String"), new("IsLocalEvent", "Boolean"), new("Payload", "Object")] },
        ["Elsa.WriteHttpResponse"] = new HttpResponseRule { Inputs = [new("StatusCode", "String", Value.Of("OK")), new("Content", "Object"), new("ContentType", "String"), new("ResponseHeaders", "HttpHeaders")] },
        ["Elsa.WriteFileHttpResponse"] = new HttpResponseRule
        {
            MaxContent = HttpResponseRule.MaxFiles,
            Inputs = [new("ContentType", "String"), new("Filename", "String"), new("EntityTag", "String"), new("Content", "Object"), new("EnableResumableDownloads", "Boolean")],
        },
        ["Elsa.RunJavaScript"] = new JavaScriptRule { Inputs = [new("Script", "String"), new("PossibleOutcomes", "List<String>")] },
        ["Elsa.SendHttpRequest"] = new HttpRequestRule { Inputs = HttpRequestRule.Common },
        ["Elsa.FlowSendHttpRequest"] = new HttpRequestRule { Inputs = [HttpRequestRule.Expected, .. HttpRequestRule.Common] },
        ["Elsa.DownloadHttpFile"] = new HttpRequestRule { Inputs = [HttpRequestRule.Expected, .. HttpRequestRule.Common, new("RequestContentType", "String")] },
        ["Elsa.DispatchWorkflow"] = new WorkflowCallRule { Inputs = WorkflowCallRule.Common },
        ["Elsa.BulkDispatchWorkflows"] = new BulkDispatchRule
        {
            Inputs = [new("WorkflowDefinitionId", "String"), new("Items", "List<Object>"), new("DefaultItemInputKey", "String", Value.Of("Item")), new("Input", "ObjectDictionary"), new("WaitForCompletion", "Boolean", Value.Of(true))],
        },
        [ActivityTypes.Block] = new BlockRule(),
        [ActivityTypes.Parallel] = new BodyRule(),
        [ActivityTypes.ForEach] = new ItemsRule { Inputs = [new("In", "Object"), new("As", "String"), new("Limit", "Int32"), new("FailFast", "Object")] },
        [ActivityTypes.Approve] = new ApprovalRule { Inputs = [new("Message", "String"), new("By", "List<String>"), new("Timeout", "String"), new("OnTimeout", "String")] },
        [ActivityTypes.Wait] = new PauseRule { Inputs = [new("Duration", "String"), new("Until", "String"), new("Signal", "String"), new("Timeout", "String")] },
        [ActivityTypes.Call] = new CallRule { Inputs = [new("Blueprint", "String"), new("WithWith", "ObjectDictionary"), new("Detached", "Boolean")] },
        ["Elsa.ExecuteWorkflow"] = new WorkflowCallRule { Inputs = WorkflowCallRule.Common },
    };

    private static readonly Rule Catalog = new CatalogRule();
    private static readonly Rule Workflow = new WorkflowActivityRule();
    private static readonly Rule Nothing = new NothingRule();

    /// <summary>The rule of an activity.</summary>
    public static Rule Of(ElsaActivity node) =>
        Known.TryGetValue(node.Type, out var rule) ? rule
        : node.WorkflowDefinitionId is not null ? Workflow
        : node.Type.StartsWith("Elsa.", StringComparison.Ordinal) ? Nothing
        : Catalog;

    /// <summary>The inputs that a type of Elsa's has; empty for others.</summary>
    public static IReadOnlyList<InputSpec> InputsOf(string type) => Known.TryGetValue(type, out var rule) ? rule.Inputs : [];
}
