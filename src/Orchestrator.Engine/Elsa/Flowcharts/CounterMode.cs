using System.Globalization;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Flowcharts;

/// <summary>
/// Flowchart by counted visits: a child runs when every connection that leads forward to it was visited more often than the child was, and any of these visits followed it; when none did, it is
/// passed over, and so on behind it. Connections that lead back run their target again at once.
/// </summary>
internal static class CounterMode
{
    public static void Completed(Interpreter interpreter, ActivityState flow, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        var scheduled = Follow(interpreter, flow, FlowchartRule.IndexOf(flow, child.Node), outcomes, child.CameBack);
        if (!scheduled) FlowchartRule.CompleteIfDone(interpreter, flow);
    }

    public static void Cancelled(Interpreter interpreter, ActivityState flow, ActivityState child)
    {
        var index = FlowchartRule.IndexOf(flow, child.Node);
        var scheduled = index >= 0 && FlowchartRule.GraphOf(interpreter, flow).IsReachable[index] && Follow(interpreter, flow, index, [], child.CameBack);
        if (!scheduled) FlowchartRule.CompleteIfDone(interpreter, flow);
    }

    private static bool Follow(Interpreter interpreter, ActivityState flow, int index, IReadOnlyList<string>? outcomes, bool cameBack)
    {
        var graph = FlowchartRule.GraphOf(interpreter, flow);
        if (!graph.IsReachable[index])
            throw new FailureException("elsa.unreachable", FailureKind.Permanent, Unreachable(flow.Node.Children[index].Id));
        var followed = graph.OutOf(index).Where(edge => FlowchartRule.Follows(edge.Connection, outcomes)).Select(edge => Value.Of(edge.Edge));
        if (cameBack) followed = followed.Prepend(Value.Of(-1));
        interpreter.Do(MoveKind.Visited, flow, index.ToString(CultureInfo.InvariantCulture), Value.List(followed));

        var scheduled = false;
        foreach (var (edge, connection) in graph.OutOf(index))
        {
            var isFollowed = flow.Visits!.Followed[edge];
            if (graph.IsForward[edge])
            {
                scheduled |= Arrive(interpreter, flow, graph, edge, connection.Target);
            }
            else if (isFollowed)
            {
                if (!graph.IsValidLoop(connection))
                    throw new FailureException(
                        "elsa.invalidLoop", FailureKind.Permanent,
                        $"the connection from `{flow.Node.Children[connection.Source].Id}` back to `{flow.Node.Children[connection.Target].Id}` is no loop: a path leads around its target");
                interpreter.Schedule(flow, flow.Node.Children[connection.Target], cameBack: true);
                scheduled = true;
            }
        }

        return scheduled;
    }

    /// <summary>What the recorded server says of an activity that no path from the start leads to.</summary>
    public static string Unreachable(string id) => $"Activity {id} is not reachable from the flowchart graph. Unable to schedule it's outbound activities.";

    private static bool Arrive(Interpreter interpreter, ActivityState flow, FlowGraph graph, int edge, int target)
    {
        var visits = flow.Visits!;
        var node = flow.Node.Children[target];
        var join = JoinRule.ModeOf(node);
        if (join == JoinMode.WaitAny && visits.Followed[edge])
        {
            // The first that comes wins; what comes later in the round finds it queued, running or done.
            var isTaken = FlowchartRule.IsQueued(interpreter, flow, node) || interpreter.State.ChildrenOf(flow).Any(child => child.Node == node && child.Status is ExecutionStatus.Running or ExecutionStatus.Pending);
            if (isTaken || visits.Connections[edge] <= visits.Activities[target]) return false;
            interpreter.Schedule(flow, node);
            FlowchartRule.CancelAncestors(interpreter, flow, target);
            return true;
        }

        var (any, all) = (false, true);
        foreach (var inbound in graph.Into(target))
        {
            if (visits.Connections[inbound] <= visits.Activities[target]) return false;
            any |= visits.Followed[inbound];
            all &= visits.Followed[inbound];
        }

        if (join == JoinMode.WaitAny && any) return false; // it ran when the first came
        if (join == JoinMode.WaitAll ? all : any)
        {
            interpreter.Schedule(flow, node);
            return true;
        }

        return Follow(interpreter, flow, target, [], false);
    }
}
