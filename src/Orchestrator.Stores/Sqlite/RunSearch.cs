using System.Globalization;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

/// <summary>
/// How one <see cref="RunQuery"/> is answered among a million rows. SQLite keeps no statistics here and would guess; so the ways to the rows are tried first, each up to <see cref="Few"/> rows. If one of them
/// has few, they are all read, sifted and sorted. If none has, then what is sought is frequent, and an index that lies in the order asked for is walked until the page is full.
/// </summary>
internal sealed partial class RunSearch
{
    /// <summary>So many rows are read and sorted in some milliseconds.</summary>
    public const int Few = 5_000;

    /// <summary>So many entries of an index are looked at to count what is not few; of rows, a fifth.</summary>
    private const int Counted = 20_000;

    /// <summary>So many index ranges are merged; more are a matter of sifting.</summary>
    private const int MostRanges = 60;

    private readonly SqliteSession _session;
    private readonly RunQuery _query;
    private readonly int _few;
    private readonly List<string> _parameters = [];
    private readonly RunConditions _conditions;
    private readonly IReadOnlyList<RunStatus>? _statuses;
    private readonly IReadOnlyList<string>? _blueprints;
    private readonly IReadOnlyList<string> _trigrams;
    private string? _words;

    private RunSearch(SqliteSession session, RunQuery query, int few)
    {
        (_session, _query, _few) = (session, query, few);
        _statuses = query.Statuses?.Distinct().Order().ToList();
        _blueprints = query.Blueprints?.Distinct(StringComparer.Ordinal).ToList();
        _conditions = new RunConditions(query, Parameter);
        _trigrams = _conditions.Sought is { } sought ? Trigrams(sought) : [];
        _words = _trigrams.Count > 0 ? Parameter(string.Join(" AND ", _trigrams)) : null;
    }

    private bool IsEmpty => _statuses is { Count: 0 } || _blueprints is { Count: 0 } || _query.Definitions is { Count: 0 } || _query.RunIds is { Count: 0 };

    /// <summary>True when only status and blueprint are asked for, which are counted.</summary>
    private bool IsCounted => _conditions.Asked is RunParts.None or RunParts.Status or RunParts.Blueprint or (RunParts.Status | RunParts.Blueprint);

    private string Direction => _query.Ascending ? "ASC" : "DESC";

    public static List<RunSummary> List(SqliteSession session, RunQuery query, int few) => InOneView(session, () => new RunSearch(session, query, few).List());

    public static RunCount Count(SqliteSession session, RunQuery query, int few) => InOneView(session, () => new RunSearch(session, query with { Before = null }, few).Count());

    private static T InOneView<T>(SqliteSession session, Func<T> read)
    {
        session.Statement("BEGIN").Run();
        try
        {
            return read();
        }
        finally
        {
            session.Statement("COMMIT").Run();
        }
    }

    private List<RunSummary> List()
    {
        if (IsEmpty || _query.Limit <= 0) return [];
        if (FromTheEnd() is { } shorter)
        {
            var rows = new RunSearch(_session, shorter, _few).List();
            rows.Reverse();
            return rows;
        }

        if (FewestRows() is { } few) return Page(few);
        if (_query.Order != RunInstant.Created) return Page(ByTime(_query.Order));
        return _conditions.Sought is null ? PageOfWalk(Walk()) : _words is null ? Page(TextWay(null)) : PageOfText(_words);
    }

    private RunCount Count()
    {
        if (IsEmpty) return new RunCount(0, IsExact: true);
        if (IsCounted) return new RunCount(CountedRows(_statuses, _blueprints), IsExact: true);
        if (FewestRows() is { } few) return new RunCount(Number($"SELECT count(*) FROM ({Rows(few)})"), IsExact: true);
        return AtLeast(_conditions.Sought is null ? Walk() : TextWay(null));
    }

    /// <summary>The second half of a long list is nearer from its end.</summary>
    private RunQuery? FromTheEnd()
    {
        if (_query.Skip < _few || !IsCounted) return null;
        var total = CountedRows(_statuses, _blueprints);
        if (_query.Skip <= total / 2) return null;
        var limit = Math.Min(_query.Limit, total - _query.Skip);
        return _query with { Ascending = !_query.Ascending, Skip = (int)Math.Max(0, total - _query.Skip - limit), Limit = (int)Math.Max(0, limit) };
    }

    /// <summary>The way with the fewest rows when it has few.</summary>
    private RunWay? FewestRows()
    {
        RunWay? best = null;
        foreach (var way in Ways())
            if (way.Size <= _few && (best is null || way.Size < best.Size)) best = way;
        return best;
    }

    private List<RunSummary> Page(RunWay way) => Page(way, _query.Skip);

    private List<RunSummary> Page(RunWay way, long skip)
    {
        var page = $"{Rows(way)} ORDER BY at {Direction}, id {Direction} LIMIT {Text(_query.Limit)} OFFSET {Text(skip)}";
        using var statement = _session.Prepare($"{SqliteReader.RunColumns}FROM ({page}) AS page CROSS JOIN run ON run.run_id = page.id ORDER BY page.at {Direction}, page.id {Direction}");
        return Bound(statement).All(SqliteReader.ReadRun);
    }

    /// <summary>Instant and id of the rows that fit. Where the way lies in the order asked for, SQLite merges its ranges and stops when it has enough.</summary>
    private string Rows(RunWay way)
    {
        var rest = _conditions.Without(way.Covers);
        var isInOrder = way.Orders == _query.Order;
        var at = isInOrder ? $"s.{Column(_query.Order)}" : $"run.{Column(_query.Order)}";
        var join = isInOrder && rest.Length == 0 ? "" : "CROSS JOIN run ON run.run_id = s.run_id ";
        return string.Join(way.Apart < way.Branches.Count ? " UNION " : " UNION ALL ", way.Branches.Select(branch => $"SELECT {at} AS at, s.run_id AS id FROM {branch.From} {join}WHERE {branch.Where}{rest}"));
    }

    /// <summary>How many of the first rows of a way fit: at least so many do.</summary>
    private RunCount AtLeast(RunWay way)
    {
        var rest = _conditions.Without(way.Covers);
        var join = rest.Length == 0 ? "" : "CROSS JOIN run ON run.run_id = s.run_id ";
        var most = (rest.Length == 0 ? Counted : Counted / 5) / way.Branches.Count;
        var counts = way.Branches.Select(branch => Number($"SELECT count(*) FROM (SELECT s.run_id FROM {branch.From} WHERE {branch.Where} LIMIT {Text(most)}) AS s {join}WHERE 1{rest}")).ToList();
        return new RunCount(Math.Max(counts.Take(way.Apart).Sum(), counts.Skip(way.Apart).Append(0).Max()), IsExact: false);
    }

    private long CountedRows(IReadOnlyList<RunStatus>? statuses, IReadOnlyList<string>? blueprints)
    {
        var where = (statuses is null ? "" : $" AND status IN ({RunConditions.StatusTexts(statuses)})") + (blueprints is null ? "" : $" AND blueprint IN ({OneOf(blueprints)})");
        return Number($"SELECT coalesce(sum(runs), 0) FROM run_count WHERE 1{where}");
    }

    private long Number(string sql)
    {
        using var statement = _session.Prepare(sql);
        return Bound(statement).First(row => row.Number(0));
    }

    /// <summary>Every statement gets all parameters; SQLite minds neither those that a text does not use, as long as it uses a later one, nor their order.</summary>
    private SqliteStatement Bound(SqliteStatement statement)
    {
        var used = Math.Min(_parameters.Count, statement.Parameters);
        for (var i = 0; i < used; i++) statement.Bind(i + 1, _parameters[i]);
        return statement;
    }

    private string Parameter(string value)
    {
        _parameters.Add(value);
        return $"?{Text(_parameters.Count)}";
    }

    private string OneOf(IEnumerable<string> values) => RunConditions.OneOf(values, Parameter);

    private static string Column(RunInstant instant) => RunConditions.Column(instant);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
