using Orchestrator.Engine.Runs;

namespace Orchestrator.Engine.Storage;

/// <summary>
/// Which runs to list, and how: the one question of every list and search. All that is given must hold. Whoever walks through many goes on with <see cref="Before"/>, which costs the same on every page;
/// a pager with numbers uses <see cref="Skip"/>.
/// </summary>
/// <param name="Statuses">Only these; null = all.</param>
/// <param name="Before">Only runs older than this one (keyset paging); null = from the newest.</param>
/// <param name="Limit">At most this many.</param>
public sealed record RunQuery(IReadOnlyList<RunStatus>? Statuses = null, (DateTimeOffset CreatedAt, string RunId)? Before = null, int Limit = 100)
{
    /// <summary>Fewest characters of <see cref="Text"/> that are looked for at the beginning of ids.</summary>
    public const int ShortestId = 4;

    /// <summary>Fewest characters of <see cref="Text"/> that are looked for in start keys, attentions and labels.</summary>
    public const int ShortestWord = 3;

    /// <summary>Only of these blueprints or workflow definitions; null = all.</summary>
    public IReadOnlyList<string>? Blueprints { get; init; }

    /// <summary>Only of these content hashes; null = all.</summary>
    public IReadOnlyList<string>? Definitions { get; init; }

    /// <summary>Only these runs; null = all.</summary>
    public IReadOnlyList<string>? RunIds { get; init; }

    /// <summary>Only children of this run; null = all.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Only of this version; null = all.</summary>
    public int? Version { get; init; }

    /// <summary>Only with this label; null = all.</summary>
    public (string Name, string Value)? Label { get; init; }

    /// <summary>
    /// The blueprint contains it; or, when it has <see cref="ShortestId"/> characters, the id begins with it; or, when it has <see cref="ShortestWord"/>, start key, attention or the value of a label contains
    /// it. Whatever its case (of ASCII letters). Null or empty = all.
    /// </summary>
    public string? Text { get; init; }

    /// <summary>Limits in time, all of which hold.</summary>
    public IReadOnlyList<RunTimeLimit> Times { get; init; } = [];

    /// <summary>By what they are ordered; runs of one instant by their id.</summary>
    public RunInstant Order { get; init; }

    /// <summary>Oldest first.</summary>
    public bool Ascending { get; init; }

    /// <summary>How many to leave out at the beginning.</summary>
    public int Skip { get; init; }

    /// <summary><see cref="Text"/> in small letters, as it is compared; null when any will do.</summary>
    public string? Sought => string.IsNullOrEmpty(Text) ? null : Small(Text);

    /// <summary>How many characters a text has; one outside the basic plane counts once.</summary>
    public static int LengthOf(string text) => text.EnumerateRunes().Count();

    /// <summary>Whether a run fits; <see cref="Before"/> plays a part, <see cref="Skip"/> and <see cref="Limit"/> do not.</summary>
    internal bool Fits(RunSummary run) =>
        (Statuses is null || Statuses.Contains(run.Status))
        && (Blueprints is null || Blueprints.Contains(run.Blueprint))
        && (Definitions is null || Definitions.Contains(run.Definition))
        && (RunIds is null || RunIds.Contains(run.RunId))
        && (ParentRunId is null || ParentRunId == run.ParentRunId)
        && (Version is null || Version == run.Version)
        && (Label is not { } label || (run.Labels?.TryGetValue(label.Name, out var value) == true && value == label.Value))
        && (Sought is not { } sought || Tells(run, sought))
        && (Before is not { } before || IsOlder(run, before))
        && Times.All(limit => limit.Holds(run));

    private static bool Tells(RunSummary run, string sought)
    {
        if (Small(run.Blueprint).Contains(sought, StringComparison.Ordinal)) return true;
        var length = LengthOf(sought);
        if (length >= ShortestId && run.RunId.StartsWith(sought, StringComparison.Ordinal)) return true;
        return length >= ShortestWord && Small(Words(run)).Contains(sought, StringComparison.Ordinal);
    }

    private static string Words(RunSummary run) =>
        $"{(run.StartKey is { } key ? key + "\n" : "")}{(run.Attention is { } attention ? attention + "\n" : "")}{string.Join('\n', run.Labels?.Values ?? [])}";

    private static bool IsOlder(RunSummary run, (DateTimeOffset CreatedAt, string RunId) before)
    {
        var (mine, others) = (StoredInstant.Of(run.CreatedAt), StoredInstant.Of(before.CreatedAt));
        return mine < others || (mine == others && string.CompareOrdinal(run.RunId, before.RunId) < 0);
    }

    private static string Small(string text) => string.Create(text.Length, text, static (small, given) =>
    {
        for (var i = 0; i < small.Length; i++) small[i] = char.IsAsciiLetterUpper(given[i]) ? (char)(given[i] | 0x20) : given[i];
    });
}

/// <summary>An instant of a run.</summary>
public enum RunInstant
{
    /// <summary>When it was accepted.</summary>
    Created,

    /// <summary>When its row last changed.</summary>
    Updated,

    /// <summary>When it ended; runs that have not count as older than all that have.</summary>
    Completed,
}

/// <summary>A limit in time. A run that has no such instant is never within it.</summary>
/// <param name="Of">Which instant.</param>
/// <param name="Compare"><c>&lt; &lt;= &gt; &gt;= = !=</c>.</param>
/// <param name="At">With what, to the millisecond.</param>
public sealed record RunTimeLimit(RunInstant Of, string Compare, DateTimeOffset At)
{
    internal bool Holds(RunSummary run)
    {
        if (OfRun(run, Of) is not { } at) return false;
        var comparison = StoredInstant.Of(at).CompareTo(StoredInstant.Of(At));
        return Compare switch
        {
            "<" => comparison < 0,
            "<=" => comparison <= 0,
            ">" => comparison > 0,
            ">=" => comparison >= 0,
            "!=" => comparison != 0,
            _ => comparison == 0,
        };
    }

    internal static DateTimeOffset? OfRun(RunSummary run, RunInstant instant) => instant switch
    {
        RunInstant.Updated => run.UpdatedAt,
        RunInstant.Completed => run.CompletedAt,
        _ => run.CreatedAt,
    };
}

/// <summary>How many runs fit a query.</summary>
/// <param name="Number">How many; when not exact, there are at least so many.</param>
/// <param name="IsExact">False when a store stopped counting.</param>
public sealed record RunCount(long Number, bool IsExact);

public partial interface IStore
{
    /// <summary>The runs that fit, in the order of the query.</summary>
    Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken);

    /// <summary>How many runs fit, whatever <see cref="RunQuery.Before"/>, <see cref="RunQuery.Skip"/> and <see cref="RunQuery.Limit"/> say. Exact for status and blueprint alone, and for all that is few.</summary>
    Task<RunCount> CountRunsAsync(RunQuery query, CancellationToken cancellationToken);
}
