namespace Orchestrator.Engine.Storage;

public sealed partial class InMemoryStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<(StoredStimulus Stimulus, StoredBookmark Bookmark)>> MatchStimuliAsync(int limit, CancellationToken cancellationToken) => ReadList(tables => (
        from kept in tables.Stimuli.Values
        where kept.Stimulus.DeadAt is null
        from entry in tables.Bookmarks.Values
        where kept.Stimulus.Name == entry.Bookmark.Name && kept.Stimulus.Match == entry.Bookmark.Match
            && (kept.Stimulus.RunId is null || kept.Stimulus.RunId == entry.Bookmark.RunId) && (kept.Stimulus.CorrelationId is null || kept.Stimulus.CorrelationId == entry.Bookmark.CorrelationId) && tables.IsFree(entry.Bookmark)
        orderby kept.Stimulus.At, kept.Number, entry.Bookmark.CreatedAt, entry.Number
        select (kept.Stimulus, entry.Bookmark)).Take(limit));

    /// <inheritdoc/>
    public Task<Page<StoredStimulus>> ListStimuliAsync(StimulusQuery query, CancellationToken cancellationToken) => Read(tables =>
    {
        var all = tables.Stimuli.Values.Where(kept => kept.Stimulus.DeadAt is not null == query.Dead && (query.RunId is null || kept.Stimulus.RunId == query.RunId)
            && (query.Before is null || (kept.Stimulus.DeadAt ?? kept.Stimulus.At) < query.Before)).ToList();
        var ordered = query.Dead ? all.OrderByDescending(kept => kept.Stimulus.DeadAt).ThenByDescending(kept => kept.Number) : all.OrderBy(kept => kept.Stimulus.At).ThenBy(kept => kept.Number);
        return new Page<StoredStimulus>([.. ordered.Skip(query.Skip).Take(query.Take).Select(kept => kept.Stimulus)], all.Count);
    });

    /// <inheritdoc/>
    public Task<bool> KnowsStimulusAsync(string key, CancellationToken cancellationToken) =>
        Read(tables => tables.Stimuli.ContainsKey(key) || tables.Inbox.Keys.Any(message => message.Key.StartsWith(key + "/", StringComparison.Ordinal)));
}

internal sealed partial class InMemoryTables
{
    private long _stimulusNumber;

    public Dictionary<string, (StoredStimulus Stimulus, long Number)> Stimuli { get; } = [];

    private void PutStimuli(WriteSet writes)
    {
        foreach (var key in writes.RemoveStimuli) Stimuli.Remove(key);
        foreach (var stimulus in writes.PutStimuli)
        {
            var kept = stimulus with
            {
                Body = stimulus.Body.ToArray(), At = StoredInstant.From(StoredInstant.Of(stimulus.At)), DeadAt = stimulus.DeadAt is { } dead ? StoredInstant.From(StoredInstant.Of(dead)) : null,
            };
            Stimuli[stimulus.Key] = (kept, Stimuli.TryGetValue(stimulus.Key, out var known) ? known.Number : ++_stimulusNumber);
        }

        foreach (var message in writes.Post) Post(message);
    }
}
