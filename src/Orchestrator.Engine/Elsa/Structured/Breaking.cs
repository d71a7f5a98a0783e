using Orchestrator.Engine.Elsa.Primitives;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Structured;

/// <summary>Break: the nearest loop ends, and every sequence, fork and flowchart on the way to it, each as its child completes.</summary>
internal sealed class BreakRule : Rule
{
    public override bool IsTerminal => true;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        for (var owner = interpreter.State.OwnerOf(activity); owner is not null; owner = interpreter.State.OwnerOf(owner))
        {
            interpreter.Note(owner, Breaking.Note, Value.Of(true));
            if (Rules.Of(owner.Node) is LoopRule) break;
        }

        interpreter.Complete(activity);
    }
}

/// <summary>What says that a container ends early.</summary>
internal static class Breaking
{
    public const string Note = "breaking";
}

/// <summary>A rule of a loop: where a break stops.</summary>
internal abstract class LoopRule : Rule;
