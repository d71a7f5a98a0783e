using Orchestrator.Engine.Runs;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Flowcharts;

/// <summary>Flowchart: starts one child; each child that completes is followed along its connections, by counted visits or by tokens, as the definition says.</summary>
internal sealed class FlowchartRule : Rule
{
    private const string StartNote = "start";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var start = StartOf(interpreter.State, activity);
        if (start < 0)
        {
            interpreter.Complete(activity);
            return;
        }

        interpreter.Note(activity, StartNote, Value.Of(start));
        interpreter.Schedule(activity, activity.Node.Children[start]);
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        if (activity.Flag(Structured.Breaking.Note) || Rules.Of(child.Node).IsTerminal)
        {
            interpreter.Complete(activity);
            return;
        }

        if (interpreter.State.Program.UsesTokens) TokenMode.Completed(interpreter, activity, child, outcomes);
        else CounterMode.Completed(interpreter, activity, child, outcomes);
    }

    public override void ChildCancelled(Interpreter interpreter, ActivityState activity, ActivityState child)
    {
        if (interpreter.State.Program.UsesTokens) TokenMode.Cancelled(interpreter, activity, child);
        else CounterMode.Cancelled(interpreter, activity, child);
    }

    public override IReadOnlyList<(string, Value)>? Carry(ActivityState activity, ElsaActivity to)
    {
        if (!activity.Notes.ContainsKey(StartNote)) return [];
        var start = to.Children.FindIndex(child => child.Id == activity.Node.Children[activity.Count(StartNote)].Id);
        return start < 0 ? null : [(StartNote, Value.Of(start)), .. TokenMode.Carry(activity, to)];
    }

    /// <summary>The place of a connection among those of another version of its flow; -1 when it is not there.</summary>
    public static int EdgeIn(ElsaActivity from, int edge, ElsaActivity to)
    {
        var (source, port, target) = from.Connections[edge];
        return to.Connections.FindIndex(other => other.Port == port && to.Children[other.Source].Id == from.Children[source].Id && to.Children[other.Target].Id == from.Children[target].Id);
    }

    /// <summary>The flow from where this execution of it started.</summary>
    public static FlowGraph GraphOf(Interpreter interpreter, ActivityState activity) => interpreter.Run.Graph.FlowOf(activity.Node, activity.Count(StartNote));

    public static int IndexOf(ActivityState activity, ElsaActivity child) => activity.Node.Children.IndexOf(child);

    /// <summary>True when the connection is one of those that these outcomes follow; plain completion follows <c>Done</c> and connections without a port.</summary>
    public static bool Follows(ElsaConnection connection, IReadOnlyList<string>? outcomes) =>
        outcomes is null ? connection.Port is null or "Done" : connection.Port is { } port && outcomes.Contains(port);

    /// <summary>True while a child runs or is queued, or anything below is queued.</summary>
    public static bool HasWork(Interpreter interpreter, ActivityState activity)
    {
        var state = interpreter.State;
        foreach (var child in state.ChildrenOf(activity))
            if (child.Status is ExecutionStatus.Running or ExecutionStatus.Pending) return true;
        foreach (var item in state.Queue)
            for (var owner = state.Find(item.Owner); owner is not null; owner = state.OwnerOf(owner))
                if (owner == activity) return true;
        return false;
    }

    /// <summary>Completes when nothing is left to do; a child that failed keeps it open.</summary>
    public static void CompleteIfDone(Interpreter interpreter, ActivityState activity)
    {
        if (activity.Status != ExecutionStatus.Running || HasWork(interpreter, activity)) return;
        if (interpreter.State.ChildrenOf(activity).Any(child => child.Status == ExecutionStatus.Faulted)) return;
        interpreter.Complete(activity);
    }

    /// <summary>Cancels what is still open on the ways that lead forward to a child.</summary>
    public static void CancelAncestors(Interpreter interpreter, ActivityState activity, int target)
    {
        var ancestors = GraphOf(interpreter, activity).AncestorsOf(target);
        foreach (var child in interpreter.State.ChildrenOf(activity).ToArray())
            if (ancestors.Contains(IndexOf(activity, child.Node))) interpreter.Cancel(child);
    }

    /// <summary>True when a child waits in the queue of this execution.</summary>
    public static bool IsQueued(Interpreter interpreter, ActivityState activity, ElsaActivity child) =>
        interpreter.State.Queue.Exists(item => item.Owner == activity.Number && item.Node == child);

    private static int StartOf(ElsaState state, ActivityState activity)
    {
        var children = activity.Node.Children;
        if (children.Count == 0) return -1;
        int[] candidates =
        [
            state.Trigger is { } trigger ? children.FindIndex(child => child.Id == trigger || child.NodeId == trigger) : -1,
            activity.Node.Start is { } said ? children.FindIndex(child => child.Id == said) : -1,
            children.FindIndex(child => child.Type == "Elsa.Start"),
            children.FindIndex(child => child.CanStart),
            children.FindIndex(child => activity.Node.Connections.TrueForAll(connection => children[connection.Target] != child)),
        ];
        return candidates.FirstOrDefault(index => index >= 0, 0);
    }
}
