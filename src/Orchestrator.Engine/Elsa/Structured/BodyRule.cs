namespace Orchestrator.Engine.Elsa.Structured;

/// <summary>FlowNode: runs its body.</summary>
internal sealed class BodyRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        if (activity.Node.Port("body") is { } body) interpreter.Schedule(activity, body);
        else interpreter.Complete(activity);
    }
}
