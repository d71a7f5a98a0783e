using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Structured;

/// <summary>Switch: the activity of the first case that holds, or of all that do; else the default's.</summary>
internal sealed class SwitchRule : Rule
{
    private const string Left = "Scheduled";

    public override bool HasCases => true;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var taken = Taken(activity);
        ElsaActivity?[] branches = taken.Count == 0 ? [activity.Node.Port("default")] : [.. taken.Select(index => activity.Node.Cases[index].Activity)];
        var scheduled = branches.OfType<ElsaActivity>().ToArray();
        interpreter.Note(activity, Left, Value.Of(scheduled.Length));
        foreach (var branch in scheduled) interpreter.Schedule(activity, branch);
        if (scheduled.Length == 0) interpreter.Complete(activity);
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        interpreter.Note(activity, Left, Value.Of(activity.Count(Left) - 1));
        if (activity.Count(Left) == 0) interpreter.Complete(activity);
    }

    /// <summary>Indexes of the cases that are taken.</summary>
    public static IReadOnlyList<int> Taken(ActivityState activity)
    {
        var holding = Enumerable.Range(0, activity.Node.Cases.Count).Where(index => ElsaTypes.ToFlag(activity.Inputs.Get($"case{index}") ?? Value.Null));
        return [.. activity.Inputs.Get("mode")?.AsString() == "MatchAny" ? holding : holding.Take(1)];
    }
}
