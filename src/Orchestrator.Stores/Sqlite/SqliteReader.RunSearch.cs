using System.Globalization;
using System.Text;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

internal static partial class SqliteReader
{
    public static Page<RunSummary> Search(SqliteSession session, RunSearch search)
    {
        // Both in one view of the database, or a page could hold more than the count says.
        session.Statement("BEGIN").Run();
        try
        {
            return search is { IsSimple: true, Order: RunInstant.Created } ? ByIndex(session, search) : ByScan(session, search);
        }
        finally
        {
            session.Statement("COMMIT").Run();
        }
    }

    /// <summary>
    /// One index range for each status and blueprint, merged: SQLite would otherwise walk through all runs to find the few that are not completed. The count comes from the counters.
    /// </summary>
    private static Page<RunSummary> ByIndex(SqliteSession session, RunSearch search)
    {
        var direction = search.Ascending ? "ASC" : "DESC";
        var parameters = new List<string>();
        var need = string.Create(CultureInfo.InvariantCulture, $"{(long)search.Skip + search.Take}");
        var ranges = new List<string>();
        var blueprints = search.Blueprints?.Distinct(StringComparer.Ordinal).ToList();
        IEnumerable<RunStatus> statuses = search.Statuses?.Distinct() ?? (blueprints is null ? [] : Enum.GetValues<RunStatus>());
        var names = blueprints?.Select(blueprint => Parameters(parameters, [blueprint])).ToList();
        foreach (var status in statuses)
            foreach (var name in names ?? [""])
                ranges.Add($"SELECT * FROM ({RunColumns}WHERE status = '{StatusText(status)}'{(name.Length > 0 ? $" AND blueprint = {name}" : "")} ORDER BY created_at {direction}, run_id {direction} LIMIT {need})");
        var everything = search.Statuses is null && blueprints is null;
        if (!everything && ranges.Count == 0) return new Page<RunSummary>([], 0);

        // A statement of hundreds of ranges is more than SQLite takes.
        if (ranges.Count > 200) return ByScan(session, search);
        var from = everything ? RunColumns : string.Join(" UNION ALL ", ranges);
        var page = string.Create(CultureInfo.InvariantCulture, $" ORDER BY created_at {direction}, run_id {direction} LIMIT {search.Take} OFFSET {search.Skip}");
        using var rows = session.Prepare(from + page);
        var where = new StringBuilder("WHERE 1");
        if (search.Statuses is not null) where.Append(" AND status IN (").AppendJoin(',', statuses.Select(status => $"'{StatusText(status)}'")).Append(')');
        if (names is not null) where.Append(" AND blueprint IN (").AppendJoin(',', names).Append(')');
        using var count = session.Prepare($"SELECT coalesce(sum(runs), 0) FROM run_count {where}");
        return new Page<RunSummary>(Bound(rows, parameters).All(ReadRun), Bound(count, parameters).First(row => row.Number(0)));
    }

    private static Page<RunSummary> ByScan(SqliteSession session, RunSearch search)
    {
        var parameters = new List<string>();
        var where = new StringBuilder("WHERE 1");
        if (search.Statuses is { } statuses) where.Append(" AND status IN (").AppendJoin(',', statuses.Distinct().Select(status => $"'{StatusText(status)}'")).Append(')');
        In("blueprint", search.Blueprints);
        In("definition", search.Definitions);
        In("run_id", search.RunIds);
        if (search.Version is { } version) where.Append(CultureInfo.InvariantCulture, $" AND version = {version}");
        if (search.Label is var (name, value)) where.Append(CultureInfo.InvariantCulture, $" AND json_extract(labels, {Parameters(parameters, ["$.\"" + name + "\""])}) = {Parameters(parameters, [value])}");
        if (search.Text is { Length: > 0 } text)
        {
            var (prefix, anywhere) = (Parameters(parameters, [LikePattern(text)[1..]]), Parameters(parameters, [LikePattern(text)]));
            where.Append(CultureInfo.InvariantCulture, $" AND (run_id LIKE {prefix} ESCAPE '\\' OR blueprint LIKE {anywhere} ESCAPE '\\' OR EXISTS (SELECT 1 FROM json_each(labels) WHERE value LIKE {anywhere} ESCAPE '\\'))");
        }

        foreach (var limit in search.Times) where.Append(CultureInfo.InvariantCulture, $" AND {Column(limit.Of)} {Comparison(limit.Compare)} {StoredInstant.Of(limit.At)}");
        using var count = session.Prepare($"SELECT count(*) FROM run {where}");
        var total = Bound(count, parameters).First(row => row.Number(0));
        var direction = search.Ascending ? "ASC" : "DESC";
        var page = string.Create(CultureInfo.InvariantCulture, $" ORDER BY {Column(search.Order)} {direction} NULLS LAST, run_id {direction} LIMIT {search.Take} OFFSET {search.Skip}");
        using var rows = session.Prepare($"{RunColumns}{where}{page}");
        return new Page<RunSummary>(Bound(rows, parameters).All(ReadRun), total);

        void In(string column, IReadOnlyList<string>? values)
        {
            if (values is not null) where.Append(CultureInfo.InvariantCulture, $" AND {column} IN ({Parameters(parameters, values)})");
        }
    }

    private static string Column(RunInstant instant) => instant switch
    {
        RunInstant.Updated => "updated_at",
        RunInstant.Completed => "completed_at",
        _ => "created_at",
    };

    private static string Comparison(string compare) => compare is "<" or "<=" or ">" or ">=" or "!=" ? compare : "=";
}
