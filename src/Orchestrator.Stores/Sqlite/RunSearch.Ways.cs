using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

/// <summary>The ways to the rows.</summary>
internal sealed partial class RunSearch
{
    private string CreatedLimits => _conditions.Limits("s", RunInstant.Created);

    /// <summary>Ways that may have few rows, with how many they have.</summary>
    private IEnumerable<RunWay> Ways()
    {
        if (_query.RunIds is { } ids) yield return new RunWay([($"({OneOf(ids.Distinct(StringComparer.Ordinal))}) AS v CROSS JOIN run AS s ON s.run_id = v.value", "1" + CreatedLimits)], RunParts.RunId | RunParts.Created, 0);
        foreach (var way in (RunWay?[])[ByParent(), ByDefinition(), ByLabel(), ByStatusAndBlueprint()])
            if (way is not null) yield return way.Size >= 0 ? way : Measured(way);
        if (_conditions.Sought is not null && SizeOfText() is var size && size <= _few) yield return TextWay(null) with { Size = size };
        if (CountedRows(null, null) is var all && all <= _few) yield return ByTime(RunInstant.Created) with { Size = all };
        foreach (var instant in (RunInstant[])[RunInstant.Created, RunInstant.Updated, RunInstant.Completed])
            if (_conditions.HasRange(instant)) yield return Measured(ByTime(instant, sifts: false));
    }

    /// <summary>What is walked when nothing has few rows: the way in the order of creation that leaves least to sift.</summary>
    private RunWay Walk()
    {
        var ranges = ByStatusAndBlueprint();
        if (ranges is { Size: >= 0 } && ranges.Size <= CountedRows(null, null) / 10) return ranges;
        return ByParent() ?? ByLabel() ?? ByDefinition() ?? ranges ?? ByTime(RunInstant.Created);
    }

    private RunWay? ByParent() => _query.ParentRunId is { } parent ? InOrder(RunParts.Parent, [("run_parent", $"s.parent_run_id = {Parameter(parent)}")]) : null;

    private RunWay? ByDefinition() => _query.Definitions is { Count: <= MostRanges } hashes
        ? InOrder(RunParts.Definition, [.. hashes.Distinct(StringComparer.Ordinal).Select(hash => ("run_definition", $"s.definition = {Parameter(hash)}"))])
        : null;

    private RunWay? ByLabel() => _conditions.Label is var (name, value)
        ? new RunWay([("run_label AS s", $"s.name = {name} AND s.value = {value}{CreatedLimits}")], RunParts.Label | RunParts.Created, -1) { Orders = RunInstant.Created }
        : null;

    /// <summary>A range for each pair: SQLite would otherwise walk through all runs to find the few that are not completed.</summary>
    private RunWay? ByStatusAndBlueprint()
    {
        var pairs = (_statuses?.Count ?? 1) * (_blueprints?.Count ?? 1);
        if ((_statuses is null && _blueprints is null) || pairs > MostRanges) return null;
        var statuses = _statuses?.Select(status => $"s.status = '{SqliteReader.StatusText(status)}'").ToList();
        var blueprints = _blueprints?.Select(blueprint => $"s.blueprint = {Parameter(blueprint)}").ToList();
        var index = statuses is null ? "run_blueprint" : blueprints is null ? "run_status" : "run_blueprint_status";
        var ranges = from status in statuses ?? [""] from blueprint in blueprints ?? [""] select (index, string.Join(" AND ", new[] { status, blueprint }.Where(part => part.Length > 0)));
        var parts = (statuses is null ? RunParts.None : RunParts.Status) | (blueprints is null ? RunParts.None : RunParts.Blueprint);
        return InOrder(parts, [.. ranges]) with { Size = CountedRows(_statuses, _blueprints), Rows = _query.Skip > _few ? CountedPairs() : [] };
    }

    private List<long> CountedPairs() =>
        [.. from status in Each(_statuses) from blueprint in Each(_blueprints) select CountedRows(status, blueprint)];

    private static IEnumerable<IReadOnlyList<T>?> Each<T>(IReadOnlyList<T>? some) => some is null ? [null] : some.Select(one => (IReadOnlyList<T>?)[one]);

    /// <summary>By an index that lies in the order of an instant. In those of changes and ends stand status and blueprint too; to sift by them there may take long when few fit.</summary>
    private RunWay ByTime(RunInstant instant, bool sifts = true)
    {
        if (instant == RunInstant.Created) return InOrder(RunParts.None, [("run_age", "1")]);
        var where = "1" + _conditions.Limits("s", instant);
        if (sifts && _statuses is not null) where += $" AND s.status IN ({RunConditions.StatusTexts(_statuses)})";
        if (sifts && _blueprints is not null) where += $" AND s.blueprint IN ({OneOf(_blueprints)})";
        var (index, part) = instant == RunInstant.Updated ? ("run_updated", RunParts.Updated) : ("run_completed", RunParts.Completed);
        return new RunWay([($"run AS s INDEXED BY {index}", where)], sifts ? part | RunParts.Status | RunParts.Blueprint : part, -1) { Orders = instant };
    }

    private RunWay InOrder(RunParts parts, IReadOnlyList<(string Index, string Where)> ranges) =>
        new([.. ranges.Select(range => ($"run AS s INDEXED BY {range.Index}", range.Where + CreatedLimits))], parts | RunParts.Created, -1) { Orders = RunInstant.Created };

    private RunWay Measured(RunWay way)
    {
        var rows = string.Join(" UNION ALL ", way.Branches.Select(branch => $"SELECT 1 FROM {branch.From} WHERE {branch.Where}"));
        return way with { Size = Number($"SELECT count(*) FROM ({rows} LIMIT {Text(_few + 1)})") };
    }
}
