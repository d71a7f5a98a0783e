using Orchestrator.Engine.Folding;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Steps;

/// <summary>
/// BulkDispatchWorkflows: a run for each item. The activity has an execution of its own for each of them inside the one that the flow knows; each is a step. Behind every child that ended stands
/// <c>childCompleted</c> or <c>childFaulted</c>.
/// </summary>
internal sealed class BulkDispatchRule : Rule
{
    private const string Left = "Left";

    public override bool HasInputs(ElsaState state, ActivityState activity) => !IsItem(state, activity);

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        if (IsItem(interpreter.State, activity))
        {
            Dispatch(interpreter, activity, interpreter.State.OwnerOf(activity)!);
            return;
        }

        var items = Items(activity);
        interpreter.Note(activity, Left, Value.Of(items.Count));
        for (var i = 0; i < items.Count; i++) interpreter.Schedule(activity, activity.Node, Value.Of(i));
        if (items.Count == 0) End(interpreter, activity);
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        if (child.Node == activity.Node && Waits(activity) && activity.Node.Port(outcomes is ["Faulted"] ? "childFaulted" : "childCompleted") is { } port)
        {
            interpreter.Schedule(activity, port);
            return;
        }

        interpreter.Note(activity, Left, Value.Of(activity.Count(Left) - 1));
        if (activity.Count(Left) == 0) End(interpreter, activity);
    }

    public override void StepDone(Interpreter interpreter, ActivityState activity, StepState step, Value output) => interpreter.Complete(activity, null, Value.Map(("result", output)));

    public override bool Expects(Interpreter interpreter, ActivityState activity, Failure failure) => true;

    // A child that failed does not fail the others: whoever wants to hear of it connects `childFaulted`.
    public override void StepFailed(Interpreter interpreter, ActivityState activity, StepState step, Failure failure) =>
        interpreter.Complete(activity, ["Faulted"], Value.Map(("result", Value.Of(failure.Message))));

    private static void Dispatch(Interpreter interpreter, ActivityState item, ActivityState owner)
    {
        var value = Items(owner)[(int)((NumberValue)item.Tag!).Number];
        var inputs = owner.Inputs.Get("input") as MapValue ?? Value.EmptyMap;
        if (value is MapValue own)
            foreach (var (name, entry) in own.Entries) inputs = inputs.With(name, entry);
        inputs = inputs.With(owner.Inputs.Get("defaultItemInputKey")?.AsString() ?? "Item", value).With("ParentInstanceId", Value.Of(interpreter.Run.RunId));
        interpreter.Act(item, Value.Map(("blueprint", owner.Inputs.Get("workflowDefinitionId") ?? Value.Null), ("with", inputs), ("detached", Value.Of(!Waits(owner)))));
    }

    private static void End(Interpreter interpreter, ActivityState activity) => interpreter.Complete(activity, Waits(activity) ? ["Completed", "Done"] : ["Done"]);

    private static bool Waits(ActivityState activity) => ElsaTypes.ToFlag(activity.Inputs.Get("waitForCompletion") ?? Value.Of(true));

    private static bool IsItem(ElsaState state, ActivityState activity) => state.OwnerOf(activity)?.Node == activity.Node;

    private static IReadOnlyList<Value> Items(ActivityState activity) => activity.Inputs.Get("items") is ListValue list ? list.Items : [];
}
