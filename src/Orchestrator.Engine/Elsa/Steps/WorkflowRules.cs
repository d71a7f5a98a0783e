using Orchestrator.Engine.Folding;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Steps;

/// <summary>DispatchWorkflow, ExecuteWorkflow: another workflow as a run of its own, waited for or not.</summary>
internal sealed class WorkflowCallRule : Rule
{
    public static readonly InputSpec[] Common =
    [
        new("WorkflowDefinitionId", "String"), new("CorrelationId", "String"), new("Input", "ObjectDictionary"), new("WaitForCompletion", "Boolean"),
    ];

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var inputs = activity.Inputs.Get("input") as MapValue ?? Value.EmptyMap;
        // An execution is over when the child is; a dispatch only when it asks for that.
        var waits = ElsaTypes.ToFlag(activity.Inputs.Get("waitForCompletion") ?? Value.Null) || activity.Node.Type == "Elsa.ExecuteWorkflow";
        interpreter.Act(activity, Value.Map(
            ("blueprint", activity.Inputs.Get("workflowDefinitionId") ?? Value.Null), ("with", inputs.With("ParentInstanceId", Value.Of(interpreter.Run.RunId))), ("detached", Value.Of(!waits)),
            ("correlationId", activity.Inputs.Get("correlationId") ?? Value.Null)));
    }

    public override void StepDone(Interpreter interpreter, ActivityState activity, StepState step, Value output) =>
        interpreter.Complete(activity, null, Value.Map(("result", output)));
}

/// <summary>A workflow used as an activity: its inputs are the activity's, its outputs are copied out, and it leaves by the outcomes that <c>Complete</c> named in it.</summary>
internal sealed class WorkflowActivityRule : Rule
{
    public override bool OwnsScript(string name) => true;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var inputs = new List<(string, Value)>();
        foreach (var (property, input) in activity.Node.Inputs)
        {
            if (ActivityInputs.Evaluate(interpreter, activity, property, property, input, null) is not { } value) return;
            inputs.Add((char.ToUpperInvariant(property[0]) + property[1..], value));
        }

        interpreter.Act(activity, Value.Map(
            ("blueprint", Value.Of(activity.Node.WorkflowDefinitionId)), ("version", activity.Node.Bare.Get("workflowDefinitionVersionId") ?? Value.Null), ("with", Value.Map(inputs)),
            ("detached", Value.Of(false))));
    }

    public override void StepDone(Interpreter interpreter, ActivityState activity, StepState step, Value output)
    {
        IReadOnlyList<string>? outcomes = output.Get(WorkflowOutcomes.Key) is ListValue list ? [.. list.Items.Select(item => item.AsString() ?? "")] : null;
        var outputs = output is MapValue map ? Value.Map(map.Entries.Where(entry => entry.Key.Length > 0 && entry.Key != WorkflowOutcomes.Key).Select(entry => (char.ToLowerInvariant(entry.Key[0]) + entry.Key[1..], entry.Value))) : Value.EmptyMap;
        interpreter.Complete(activity, outcomes, outputs);
    }
}

/// <summary>How a workflow tells its caller by which outcomes it ended: as an output that no workflow can declare.</summary>
internal static class WorkflowOutcomes
{
    public const string Key = "$outcomes";
}

/// <summary>PublishEvent: a step hands the event out, so that it is handed out once however often the engine dies.</summary>
internal sealed class PublishEventRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity) => interpreter.Act(activity, Value.Map(
        ("name", Value.Of("Elsa.Event")), ("match", activity.Inputs.Get("eventName") ?? Value.Null), ("payload", activity.Inputs.Get("payload") ?? Value.Null),
        ("correlationId", activity.Inputs.Get("correlationId") ?? Value.Null),
        ("runId", ElsaTypes.ToFlag(activity.Inputs.Get("isLocalEvent") ?? Value.Null) ? Value.Of(interpreter.Run.RunId) : Value.Null)));

    public override void StepDone(Interpreter interpreter, ActivityState activity, StepState step, Value output) => interpreter.Complete(activity);
}
