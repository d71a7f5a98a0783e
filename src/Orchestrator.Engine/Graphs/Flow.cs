using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Engine.Graphs;

/// <summary>A Flowchart: steps and the connections between them, both addressed by index.</summary>
internal sealed class Flow
{
    public Flow(RunGraph graph, ActivityNode node, Step? owner, FlowRole role, ActivityCatalog activities)
    {
        Owner = owner;
        Role = role;
        Steps = new Step[node.Activities.Count];
        var indexes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Steps.Length; i++)
        {
            Steps[i] = new Step(graph, node.Activities[i], this, i, activities);
            indexes[Steps[i].Id] = i;
        }

        Edges = [.. EdgesOf(node, indexes)];
        foreach (var step in Steps)
        {
            step.Outbound = [.. Edges.Where(edge => edge.Source == step.Index)];
            step.Inbound = [.. Edges.Where(edge => edge.Target == step.Index)];
        }

        Start = node.Start is { } id && indexes.TryGetValue(id, out var start)
            ? Steps[start]
            : Array.Find(Steps, step => step.Inbound.Length == 0);
        MarkReachable();
    }

    /// <summary>The container it belongs to; null for the three flows of a run.</summary>
    public Step? Owner { get; }

    /// <summary>What it is to its owner.</summary>
    public FlowRole Role { get; }

    /// <summary>The steps in order of the source.</summary>
    public Step[] Steps { get; }

    /// <summary>The connections; duplicates and loose ends are dropped, as Elsa does.</summary>
    public Edge[] Edges { get; }

    /// <summary>Where it begins; null when it is empty.</summary>
    public Step? Start { get; }

    private static IEnumerable<Edge> EdgesOf(ActivityNode node, Dictionary<string, int> indexes)
    {
        var seen = new HashSet<(int, string, int)>();
        var count = 0;
        foreach (var connection in node.Connections)
        {
            if (!indexes.TryGetValue(connection.Source, out var source) || !indexes.TryGetValue(connection.Target, out var target)) continue;
            var port = connection.Port ?? Outcomes.Done;
            if (seen.Add((source, port, target))) yield return new Edge(count++, source, port, target);
        }
    }

    private void MarkReachable()
    {
        if (Start is null) return;
        var pending = new Stack<Step>([Start]);
        while (pending.TryPop(out var step))
        {
            if (step.IsReachable) continue;
            step.IsReachable = true;
            foreach (var edge in step.Outbound) pending.Push(Steps[edge.Target]);
        }

        // Only what is reachable runs; a connection from elsewhere would never be visited and block its target for ever.
        foreach (var step in Steps) step.Inbound = [.. step.Inbound.Where(edge => Steps[edge.Source].IsReachable)];
    }
}

/// <summary>A connection by index.</summary>
/// <param name="Index">Its place in the flow, which addresses its visits.</param>
/// <param name="Source">Index of the step it leaves.</param>
/// <param name="Port">The outcome that follows it.</param>
/// <param name="Target">Index of the step it leads to.</param>
internal sealed record Edge(int Index, int Source, string Port, int Target);

/// <summary>Names of outcomes.</summary>
internal static class Outcomes
{
    /// <summary>Plain completion.</summary>
    public const string Done = "Done";

    /// <summary>A decision's condition held.</summary>
    public const string True = "True";

    /// <summary>It did not.</summary>
    public const string False = "False";
}
