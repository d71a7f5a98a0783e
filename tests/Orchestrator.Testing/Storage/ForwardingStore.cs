using Orchestrator.Engine.Storage;

namespace Orchestrator.Testing.Storage;

/// <summary>A store that answers what another one holds; what makes it special is how it commits.</summary>
public abstract class ForwardingStore : IStore
{
    public abstract long Epoch { get; }

    /// <summary>Who answers; throws when nobody does any more.</summary>
    protected abstract IStore Inner { get; }

    public abstract Task CommitAsync(WriteSet writes);

    public abstract ValueTask DisposeAsync();

    public virtual Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => Inner.CountAsync(cancellationToken);

    public Task<StoredPlan?> FindPlanAsync(string id, CancellationToken cancellationToken) => Inner.FindPlanAsync(id, cancellationToken);

    public Task<IReadOnlyList<StoredPlan>> ListOpenPlansAsync(CancellationToken cancellationToken) => Inner.ListOpenPlansAsync(cancellationToken);

    public Task<bool> PostAsync(InboxMessage message, CancellationToken cancellationToken) => Inner.PostAsync(message, cancellationToken);

    public Task<IReadOnlyList<InboxMessage>> ReadInboxAsync(int limit, CancellationToken cancellationToken) => Inner.ReadInboxAsync(limit, cancellationToken);

    public Task<string?> ReadInboxResultAsync(string runId, string key, CancellationToken cancellationToken) => Inner.ReadInboxResultAsync(runId, key, cancellationToken);

    public Task<StoredJournal> ReadJournalAsync(string runId, CancellationToken cancellationToken) => Inner.ReadJournalAsync(runId, cancellationToken);

    public Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long afterSeq, int limit, CancellationToken cancellationToken) => Inner.ReadEventsAsync(runId, afterSeq, limit, cancellationToken);

    public Task<RunSummary?> FindRunAsync(string runId, CancellationToken cancellationToken) => Inner.FindRunAsync(runId, cancellationToken);

    public Task<RunSummary?> FindRunByStartKeyAsync(string startKey, CancellationToken cancellationToken) => Inner.FindRunByStartKeyAsync(startKey, cancellationToken);

    public Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) => Inner.ListRunsAsync(query, cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadDueTimersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => Inner.ReadDueTimersAsync(now, limit, cancellationToken);

    public Task<DateTimeOffset?> NextTimerAsync(CancellationToken cancellationToken) => Inner.NextTimerAsync(cancellationToken);

    public Task<IReadOnlyList<StoredTimer>> ReadTimersAsync(string runId, CancellationToken cancellationToken) => Inner.ReadTimersAsync(runId, cancellationToken);

    public Task<IReadOnlyList<string>> ReadSlotsAsync(string group, CancellationToken cancellationToken) => Inner.ReadSlotsAsync(group, cancellationToken);

    public Task<byte[]?> ReadDefinitionAsync(string hash, CancellationToken cancellationToken) => Inner.ReadDefinitionAsync(hash, cancellationToken);

    public Task<string?> FindDefinitionAsync(string name, int version, CancellationToken cancellationToken) => Inner.FindDefinitionAsync(name, version, cancellationToken);

    public Task<IReadOnlyList<StoredBookmark>> FindBookmarksAsync(BookmarkQuery query, CancellationToken cancellationToken) => Inner.FindBookmarksAsync(query, cancellationToken);

    public Task<IReadOnlyList<(StoredStimulus Stimulus, StoredBookmark Bookmark)>> MatchStimuliAsync(int limit, CancellationToken cancellationToken) => Inner.MatchStimuliAsync(limit, cancellationToken);

    public Task<Page<StoredStimulus>> ListStimuliAsync(StimulusQuery query, CancellationToken cancellationToken) => Inner.ListStimuliAsync(query, cancellationToken);

    public Task<bool> KnowsStimulusAsync(string key, CancellationToken cancellationToken) => Inner.KnowsStimulusAsync(key, cancellationToken);

    public Task<byte[]?> ReadBlobAsync(string hash, CancellationToken cancellationToken) => Inner.ReadBlobAsync(hash, cancellationToken);

    public Task<byte[]?> ReadSecretAsync(string reference, CancellationToken cancellationToken) => Inner.ReadSecretAsync(reference, cancellationToken);

    public Task<IReadOnlyList<string>> ListSecretsAsync(string prefix, CancellationToken cancellationToken) => Inner.ListSecretsAsync(prefix, cancellationToken);

    public Task<IReadOnlyList<StoredLogLine>> ReadLogAsync(string runId, long afterNumber, int limit, CancellationToken cancellationToken) => Inner.ReadLogAsync(runId, afterNumber, limit, cancellationToken);

    public Task<long> LastLogNumberAsync(string runId, CancellationToken cancellationToken) => Inner.LastLogNumberAsync(runId, cancellationToken);

    public Task<StoredToken?> FindTokenAsync(string hash, CancellationToken cancellationToken) => Inner.FindTokenAsync(hash, cancellationToken);

    public Task<IReadOnlyList<StoredToken>> ListTokensAsync(CancellationToken cancellationToken) => Inner.ListTokensAsync(cancellationToken);

    public Task<StoredSession?> FindSessionAsync(string hash, CancellationToken cancellationToken) => Inner.FindSessionAsync(hash, cancellationToken);

    public Task<IReadOnlyList<AuditLine>> ReadAuditAsync(long before, int limit, CancellationToken cancellationToken) => Inner.ReadAuditAsync(before, limit, cancellationToken);

    public Task<IReadOnlyList<DefinitionRow>> ListDefinitionsAsync(int limit, CancellationToken cancellationToken) => Inner.ListDefinitionsAsync(limit, cancellationToken);

    public Task<IReadOnlyList<StoredTrigger>> ListTriggersAsync(CancellationToken cancellationToken) => Inner.ListTriggersAsync(cancellationToken);

    public Task<IReadOnlyList<StoredTrigger>> FindTriggersAsync(string kind, string? match, CancellationToken cancellationToken) => Inner.FindTriggersAsync(kind, match, cancellationToken);

    public Task<IReadOnlyList<StoredTrigger>> ReadDueTriggersAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => Inner.ReadDueTriggersAsync(now, limit, cancellationToken);

    public Task<DateTimeOffset?> NextTriggerAsync(CancellationToken cancellationToken) => Inner.NextTriggerAsync(cancellationToken);

    public Task<StoredFiring?> FindFiringAsync(string triggerId, string key, CancellationToken cancellationToken) => Inner.FindFiringAsync(triggerId, key, cancellationToken);

    public Task<Page<StoredWorkflow>> ListWorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) => Inner.ListWorkflowsAsync(query, cancellationToken);

    public Task<IReadOnlyList<(string Hash, string Name)>> ListUnlistedDefinitionsAsync(CancellationToken cancellationToken) => Inner.ListUnlistedDefinitionsAsync(cancellationToken);

    public Task<RunCount> CountRunsAsync(RunQuery query, CancellationToken cancellationToken) => Inner.CountRunsAsync(query, cancellationToken);

    public Task<long> LastEventNumberAsync(string runId, CancellationToken cancellationToken) => Inner.LastEventNumberAsync(runId, cancellationToken);
}
