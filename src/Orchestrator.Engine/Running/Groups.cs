using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Running;

/// <summary>Concurrency groups: who holds a slot (rows in the store) and who waits for one (pending runs), counted here because one process owns the store. Safe for concurrent use.</summary>
internal sealed class Groups(EngineCore core)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);

    /// <summary>Reads who holds the group's slots, once.</summary>
    public async Task LoadAsync(string name)
    {
        lock (_lock)
            if (_groups.ContainsKey(name)) return;
        var holders = await core.Store.ReadSlotsAsync(name, CancellationToken.None).ConfigureAwait(false);
        lock (_lock) _groups.TryAdd(name, new Group([.. holders], []));
    }

    public bool IsFull(string name, int limit)
    {
        lock (_lock) return _groups[name].Holders.Count >= limit;
    }

    /// <summary>Takes a slot or a place in the queue; with <paramref name="cancelOldest"/>, <paramref name="oldest"/> is who must make way: who came first of those that do not yet.</summary>
    public bool TryEnter(string name, string runId, int limit, bool cancelOldest, out string? oldest)
    {
        lock (_lock)
        {
            var group = _groups[name];
            oldest = null;
            if (group.Holders.Count < limit && group.Queue.Count == 0)
            {
                group.Holders.Add(runId);
                return true;
            }

            if (cancelOldest)
            {
                oldest = group.Holders.Concat(group.Queue.Select(entry => entry.RunId)).FirstOrDefault(other => !group.Leaving.Contains(other));
                if (oldest is not null) group.Leaving.Add(oldest);
            }

            group.Queue.Add((runId, limit));
            return false;
        }
    }

    /// <summary>A run has ended or never began; the next in the queue is admitted.</summary>
    public void Leave(string name, string runId)
    {
        lock (_lock)
        {
            if (!_groups.TryGetValue(name, out var group)) return;
            group.Holders.Remove(runId);
            group.Leaving.Remove(runId);
            group.Queue.RemoveAll(entry => entry.RunId == runId);
        }

        Admit(name);
    }

    /// <summary>After a start of the engine: pending runs queue again, oldest first.</summary>
    public async Task RestoreAsync()
    {
        (DateTimeOffset, string)? before = null;
        var pending = new List<RunSummary>();
        while (true)
        {
            var page = await core.Store.ListRunsAsync(new RunQuery([RunStatus.Pending], Before: before, Limit: 1000), CancellationToken.None).ConfigureAwait(false);
            pending.AddRange(page);
            if (page.Count < 1000) break;
            before = (page[^1].CreatedAt, page[^1].RunId);
        }

        pending.Reverse();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var run in pending)
        {
            var state = await JournalReader.LoadAsync(core.Store, run.RunId, core.Definitions.LoadAsync, core.AnySecrets.Resolve).ConfigureAwait(false);
            if (state?.Group is not { } name || state.Graph.Definition.Concurrency is not { } plan) continue;
            await LoadAsync(name).ConfigureAwait(false);
            lock (_lock) _groups[name].Queue.Add((run.RunId, plan.Limit));
            names.Add(name);
        }

        foreach (var name in names) Admit(name);
    }

    private void Admit(string name)
    {
        while (true)
        {
            string next;
            lock (_lock)
            {
                var group = _groups[name];
                if (group.Queue.Count == 0 || group.Holders.Count >= group.Queue[0].Limit) return;
                next = group.Queue[0].RunId;
                group.Queue.RemoveAt(0);
                group.Holders.Add(next);
            }

            core.Post(next, new AdmittedFact { Now = core.Now() });
        }
    }

    private sealed record Group(List<string> Holders, List<(string RunId, int Limit)> Queue)
    {
        /// <summary>Those that have been told to make way.</summary>
        public HashSet<string> Leaving { get; } = new(StringComparer.Ordinal);
    }
}
