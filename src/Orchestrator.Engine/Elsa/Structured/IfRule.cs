using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Structured;

/// <summary>If: one of two branches, or none.</summary>
internal sealed class IfRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        if (activity.Node.Port(Holds(activity) ? "then" : "else") is { } branch) interpreter.Schedule(activity, branch);
        else interpreter.Complete(activity, null, Output(activity));
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes) =>
        interpreter.Complete(activity, null, Output(activity));

    private static bool Holds(ActivityState activity) => ElsaTypes.ToFlag(activity.Inputs.Get("condition") ?? Value.Null);

    private static MapValue Output(ActivityState activity) => Value.Map(("result", Value.Of(Holds(activity))));
}
