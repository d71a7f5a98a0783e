using System.Security.Cryptography;
using System.Text;
using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Running;

/// <summary>What one round of deciding leads to, gathered into one write: events with their wake-ups, summaries, children, secrets, log lines and consumed messages.</summary>
internal sealed class Commit(LiveRun run)
{
    private readonly List<(string Reference, byte[] Sealed)> _secrets = [];
    private readonly List<(string RunId, string Key, string Result)> _consumed = [];
    private readonly List<(string Group, string RunId)> _slots = [];
    private readonly List<(string RunId, string Timer)> _cancelled = [];
    private readonly List<Commit> _children = [];
    private List<string>? _due;
    private StoredFiring? _firing;
    private ScheduleStep? _nextDue;
    private List<(IntendedFact Fact, bool IsNew)>? _intents;
    private RunStatus _status;
    private RunNews? _news;
    private Graphs.RunGraph? _definition;

    public List<JournalEvent> Events { get; } = [];

    /// <summary>Steps whose attempts start after the commit.</summary>
    public List<string> Launches { get; } = [];

    /// <summary>True when what rides shall be stored although nothing else asks for it.</summary>
    public bool Flush { get; set; }

    /// <summary>True when something must reach the store before the round may go on.</summary>
    public bool IsNeeded =>
        Events.Count > 0 || _consumed.Count > 0 || HasFired || (Flush && (run.Riding.Count > 0 || run.Log.HasPending));

    // A wake-up that only started attempts goes with their outcomes, or with their starts when those are stored: a poll or a retry is one commit.
    private bool HasFired => run.Memory.Fired.Count > (run.Memory.Fired.Contains(TimerKeys.Wake) && run.Riding.Count > 0 ? 1 : 0);

    /// <summary>Takes a decision in.</summary>
    public void Add(Fact? fact, Decision decision)
    {
        Events.AddRange(decision.Events);
        foreach (var (reference, secret) in decision.Secrets)
        {
            var text = secret.Reveal();
            run.Secrets.Know(reference, text);
            _secrets.Add((reference, run.Core.Options.Seal.Protect(text)));
        }

        if (decision.Due.Count > 0) (_due ??= []).AddRange(decision.Due);
        foreach (var child in decision.CancelChildren) _cancelled.Add((child, TimerKeys.Cancel));
        foreach (var (step, line) in decision.Lines) run.Log.Add(run.State!.UpdatedAt, step, 0, run.Log.Clean(line));
        if (fact is IntendedFact intended) (_intents ??= []).Add((intended, decision.Events.Count > 0));
        if (fact is OperatorFact asked) _consumed.Add((run.RunId, asked.Message.Key, decision.Refusal ?? ""));
        if (fact is AdmittedFact && run.State!.Group is { } group) _slots.Add((group, run.RunId));
        foreach (var made in decision.Events)
        {
            if (made is ChildStarted child) StartChild(run.TakeChild(child.ChildRunId), made.At);
            // A draft may be saved over at this moment, and then nobody but this run has its definition.
            else if (made is RunMigrated) _definition = run.State!.Graph;
        }
    }

    /// <summary>True when an event of this write changes a step.</summary>
    public bool Concerns(string key) => Events.Exists(made => made.Step == key || made.Moves?.Exists(move => move.Key == key) == true);

    /// <summary>A message is consumed by this write.</summary>
    public void Consume(InboxMessage message) => _consumed.Add((message.RunId, message.Key, ""));

    /// <summary>The occurrence of a trigger that made this run is settled with this write.</summary>
    public void Settle(StoredFiring firing, ScheduleStep? next) => (_firing, _nextDue) = (firing, next);

    /// <summary>Takes a slot of a concurrency group with this write.</summary>
    public void TakeSlot(string group) => _slots.Add((group, run.RunId));

    /// <summary>The run that loses its slot to this one.</summary>
    public void Supersede(string runId) => _cancelled.Add((runId, TimerKeys.Supersede));

    /// <summary>The definition shall be in the store with this write.</summary>
    public void Define(Graphs.RunGraph graph) => _definition = graph;

    /// <summary>A timer row has done its work and goes with this write.</summary>
    public void Timer(string key) => run.Memory.Fired.Add(key);

    /// <summary>Steps that are due, once.</summary>
    public List<string> TakeDue()
    {
        var due = _due ?? [];
        _due = null;
        return due;
    }

    /// <summary>Writes all of it.</summary>
    public async Task StoreAsync()
    {
        if (run.Log.Last < 0 && run.Log.HasPending) run.Log.Last = await run.Core.Store.LastLogNumberAsync(run.RunId, CancellationToken.None).ConfigureAwait(false);
        var set = Write();
        foreach (var child in _children) set = Merge(set, child.Write());
        await run.Core.Store.CommitAsync(set).ConfigureAwait(false);
        foreach (var child in _children) child.Stored();
        Stored();
    }

    /// <summary>After the commit: whoever waits hears of it.</summary>
    public void Done()
    {
        foreach (var child in _children)
        {
            run.Core.Adopt(child.Run);
            child.Done();
            child.Run.LetGo();
        }

        if (_consumed.Count > 0) run.Core.Desk.Consumed(_consumed);
        foreach (var (other, timer) in _cancelled) run.Core.Post(other, ToEndFact.Of(timer, run.Core.Now()));
        var state = run.State!;
        if (_status != run.Memory.Announced || state.IsEnded)
        {
            // One that had ended before only took note of a request.
            if (state.IsEnded && _status != run.Memory.Announced) run.Core.Meter.RunFinished(_status, state.Failure);
            run.Memory.Announced = _status;
            run.Core.Waiters.Announce(run.RunId, _status, state);
        }

        if (_news is { } news && run.Core.Followers.Of(run.RunId) is { Count: > 0 } followers)
        {
            var heard = news.Masked();
            foreach (var follower in followers) follower.Hear(heard);
        }

        if (!state.IsEnded) return;
        if (state.Group is { } group) run.Core.Groups.Leave(group, run.RunId);
        if (state.ParentRunId is { } parent) run.Core.Post(parent, ChildResults.Of(state, run.Core.Now()));
    }

    /// <summary>What was intended is on disk: the attempts go on, or are stopped when their step no longer runs.</summary>
    public void AnswerIntents()
    {
        foreach (var (intended, isNew) in _intents ?? [])
            if (isNew || run.State!.Steps[intended.Step] is { Status: StepStatus.Running, Intent: not null } step && step.Attempt == intended.Attempt) intended.Recorded.TrySetResult(isNew);
            else intended.Recorded.TrySetCanceled();
    }

    private LiveRun Run => run;

    private void StartChild(PreparedStart prepared, DateTimeOffset at)
    {
        var child = new LiveRun(run.Core, prepared.RunId);
        child.Hold();
        var commit = new Commit(child);
        run.Core.Starting.Begin(child, commit, prepared, at);
        _children.Add(commit);
    }

    private WriteSet Write()
    {
        var state = run.State!;
        var memory = run.Memory;
        var now = state.UpdatedAt;
        var rows = new StoredEvent[run.Riding.Count + Events.Count];
        List<(string, byte[])>? blobs = null;
        for (var i = 0; i < rows.Length; i++)
            rows[i] = Row(i < run.Riding.Count ? run.Riding[i] : Events[i - run.Riding.Count], state.Seq + i + 1, ref blobs);
        var before = state.Seq;
        state.Seq += rows.Length;
        _status = state.Status;
        _news = RunNews.Of(state, _status);
        var ends = state.IsEnded && memory.Status != _status;
        return new WriteSet
        {
            Events = rows,
            Runs = memory.NeedsSummary(state, _status) ? [SummaryOf(state, _status, now)] : [],
            SetTimers = Timers(state, ends),
            ClearTimers = Cleared(state),
            ClearRuns = ends ? [run.RunId] : [],
            TakeSlots = _slots,
            Snapshots = !state.IsEnded && state.Seq / SnapshotCodec.Interval > before / SnapshotCodec.Interval ? [new StoredSnapshot(run.RunId, state.Seq, SnapshotCodec.Write(state))] : [],
            ConsumeInbox = _consumed,
            Definitions = _definition is { } graph && run.Core.Definitions.RowOf(graph, again: !memory.IsNew) is { } definition ? [definition] : [],
            SetBookmarks = state.Elsa is { NewBookmarks.Count: > 0 } made
                ? [.. made.NewBookmarks.Select(bookmark => new StoredBookmark(
                    run.RunId, bookmark.Id, bookmark.Name, bookmark.Match, made.Find(bookmark.Activity)!.Node.Id, made.CorrelationId, bookmark.CreatedAt))]
                : [],
            ClearBookmarks = state.Elsa is { GoneBookmarks.Count: > 0 } gone ? [.. gone.GoneBookmarks.Select(id => (run.RunId, id))] : [],
            Blobs = blobs ?? (IReadOnlyList<(string, byte[])>)[],
            Secrets = _secrets,
            Log = run.Log.HasPending ? run.Log.Take() : [],
            Firings = _firing is { } firing ? [firing] : [],
            SetDue = _nextDue is { } next ? [(_firing!.TriggerId, next.Due)] : [],
        };
    }

    private void Stored()
    {
        run.RidingStored();
        run.Memory.Fired.Clear();
        if (run.State!.Elsa is { } elsa)
        {
            if (elsa.NewBookmarks.Count > 0) run.Core.Stash.Hint();
            elsa.ForgetNews();
        }

        if (run.Memory.IsNew) run.Core.Meter.RunStarted(run.State!);
        run.Memory.Stored(run.State!, _status);
        if (_definition is { } graph) run.Core.Definitions.Stored(graph);
        if (run.Memory.Wake is { } wake) run.Core.Clock.Hint(wake);
    }

    private StoredEvent Row(JournalEvent made, long seq, ref List<(string, byte[])>? blobs)
    {
        return JournalReader.ToStore(new StoredEvent(run.RunId, seq, made.Type, made.At, made.Step, made.Attempt, EventCodec.Write(made)), ref blobs);
    }

    /// <summary>The row of a run.</summary>
    public static RunSummary SummaryOf(RunState state, RunStatus status, DateTimeOffset now) => new(
        state.RunId, state.Graph.Definition.Hash, state.Graph.Definition.Name, state.Graph.Definition.Version, status, CommitMemory.AttentionOf(state, status),
        state.CreatedAt, now, state.CompletedAt, state.ParentRunId, state.StartKey, LabelsOf(state));

    // Lists find a workflow made in Studio by these; both may be set while it runs.
    private static IReadOnlyDictionary<string, string>? LabelsOf(RunState state)
    {
        if (state.Elsa is not { } elsa || (elsa.CorrelationId is null && elsa.Name is null)) return state.Labels.Count == 0 ? null : state.Labels;
        var labels = new Dictionary<string, string>(state.Labels, StringComparer.Ordinal);
        if (elsa.CorrelationId is { } correlation) labels["correlationId"] = correlation;
        if (elsa.Name is { } name) labels["name"] = name;
        return labels;
    }

    /// <summary>One wake-up for the run, at the earliest instant at which anything in it is due; besides, those it gives to its parent and its children.</summary>
    private List<StoredTimer> Timers(RunState state, bool ends)
    {
        var memory = run.Memory;
        var timers = new List<StoredTimer>();
        memory.NextWake = state.Status == RunStatus.Running && state.Waiting.Count == 0 && state.Cancel is null ? null : state.NextWake();
        if (memory.NextWake is { } due && (due != memory.Wake || !memory.WakeIsKnown)) timers.Add(new StoredTimer(run.RunId, TimerKeys.Wake, due));
        foreach (var (other, timer) in _cancelled) timers.Add(new StoredTimer(other, timer, state.UpdatedAt));
        if (ends && state.ParentRunId is { } parent) timers.Add(new StoredTimer(parent, TimerKeys.Child + run.RunId, state.UpdatedAt));
        return timers;
    }

    private List<(string, string)> Cleared(RunState state)
    {
        var memory = run.Memory;
        var cleared = new List<(string, string)>();
        foreach (var key in memory.Fired)
            if (key != TimerKeys.Wake) cleared.Add((run.RunId, key));
        if (memory.NextWake is null && !state.IsEnded && (memory.Wake is not null || !memory.WakeIsKnown)) cleared.Add((run.RunId, TimerKeys.Wake));
        return cleared;
    }

    private static WriteSet Merge(WriteSet one, WriteSet other) => new()
    {
        Events = [.. one.Events, .. other.Events],
        Runs = [.. one.Runs, .. other.Runs],
        SetTimers = [.. one.SetTimers, .. other.SetTimers],
        ClearTimers = [.. one.ClearTimers, .. other.ClearTimers],
        ClearRuns = [.. one.ClearRuns, .. other.ClearRuns],
        TakeSlots = [.. one.TakeSlots, .. other.TakeSlots],
        Snapshots = [.. one.Snapshots, .. other.Snapshots],
        ConsumeInbox = [.. one.ConsumeInbox, .. other.ConsumeInbox],
        Definitions = [.. one.Definitions, .. other.Definitions],
        SetBookmarks = [.. one.SetBookmarks, .. other.SetBookmarks],
        ClearBookmarks = [.. one.ClearBookmarks, .. other.ClearBookmarks],
        Blobs = [.. one.Blobs, .. other.Blobs],
        Secrets = [.. one.Secrets, .. other.Secrets],
        Log = [.. one.Log, .. other.Log],
        Firings = [.. one.Firings, .. other.Firings],
        SetDue = [.. one.SetDue, .. other.SetDue],
    };
}

/// <summary>Keys of timer rows.</summary>
internal static class TimerKeys
{
    /// <summary>Something in the run is due.</summary>
    public const string Wake = "wake";

    /// <summary>Followed by the id of a child that ended.</summary>
    public const string Child = "child:";

    /// <summary>The parent was cancelled.</summary>
    public const string Cancel = "cancel";

    /// <summary>A younger run of the concurrency group takes the run's place.</summary>
    public const string Supersede = "supersede";
}
