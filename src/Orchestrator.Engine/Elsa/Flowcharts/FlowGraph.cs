using Orchestrator.Model.Elsa;

namespace Orchestrator.Engine.Elsa.Flowcharts;

/// <summary>
/// The connections of a flowchart as they look from where it starts: which can be reached, and which lead back. Breadth first from the start, a connection leads forward unless it would close a
/// circle over those accepted so far.
/// </summary>
internal sealed class FlowGraph
{
    private readonly ElsaActivity _flow;
    private readonly List<int>[] _into;

    public FlowGraph(ElsaActivity flow, int start)
    {
        (_flow, Start) = (flow, start);
        var count = flow.Children.Count;
        IsForward = new bool[flow.Connections.Count];
        IsReachable = new bool[count];
        _into = [.. Enumerable.Range(0, count).Select(_ => new List<int>())];
        var pending = new Queue<int>([start]);
        IsReachable[start] = true;
        while (pending.TryDequeue(out var at))
            foreach (var (edge, connection) in OutOf(at))
            {
                IsForward[edge] = connection.Target != at && !IsAncestor(connection.Target, at);
                if (IsForward[edge]) _into[connection.Target].Add(edge);
                if (IsReachable[connection.Target]) continue;
                IsReachable[connection.Target] = true;
                pending.Enqueue(connection.Target);
            }
    }

    public int Start { get; }

    public bool[] IsForward { get; }

    public bool[] IsReachable { get; }

    /// <summary>Connections that leave a child.</summary>
    public IEnumerable<(int Edge, ElsaConnection Connection)> OutOf(int child)
    {
        for (var edge = 0; edge < _flow.Connections.Count; edge++)
            if (_flow.Connections[edge].Source == child) yield return (edge, _flow.Connections[edge]);
    }

    /// <summary>Connections that lead to a child from what can be reached; without those that lead back unless asked for.</summary>
    public IEnumerable<int> Into(int child, bool withBackward = false)
    {
        for (var edge = 0; edge < _flow.Connections.Count; edge++)
            if (_flow.Connections[edge].Target == child && (IsForward[edge] || (withBackward && IsReachable[_flow.Connections[edge].Source]))) yield return edge;
    }

    /// <summary>Children from which a path leads forward to a child.</summary>
    public HashSet<int> AncestorsOf(int child)
    {
        var found = new HashSet<int>();
        var pending = new Stack<int>([child]);
        while (pending.TryPop(out var at))
            foreach (var edge in _into[at])
                if (found.Add(_flow.Connections[edge].Source)) pending.Push(_flow.Connections[edge].Source);
        return found;
    }

    /// <summary>True when every path from the start to the source of a connection that leads back passes through its target.</summary>
    public bool IsValidLoop(ElsaConnection back)
    {
        if (back.Source == back.Target || back.Target == Start) return true;
        var seen = new HashSet<int> { Start };
        var pending = new Stack<int>([Start]);
        while (pending.TryPop(out var at))
        {
            if (at == back.Source) return false;
            foreach (var (edge, connection) in OutOf(at))
                if (IsForward[edge] && connection.Target != back.Target && seen.Add(connection.Target)) pending.Push(connection.Target);
        }

        return true;
    }

    private bool IsAncestor(int ancestor, int child) => AncestorsOf(child).Contains(ancestor);
}
