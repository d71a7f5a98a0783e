using Orchestrator.Engine.Runs;

namespace Orchestrator.Engine.Storage;

/// <summary>Which runs to find, page by page and with their count: what a list with filter boxes asks. <see cref="RunQuery"/> is for walking through all.</summary>
public sealed record RunSearch
{
    /// <summary>Only these; null = all.</summary>
    public IReadOnlyList<RunStatus>? Statuses { get; init; }

    /// <summary>Only of these blueprints or workflow definitions; null = all.</summary>
    public IReadOnlyList<string>? Blueprints { get; init; }

    /// <summary>Only of these content hashes; null = all.</summary>
    public IReadOnlyList<string>? Definitions { get; init; }

    /// <summary>Only these runs; null = all.</summary>
    public IReadOnlyList<string>? RunIds { get; init; }

    /// <summary>Only of this version; null = all.</summary>
    public int? Version { get; init; }

    /// <summary>Only with this label; null = all.</summary>
    public (string Name, string Value)? Label { get; init; }

    /// <summary>The id begins with it, or the blueprint's name or a label contains it; null = all.</summary>
    public string? Text { get; init; }

    /// <summary>Limits in time, all of which hold.</summary>
    public IReadOnlyList<RunTimeLimit> Times { get; init; } = [];

    /// <summary>By what they are ordered.</summary>
    public RunInstant Order { get; init; }

    /// <summary>Oldest first.</summary>
    public bool Ascending { get; init; }

    /// <summary>How many to leave out at the beginning.</summary>
    public int Skip { get; init; }

    /// <summary>How many to give.</summary>
    public int Take { get; init; } = 100;

    /// <summary>True when only status and blueprint matter, for which stores keep indexes and counts.</summary>
    public bool IsSimple => Definitions is null && RunIds is null && Version is null && Label is null && string.IsNullOrEmpty(Text) && Times.Count == 0;
}

/// <summary>An instant of a run.</summary>
public enum RunInstant
{
    /// <summary>When it was accepted.</summary>
    Created,

    /// <summary>When its row last changed.</summary>
    Updated,

    /// <summary>When it ended; runs that have not come last.</summary>
    Completed,
}

/// <summary>A limit in time.</summary>
/// <param name="Of">Which instant.</param>
/// <param name="Compare"><c>&lt; &lt;= &gt; &gt;= = !=</c>.</param>
/// <param name="At">With what.</param>
public sealed record RunTimeLimit(RunInstant Of, string Compare, DateTimeOffset At);

public partial interface IStore
{
    /// <summary>A page of the runs that fit, and how many fit.</summary>
    Task<Page<RunSummary>> SearchRunsAsync(RunSearch search, CancellationToken cancellationToken);

    /// <summary>Number of the last event of a run's journal; 0 when there is none.</summary>
    Task<long> LastEventNumberAsync(string runId, CancellationToken cancellationToken);
}

public sealed partial record WriteSet
{
    /// <summary>Ended runs to forget with all that is theirs: journal, log, secrets, messages. One that has not ended stays; the caller has looked.</summary>
    public IReadOnlyList<string> ForgetRuns { get; init; } = [];
}
