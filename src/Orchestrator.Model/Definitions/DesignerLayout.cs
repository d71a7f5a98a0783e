namespace Orchestrator.Model.Definitions;

/// <summary>Places the activities of a flowchart for the designer: each to the right of everything that leads to it, branches below each other.</summary>
internal static class DesignerLayout
{
    private const int Left = 100;
    private const int Top = 100;
    private const int Across = 280;
    private const int Down = 140;

    public static IReadOnlyDictionary<string, (int X, int Y)> Of(ActivityNode flowchart)
    {
        var next = flowchart.Connections.ToLookup(connection => connection.Source, connection => connection.Target, StringComparer.Ordinal);
        var columns = flowchart.Activities.ToDictionary(activity => activity.Id, _ => 0, StringComparer.Ordinal);
        foreach (var id in Sorted(flowchart, next))
            foreach (var target in next[id])
                if (columns.TryGetValue(target, out var column) && column <= columns[id] && !Leads(target, id, next))
                    columns[target] = columns[id] + 1;

        var filled = new Dictionary<int, int>();
        return flowchart.Activities.ToDictionary(activity => activity.Id, activity =>
        {
            var column = columns[activity.Id];
            var row = filled.GetValueOrDefault(column);
            filled[column] = row + 1;
            return (Left + (column * Across), Top + (row * Down));
        }, StringComparer.Ordinal);
    }

    // Topological where there is no loop: every activity after all that lead to it.
    private static IEnumerable<string> Sorted(ActivityNode flowchart, ILookup<string, string> next)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var sorted = new List<string>();
        var known = flowchart.Activities.Select(activity => activity.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var activity in flowchart.Activities) Visit(activity.Id);
        sorted.Reverse();
        return sorted;

        void Visit(string root)
        {
            var open = new Stack<(string Id, IEnumerator<string> Targets)>();
            if (seen.Add(root)) open.Push((root, next[root].GetEnumerator()));
            while (open.TryPeek(out var top))
            {
                if (!top.Targets.MoveNext()) sorted.Add(open.Pop().Id);
                else if (known.Contains(top.Targets.Current) && seen.Add(top.Targets.Current)) open.Push((top.Targets.Current, next[top.Targets.Current].GetEnumerator()));
            }
        }
    }

    // A connection that closes a loop does not push its target to the right.
    private static bool Leads(string from, string to, ILookup<string, string> next)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { from };
        var open = new Stack<string>([from]);
        while (open.TryPop(out var id))
        {
            if (id == to) return true;
            foreach (var target in next[id])
                if (seen.Add(target))
                    open.Push(target);
        }

        return false;
    }
}
