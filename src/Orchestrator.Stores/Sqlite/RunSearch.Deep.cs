using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

/// <summary>
/// Pages deep in several ranges. To merge ranges row by row costs five times what walking along one of them costs, and all that lies before a deep page would be merged. So one range is walked for its share
/// of the rows to leave out, and what the others have up to there is counted: when that is not too much, all of it lies before the page. What remains is merged.
/// </summary>
internal sealed partial class RunSearch
{
    private List<RunSummary> PageOfWalk(RunWay way)
    {
        long skip = _query.Skip;
        if (way.Rows.Count < 2 || way.Orders != _query.Order || _conditions.Without(way.Covers).Length > 0) return Page(way, skip);
        for (var before = long.MaxValue; skip > _few && before - skip > _few;)
        {
            before = skip;
            for (var range = 0; range < way.Rows.Count; range++) (way, skip) = Leap(way, range, skip);
        }

        return Page(way, skip);
    }

    /// <summary>The way behind some of the rows to leave out, and how many are left to leave out.</summary>
    private (RunWay Way, long Skip) Leap(RunWay way, int range, long skip)
    {
        var steps = (long)((double)skip * way.Rows[range] / Math.Max(1, way.Rows.Sum()));
        while (steps > 0 && RowOf(way.Branches[range], steps) is { } row)
        {
            var upTo = $" AND (s.created_at, s.run_id) {(_query.Ascending ? "<=" : ">=")} {row}";
            var passed = steps + way.Branches.Where((_, other) => other != range).Sum(other => Number($"SELECT count(*) FROM (SELECT 1 FROM {other.From} WHERE {other.Where}{upTo} LIMIT {Text(skip + 1)})"));
            if (passed <= skip)
            {
                var behind = $" AND (s.created_at, s.run_id) {(_query.Ascending ? ">" : "<")} {row}";
                return (way with { Branches = [.. way.Branches.Select(branch => (branch.From, branch.Where + behind))] }, skip - passed);
            }

            steps -= passed - skip;
        }

        return (way, skip);
    }

    /// <summary>Instant and id of a row of a range, the first being 1; null when it has not so many.</summary>
    private string? RowOf((string From, string Where) range, long number)
    {
        using var statement = _session.Prepare($"SELECT s.created_at, s.run_id FROM {range.From} WHERE {range.Where} ORDER BY s.created_at {Direction}, s.run_id {Direction} LIMIT 1 OFFSET {Text(number - 1)}");
        return Bound(statement).All(row => (At: row.Number(0), Id: row.Text(1))) is [var (at, id)] ? $"({Text(at)}, {Parameter(id)})" : null;
    }
}
