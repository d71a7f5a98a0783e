using Orchestrator.Engine.Elsa.Structured;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Primitives;

/// <summary>FlowDecision: leaves by <c>True</c> or <c>False</c>.</summary>
internal sealed class DecisionRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity) =>
        interpreter.Complete(activity, [ElsaTypes.ToFlag(activity.Inputs.Get("condition") ?? Value.Null) ? "True" : "False"]);
}

/// <summary>FlowSwitch: leaves by the labels of the cases that hold, else by <c>Default</c>.</summary>
internal sealed class FlowSwitchRule : Rule
{
    public override bool HasCases => true;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var taken = SwitchRule.Taken(activity);
        interpreter.Complete(activity, taken.Count == 0 ? ["Default"] : [.. taken.Select(index => activity.Node.Cases[index].Label)]);
    }
}

/// <summary>FlowFork: leaves by every branch it names.</summary>
internal sealed class FlowForkRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity) => interpreter.Complete(
        activity, activity.Inputs.Get("branches") is ListValue { Items.Count: > 0 } branches ? [.. branches.Items.Select(branch => branch.AsString() ?? "")] : null);
}

/// <summary>End: ends its flowchart.</summary>
internal sealed class EndRule : Rule
{
    public override bool IsTerminal => true;

    public override void Run(Interpreter interpreter, ActivityState activity) => interpreter.Complete(activity);
}

/// <summary>What has no effect: a start, and activities that nobody here knows.</summary>
internal sealed class NothingRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        if (activity.Node.Type is not ("Elsa.Start" or "Elsa.NotFoundActivity"))
            interpreter.Decider.Decision.Lines.Add((activity.Node.StepId, $"there is no activity `{activity.Node.Type}` here: it was passed over without effect"));
        interpreter.Complete(activity);
    }
}

/// <summary>Finish: the workflow is done at once; what is queued or waits is forgotten.</summary>
internal sealed class FinishRule : Rule
{
    public override bool IsTerminal => true;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        interpreter.NoteRun("queue", Value.Null);
        interpreter.NoteRun("finished", Value.Null);
        interpreter.Complete(activity);
        if (interpreter.State.Find(1) is { } workflow) interpreter.Complete(workflow);
    }
}
