using System.Globalization;

namespace Orchestrator.Engine.Storage;

/// <summary>
/// What an <see cref="InMemoryStore"/> holds; outlives it when the store is reopened. Not safe for concurrent use: the store locks it. <see cref="Check"/> decides whether a set
/// may be written, <see cref="Apply"/> writes it, so that a refused set leaves no trace.
/// </summary>
internal sealed partial class InMemoryTables
{
    private long _inboxNumber;
    private long _definitionNumber;

    public long Epoch { get; set; }

    public Dictionary<string, List<StoredEvent>> Events { get; } = [];

    public Dictionary<string, RunSummary> Runs { get; } = [];

    public SortedSet<(long CreatedAt, string RunId)> RunsByAge { get; } = new(ByInstantThenText);

    public Dictionary<string, string> StartKeys { get; } = [];

    public SortedSet<(long Due, string RunId, string Key)> Timers { get; } = new(ByInstantThenTexts);

    public Dictionary<(string RunId, string Key), long> TimerDue { get; } = [];

    public List<(string Group, string RunId)> Slots { get; } = [];

    public Dictionary<string, StoredSnapshot> Snapshots { get; } = [];

    public SortedDictionary<long, InboxMessage> Waiting { get; } = [];

    public Dictionary<(string RunId, string Key), (long Number, string? Result)> Inbox { get; } = [];

    public Dictionary<string, (StoredDefinition Definition, long Number)> Definitions { get; } = [];

    public Dictionary<string, byte[]> Blobs { get; } = [];

    public Dictionary<string, byte[]> Secrets { get; } = [];

    public Dictionary<string, SortedDictionary<long, StoredLogLine>> Log { get; } = [];

    private static Comparer<(long At, string Text)> ByInstantThenText { get; } = Comparer<(long At, string Text)>.Create(
        (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : string.CompareOrdinal(a.Text, b.Text));

    private static Comparer<(long At, string First, string Second)> ByInstantThenTexts { get; } = Comparer<(long At, string First, string Second)>.Create((a, b) =>
        a.At != b.At ? a.At.CompareTo(b.At)
        : string.CompareOrdinal(a.First, b.First) is not 0 and var first ? first
        : string.CompareOrdinal(a.Second, b.Second));

    /// <summary>Why the set may not be written; null when it may.</summary>
    public Exception? Check(WriteSet writes)
    {
        var last = new Dictionary<string, long>();
        foreach (var entry in writes.Events)
        {
            if (!last.TryGetValue(entry.RunId, out var seq)) seq = Events.TryGetValue(entry.RunId, out var journal) ? journal[^1].Seq : 0;
            if (entry.Seq <= seq) return new DuplicateKeyException(string.Create(CultureInfo.InvariantCulture, $"event {entry.Seq} of run {entry.RunId}"));
            if (entry.Seq != seq + 1) return new JournalGapException(entry.RunId, entry.Seq);
            last[entry.RunId] = entry.Seq;
        }

        var startKeys = new Dictionary<string, string>();
        foreach (var run in writes.Runs)
        {
            if (run.StartKey is not { } key) continue;
            if (!startKeys.TryGetValue(key, out var holder) && !StartKeys.TryGetValue(key, out holder)) holder = run.RunId;
            if (holder != run.RunId) return new DuplicateKeyException($"start key {key}");
            startKeys[key] = run.RunId;
        }

        var consumed = new HashSet<(string, string)>();
        foreach (var (runId, key, _) in writes.ConsumeInbox)
        {
            if (!consumed.Add((runId, key)) || Inbox.TryGetValue((runId, key), out var entry) && entry.Result is not null)
                return new DuplicateKeyException($"message {key} of run {runId}");
        }

        if (CheckAccess(writes) is { } taken) return taken;
        if (CheckTriggers(writes) is { } settled) return settled;
        return CheckPlans(writes);
    }

    /// <summary>Writes a set that <see cref="Check"/> let pass.</summary>
    public void Apply(WriteSet writes)
    {
        foreach (var entry in writes.Events)
        {
            if (!Events.TryGetValue(entry.RunId, out var journal)) Events.Add(entry.RunId, journal = []);
            journal.Add(entry with { At = StoredInstant.From(StoredInstant.Of(entry.At)), Body = entry.Body.ToArray() });
        }

        foreach (var run in writes.Runs) PutRun(run);
        ApplyTriggers(writes);
        foreach (var (runId, key) in writes.ClearTimers) RemoveTimer(runId, key);
        foreach (var timer in writes.SetTimers) PutTimer(timer);
        foreach (var slot in writes.TakeSlots) if (!Slots.Contains(slot)) Slots.Add(slot);
        foreach (var runId in writes.ClearRuns)
        {
            foreach (var (id, key) in TimerDue.Keys.Where(timer => timer.RunId == runId).ToArray()) RemoveTimer(id, key);
            Slots.RemoveAll(slot => slot.RunId == runId);
        }

        PutBookmarks(writes);
        PutStimuli(writes);
        PutPlans(writes);
        foreach (var snapshot in writes.Snapshots)
        {
            if (Snapshots.TryGetValue(snapshot.RunId, out var older) && older.Seq > snapshot.Seq) continue;
            Snapshots[snapshot.RunId] = snapshot with { State = snapshot.State.ToArray() };
        }

        foreach (var (runId, key, result) in writes.ConsumeInbox)
        {
            if (Inbox.TryGetValue((runId, key), out var entry)) Waiting.Remove(entry.Number);
            Inbox[(runId, key)] = (entry.Number, result);
        }

        foreach (var definition in writes.Definitions)
            Definitions[definition.Hash] = (Definitions.TryGetValue(definition.Hash, out var known) ? known.Definition : definition with { Json = definition.Json.ToArray() }, ++_definitionNumber);
        foreach (var (hash, content) in writes.Blobs) Blobs.TryAdd(hash, [.. content]);
        foreach (var reference in writes.RemoveSecrets) Secrets.Remove(reference);
        foreach (var (reference, bytes) in writes.Secrets) Secrets[reference] = [.. bytes];
        foreach (var line in writes.Log)
        {
            if (!Log.TryGetValue(line.RunId, out var log)) Log.Add(line.RunId, log = []);
            log.TryAdd(line.Number, line with { At = StoredInstant.From(StoredInstant.Of(line.At)) });
        }

        ApplyWorkflows(writes);
        ApplyAccess(writes);
    }

    /// <summary>False when the run has, or had, a message with that key.</summary>
    public bool Post(InboxMessage message)
    {
        if (!Inbox.TryAdd((message.RunId, message.Key), (++_inboxNumber, null))) return false;
        Waiting.Add(_inboxNumber, message with { At = StoredInstant.From(StoredInstant.Of(message.At)), Body = message.Body.ToArray() });
        return true;
    }

    private void PutRun(RunSummary run)
    {
        if (Runs.TryGetValue(run.RunId, out var old))
        {
            RunsByAge.Remove((StoredInstant.Of(old.CreatedAt), old.RunId));
            if (old.StartKey is { } oldKey) StartKeys.Remove(oldKey);
        }

        var created = StoredInstant.Of(run.CreatedAt);
        Runs[run.RunId] = run with
        {
            CreatedAt = StoredInstant.From(created),
            UpdatedAt = StoredInstant.From(Math.Max(created, StoredInstant.Of(run.UpdatedAt))),
            CompletedAt = run.CompletedAt is { } completed ? StoredInstant.From(Math.Max(created, StoredInstant.Of(completed))) : null,
        };
        RunsByAge.Add((created, run.RunId));
        if (run.StartKey is { } key) StartKeys[key] = run.RunId;
    }

    private void PutTimer(StoredTimer timer)
    {
        RemoveTimer(timer.RunId, timer.Key);
        var due = StoredInstant.NotBefore(timer.Due);
        TimerDue.Add((timer.RunId, timer.Key), due);
        Timers.Add((due, timer.RunId, timer.Key));
    }

    private void RemoveTimer(string runId, string key)
    {
        if (TimerDue.Remove((runId, key), out var due)) Timers.Remove((due, runId, key));
    }
}
