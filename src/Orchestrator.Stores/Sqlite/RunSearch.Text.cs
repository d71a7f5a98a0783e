using System.Text;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

/// <summary>Text: names of blueprints are few and all looked at, ids are a range, everything else is found by its trigrams.</summary>
internal sealed partial class RunSearch
{
    /// <summary>More add nothing: the text itself is compared in the end.</summary>
    private const int MostTrigrams = 16;

    /// <summary>So many of the rarest trigrams leave little to compare. Each further one is a list to walk through, and those of frequent ones are long.</summary>
    private const int FewTrigrams = 2;

    /// <summary>The match of a trigram that tells how rare it is.</summary>
    private const int ProbedMatch = 100;

    private List<string>? _named;

    /// <summary>Blueprints whose name contains the text. Their counters are looked at: a few hundred rows, not a million.</summary>
    private List<string> Named
    {
        get
        {
            if (_named is not null) return _named;
            using var statement = _session.Prepare($"SELECT DISTINCT blueprint FROM run_count WHERE instr(lower(blueprint), {_conditions.SoughtParameter})");
            return _named = Bound(statement).All(row => row.Text(0));
        }
    }

    /// <summary>The trigrams of a text, as FTS5 is asked for each; none when it is too short to have one.</summary>
    private static IReadOnlyList<string> Trigrams(string sought)
    {
        var runes = sought.EnumerateRunes().ToList();
        return [.. Enumerable.Range(0, Math.Max(0, runes.Count - RunQuery.ShortestWord + 1)).Take(MostTrigrams)
            .Select(at => string.Concat(runes.Skip(at).Take(RunQuery.ShortestWord))).Distinct(StringComparer.Ordinal)
            .Select(trigram => $"\"{trigram.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")];
    }

    /// <summary>
    /// How many runs can have the text at most; when they are many, some number that is not few. The trigrams are counted without reading what they are in: first the rarest of them, and when those leave
    /// many, all. When all do so too, the rarest are as good as all to find a page of many.
    /// </summary>
    private long SizeOfText()
    {
        var size = CountedRows(null, Named);
        if (size <= _few && _conditions.IdRange is { } ids) size += Number($"SELECT count(*) FROM (SELECT 1 FROM run WHERE {ids} LIMIT {Text(_few + 1)})");
        if (size > _few || _words is null) return size;
        if (_trigrams.Count <= FewTrigrams) return size + SizeOf(_words);
        var rarest = Parameter(string.Join(" AND ", _trigrams.OrderByDescending(ProbeOf).Take(FewTrigrams)));
        var (matches, words) = (SizeOf(rarest), rarest);
        if (size + matches > _few && SizeOf(_words) is var fewer && size + fewer <= _few) (matches, words) = (fewer, _words);
        _words = words;
        return size + matches;

        long SizeOf(string words) => Number($"SELECT count(*) FROM (SELECT 1 FROM run_trigram WHERE run_trigram MATCH {words} LIMIT {Text(_few + 1)})");
    }

    /// <summary>Where the probed match of a trigram stands in the order of creation: the later, the rarer is the trigram.</summary>
    private long ProbeOf(string trigram)
    {
        using var statement = _session.Prepare($"SELECT rowid FROM run_trigram WHERE run_trigram MATCH {Parameter(trigram)} LIMIT 1 OFFSET {Text(ProbedMatch)}");
        return Bound(statement).All(row => row.Number(0)) is [var number] ? number : long.MaxValue;
    }

    /// <summary>Runs with the text; with <paramref name="until"/> only as far as that instant of creation.</summary>
    private RunWay TextWay(long? until)
    {
        var limits = CreatedLimits + (until is { } end ? $" AND s.created_at {(_query.Ascending ? "<=" : ">=")} {Text(end)}" : "");
        var branches = new List<(string, string)>();
        if (Named.Count > MostRanges) branches.Add(("run AS s INDEXED BY run_age", $"s.blueprint IN ({OneOf(Named)}){limits}"));
        else branches.AddRange(Named.Select(name => ("run AS s INDEXED BY run_blueprint", $"s.blueprint = {Parameter(name)}{limits}")));
        var apart = branches.Count;
        if (_conditions.IdRange is { } ids) branches.Add(("run AS s INDEXED BY sqlite_autoindex_run_1", $"s.{ids.Replace(" AND ", " AND s.", StringComparison.Ordinal)}{limits}"));
        if (_words is not null) branches.Add(($"({Matches(until)}) AS s", "1" + limits));
        if (branches.Count == 0) branches.Add(("run AS s", "0"));
        return new RunWay(branches, RunParts.Text | RunParts.Created, -1) { Orders = RunInstant.Created, Apart = apart };
    }

    private string Matches(long? until)
    {
        var range = until is not { } end ? "" : _query.Ascending ? $" AND t.rowid < {Text((end + 1) << 20)}" : $" AND t.rowid >= {Text(end << 20)}";
        return $"SELECT t.rowid >> 20 AS created_at, w.run_id AS run_id FROM run_trigram AS t CROSS JOIN run_text AS w ON w.number = t.rowid WHERE t.run_trigram MATCH {_words}{_conditions.LimitsOfNumber("t.rowid")}{range} AND instr(w.text, {_conditions.SoughtParameter})";
    }

    /// <summary>
    /// A page of a frequent text. Matches of trigrams come in the order of creation, which SQLite does not know: it would sort all of them. So a stretch of time with some thousand of them is sorted, and
    /// when that does not fill the page, a longer one.
    /// </summary>
    private List<RunSummary> PageOfText(string words)
    {
        for (var matches = Math.Max(_few / 5L, 2L * ((long)_query.Skip + _query.Limit)); ; matches *= 8)
        {
            var until = InstantOf(words, matches);
            var page = Page(TextWay(until));
            if (until is null || page.Count == _query.Limit) return page;
        }
    }

    /// <summary>When the run was created that is so many matches away; null when there are not so many.</summary>
    private long? InstantOf(string words, long matches)
    {
        using var statement = _session.Prepare($"SELECT rowid >> 20 FROM run_trigram WHERE run_trigram MATCH {words}{_conditions.LimitsOfNumber("rowid")} ORDER BY rowid {Direction} LIMIT 1 OFFSET {Text(matches)}");
        return Bound(statement).All(row => row.Number(0)) is [var instant] ? instant : null;
    }
}
