using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Structured;

/// <summary>Parallel: all children at once; done when all are.</summary>
internal sealed class ParallelRule : Rule
{
    private const string Done = "CompletedChildren";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        foreach (var child in activity.Node.Children) interpreter.Schedule(activity, child);
        if (activity.Node.Children.Count == 0) interpreter.Complete(activity);
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        interpreter.Note(activity, Done, Value.Of(activity.Count(Done) + 1));
        if (activity.Count(Done) == activity.Node.Children.Count) interpreter.Complete(activity);
    }

    public override IReadOnlyList<(string, Value)>? Carry(ActivityState activity, ElsaActivity to) => HasSameChildren(activity.Node, to) ? [] : null;

    /// <summary>True when both have the same children: they were queued at once and are counted.</summary>
    public static bool HasSameChildren(ElsaActivity from, ElsaActivity to) =>
        from.Children.Select(child => child.Id).Order(StringComparer.Ordinal).SequenceEqual(to.Children.Select(child => child.Id).Order(StringComparer.Ordinal), StringComparer.Ordinal);
}

/// <summary>Fork: all branches at once; done when all are, or with <c>WaitAny</c> when the first is, which cancels the others.</summary>
internal sealed class ForkRule : Rule
{
    private const string Done = "Completed";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        foreach (var child in activity.Node.Children) interpreter.Schedule(activity, child);
        if (activity.Node.Children.Count == 0) interpreter.Complete(activity);
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        interpreter.Note(activity, Done, Value.Of(activity.Count(Done) + 1));
        var first = activity.Inputs.Get("joinMode")?.AsString() != "WaitAll";
        if (first || activity.Flag(Breaking.Note) || activity.Count(Done) == activity.Node.Children.Count) interpreter.Complete(activity);
    }

    public override IReadOnlyList<(string, Value)>? Carry(ActivityState activity, ElsaActivity to) => ParallelRule.HasSameChildren(activity.Node, to) ? [] : null;
}
