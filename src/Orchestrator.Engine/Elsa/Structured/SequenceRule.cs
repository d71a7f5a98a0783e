using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Structured;

/// <summary>Sequence: one child after another.</summary>
internal sealed class SequenceRule : Rule
{
    private const string Index = "CurrentIndex";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var index = activity.Count(Index);
        if (index >= activity.Node.Children.Count)
        {
            interpreter.Complete(activity);
            return;
        }

        interpreter.Note(activity, Index, Value.Of(index + 1));
        interpreter.Schedule(activity, activity.Node.Children[index]);
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        if (activity.Flag(Breaking.Note) || Rules.Of(child.Node).IsTerminal) interpreter.Complete(activity);
        else Run(interpreter, activity);
    }

    // The index is the place behind the child that is open.
    public override IReadOnlyList<(string, Value)>? Carry(ActivityState activity, ElsaActivity to)
    {
        if (activity.Count(Index) is not (> 0 and var index)) return [];
        var place = to.Children.FindIndex(child => child.Id == activity.Node.Children[index - 1].Id);
        return place < 0 ? null : [(Index, Value.Of(place + 1))];
    }
}
