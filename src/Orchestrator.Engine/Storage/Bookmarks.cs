namespace Orchestrator.Engine.Storage;

public partial interface IStore
{
    /// <summary>Bookmarks that a stimulus would resume, oldest first.</summary>
    Task<IReadOnlyList<StoredBookmark>> FindBookmarksAsync(BookmarkQuery query, CancellationToken cancellationToken);
}

public sealed partial record WriteSet
{
    /// <summary>Bookmarks to set; one with the same run and id is replaced. Written after <see cref="ClearBookmarks"/>; those of <see cref="ClearRuns"/> go.</summary>
    public IReadOnlyList<StoredBookmark> SetBookmarks { get; init; } = [];

    /// <summary>Bookmarks to remove; a missing one is no fault.</summary>
    public IReadOnlyList<(string RunId, string Id)> ClearBookmarks { get; init; } = [];
}

/// <summary>A run's wish to be woken by a stimulus.</summary>
/// <param name="RunId">Who waits.</param>
/// <param name="Id">Unique in the run.</param>
/// <param name="Name">Kind of stimulus, for example <c>Elsa.Event</c>.</param>
/// <param name="Match">What it must match; empty = nothing but its id.</param>
/// <param name="ActivityId">The activity that waits.</param>
/// <param name="CorrelationId">The run's correlation id when it began to wait; null = none.</param>
/// <param name="CreatedAt">Since when, UTC.</param>
public sealed record StoredBookmark(string RunId, string Id, string Name, string Match, string ActivityId, string? CorrelationId, DateTimeOffset CreatedAt);

/// <summary>Which bookmarks to find.</summary>
/// <param name="Name">Kind of stimulus; null = any.</param>
/// <param name="Match">What it must match; null = anything.</param>
/// <param name="RunId">Only of this run; null = of all.</param>
/// <param name="CorrelationId">Only of runs with this correlation id; null = of all.</param>
/// <param name="Free">True for only those that no stimulus is on its way to: none that its run has not taken up lies in the inbox.</param>
/// <param name="Limit">At most this many.</param>
public sealed record BookmarkQuery(string? Name = null, string? Match = null, string? RunId = null, string? CorrelationId = null, bool Free = false, int Limit = 10_000);
