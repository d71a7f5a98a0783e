using System.Globalization;
using System.Text.Json;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

/// <summary>The parts of a query as conditions on a row <c>run</c>: whatever way leads to the row, these decide.</summary>
internal sealed class RunConditions
{
    private readonly List<(RunParts Part, string Sql)> _conditions = [];
    private readonly RunQuery _query;
    private readonly string? _beforeId;

    public RunConditions(RunQuery query, Func<string, string> parameter)
    {
        _query = query;
        _beforeId = query.Before is { } before ? parameter(before.RunId) : null;
        if (query.Statuses is { } statuses) Add(RunParts.Status, $"run.status IN ({StatusTexts(statuses)})");
        if (query.Blueprints is { } blueprints) Add(RunParts.Blueprint, $"run.blueprint IN ({OneOf(blueprints, parameter)})");
        if (query.Definitions is { } definitions) Add(RunParts.Definition, $"run.definition IN ({OneOf(definitions, parameter)})");
        if (query.RunIds is { } ids) Add(RunParts.RunId, $"run.run_id IN ({OneOf(ids, parameter)})");
        if (query.ParentRunId is { } parent) Add(RunParts.Parent, $"run.parent_run_id = {parameter(parent)}");
        if (query.Version is { } version) Add(RunParts.Version, $"run.version = {Text(version)}");
        if (query.Label is var (name, value))
        {
            Label = (parameter(name), parameter(value));
            Add(RunParts.Label, $"EXISTS (SELECT 1 FROM json_each(run.labels) WHERE key = {Label.Value.Name} AND value = {Label.Value.Value})");
        }

        if (query.Sought is { } sought)
        {
            Sought = sought;
            SoughtParameter = parameter(sought);
            var length = RunQuery.LengthOf(sought);
            if (length >= RunQuery.ShortestId) IdRange = $"run_id >= {SoughtParameter} AND run_id < {parameter(sought + "\U0010FFFF")}";
            var byId = IdRange is null ? "" : $" OR (run.{IdRange.Replace(" AND ", " AND run.", StringComparison.Ordinal)})";
            var byWord = length >= RunQuery.ShortestWord ? $" OR EXISTS (SELECT 1 FROM run_text WHERE run_text.run_id = run.run_id AND instr(run_text.text, {SoughtParameter}))" : "";
            Add(RunParts.Text, $"(instr(lower(run.blueprint), {SoughtParameter}){byId}{byWord})");
        }

        foreach (var (part, instant) in ((RunParts, RunInstant)[])[(RunParts.Created, RunInstant.Created), (RunParts.Updated, RunInstant.Updated), (RunParts.Completed, RunInstant.Completed)])
            if (Limits("run", instant) is { Length: > 0 } limits) Add(part, limits[" AND ".Length..]);
    }

    /// <summary>What is asked for.</summary>
    public RunParts Asked { get; private set; }

    /// <summary>The parameters of the label's name and value.</summary>
    public (string Name, string Value)? Label { get; }

    /// <summary>The text that is sought, in small letters.</summary>
    public string? Sought { get; }

    /// <summary>Its parameter.</summary>
    public string SoughtParameter { get; } = "";

    /// <summary>The range of ids that begin with it; null when it is too short for that.</summary>
    public string? IdRange { get; }

    /// <summary>All conditions but some, each with AND before it.</summary>
    public string Without(RunParts covered) => string.Concat(_conditions.Where(condition => !covered.HasFlag(condition.Part)).Select(condition => " AND " + condition.Sql));

    /// <summary>The limits of an instant, on the row of that name; each with AND before it.</summary>
    public string Limits(string row, RunInstant instant)
    {
        var limits = _query.Times.Where(limit => limit.Of == instant).Select(limit => $" AND {row}.{Column(instant)} {Comparison(limit.Compare)} {Text(StoredInstant.Of(limit.At))}");
        if (instant == RunInstant.Created)
        {
            // No run changed or ended before it was created.
            limits = limits.Concat(_query.Times.Where(limit => limit.Of != instant && limit.Compare is "<" or "<=" or "=").Select(limit => $" AND {row}.created_at <= {Text(StoredInstant.Of(limit.At))}"));
            if (_query.Before is { } before) limits = limits.Append($" AND ({row}.created_at, {row}.run_id) < ({Text(StoredInstant.Of(before.CreatedAt))}, {_beforeId})");
        }

        return string.Concat(limits);
    }

    /// <summary>The limits of creation on a number whose upper part is the instant of creation; each with AND before it.</summary>
    public string LimitsOfNumber(string number)
    {
        var limits = _query.Times.Select(limit => (limit.Of == RunInstant.Created, limit.Compare, StoredInstant.Of(limit.At)) switch
        {
            (_, "<" or "<=" or "=", var at) and (false, _, _) => $" AND {number} < {Text((at + 1) << 20)}",
            (true, "<", var at) => $" AND {number} < {Text(at << 20)}",
            (true, "<=", var at) => $" AND {number} < {Text((at + 1) << 20)}",
            (true, ">", var at) => $" AND {number} >= {Text((at + 1) << 20)}",
            (true, ">=", var at) => $" AND {number} >= {Text(at << 20)}",
            (true, "=", var at) => $" AND {number} >= {Text(at << 20)} AND {number} < {Text((at + 1) << 20)}",
            _ => "",
        });
        return string.Concat(limits) + (_query.Before is { } before ? $" AND {number} < {Text((StoredInstant.Of(before.CreatedAt) + 1) << 20)}" : "");
    }

    /// <summary>True when an instant has a limit that makes a range of its index.</summary>
    public bool HasRange(RunInstant instant) => _query.Times.Any(limit => limit.Of == instant && limit.Compare != "!=");

    /// <summary>As many as there are in one parameter: SQLite limits how many of those a statement has.</summary>
    public static string OneOf(IEnumerable<string> values, Func<string, string> parameter) => $"SELECT value FROM json_each({parameter(JsonSerializer.Serialize(values))})";

    public static string StatusTexts(IEnumerable<RunStatus> statuses) => string.Join(',', statuses.Distinct().Order().Select(status => $"'{SqliteReader.StatusText(status)}'"));

    public static string Column(RunInstant instant) => instant switch
    {
        RunInstant.Updated => "updated_at",
        RunInstant.Completed => "completed_at",
        _ => "created_at",
    };

    private static string Comparison(string compare) => compare is "<" or "<=" or ">" or ">=" or "!=" ? compare : "=";

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void Add(RunParts part, string sql)
    {
        Asked |= part;
        _conditions.Add((part, sql));
    }
}
