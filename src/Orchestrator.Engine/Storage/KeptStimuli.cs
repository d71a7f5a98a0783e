namespace Orchestrator.Engine.Storage;

public partial interface IStore
{
    /// <summary>Kept stimuli, each with a free bookmark that it would resume, oldest stimulus first; a stimulus comes once for each such bookmark.</summary>
    Task<IReadOnlyList<(StoredStimulus Stimulus, StoredBookmark Bookmark)>> MatchStimuliAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Kept or dead stimuli. Kept ones come oldest first, dead ones newest first.</summary>
    Task<Page<StoredStimulus>> ListStimuliAsync(StimulusQuery query, CancellationToken cancellationToken);

    /// <summary>True when a stimulus with that key is kept, dead, or was put into the inbox of some run (as <c>KEY/BOOKMARK</c>).</summary>
    Task<bool> KnowsStimulusAsync(string key, CancellationToken cancellationToken);
}

public sealed partial record WriteSet
{
    /// <summary>Stimuli to keep; one with the same key is replaced.</summary>
    public IReadOnlyList<StoredStimulus> PutStimuli { get; init; } = [];

    /// <summary>Keys of stimuli that go; a missing one is no fault.</summary>
    public IReadOnlyList<string> RemoveStimuli { get; init; } = [];

    /// <summary>Messages for the inbox; one whose run has, or had, a message with that key is left out. So a kept stimulus goes in the commit that hands it over.</summary>
    public IReadOnlyList<InboxMessage> Post { get; init; } = [];
}

/// <summary>A stimulus that nobody waited for when it came.</summary>
/// <param name="Key">Unique: the sender's, by which it counts once.</param>
/// <param name="Name">Kind of stimulus, for example <c>Elsa.Event</c>.</param>
/// <param name="Match">What a bookmark must match.</param>
/// <param name="CorrelationId">Only for runs of this correlation id; null = for all.</param>
/// <param name="RunId">Only for this run; null = for all.</param>
/// <param name="Body">Sealed JSON, UTF-8: <c>{"payload": …}</c>.</param>
/// <param name="By">Who sent it.</param>
/// <param name="At">When it came, UTC.</param>
/// <param name="DeadAt">When it was given up, UTC; null while a bookmark may still take it.</param>
/// <param name="Reason">Why it was given up; null while it was not.</param>
public sealed record StoredStimulus(
    string Key, string Name, string Match, string? CorrelationId, string? RunId, ReadOnlyMemory<byte> Body, string By, DateTimeOffset At, DateTimeOffset? DeadAt = null, string? Reason = null);

/// <summary>Which stimuli to list.</summary>
/// <param name="Dead">True for those that were given up, false for those that are kept.</param>
/// <param name="Before">Only those that came (kept) or were given up (dead) before this instant; null = all.</param>
/// <param name="RunId">Only those for this run; null = all.</param>
/// <param name="Skip">How many to pass over.</param>
/// <param name="Take">At most this many; 0 = only the total.</param>
public sealed record StimulusQuery(bool Dead, DateTimeOffset? Before = null, string? RunId = null, int Skip = 0, int Take = 100);
