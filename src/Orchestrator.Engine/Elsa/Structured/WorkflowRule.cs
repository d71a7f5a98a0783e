namespace Orchestrator.Engine.Elsa.Structured;

/// <summary>The workflow as a whole: runs its root, and is done when that is.</summary>
internal sealed class WorkflowRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity) => interpreter.Schedule(activity, activity.Node.Port("root")!);
}
