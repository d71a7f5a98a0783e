using System.Runtime.CompilerServices;
using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Running;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine;

/// <summary>The engine: owns a store and moves its runs. Safe for concurrent use. Disposing it stops in good order: what is under way is cut off without an outcome and goes on at the next opening.</summary>
public sealed class WorkflowEngine : IAsyncDisposable
{
    private static readonly TimeSpan WatchPause = TimeSpan.FromMilliseconds(100);
    private readonly EngineCore _core;

    private WorkflowEngine(EngineCore core) => _core = core;

    /// <summary>Opens an engine on a store it owns, and takes up the runs that were under way.</summary>
    public static async Task<WorkflowEngine> OpenAsync(EngineOptions options, CancellationToken cancellationToken)
    {
        var core = new EngineCore(options);
        await core.Groups.RestoreAsync().ConfigureAwait(false);
        await core.Stash.RestoreAsync().ConfigureAwait(false);
        (DateTimeOffset, string)? before = null;
        while (true)
        {
            var page = await options.Store.ListRunsAsync(new RunQuery([RunStatus.Running], Before: before, Limit: 1000), cancellationToken).ConfigureAwait(false);
            foreach (var run in page) core.Post(run.RunId, new RecoveredFact { Now = core.Now(), Draw = core.Ids.Draw() });
            if (page.Count < 1000) break;
            before = (page[^1].CreatedAt, page[^1].RunId);
        }

        core.Clock.Start();
        return new WorkflowEngine(core);
    }

    /// <summary>
    /// Starts a run; when the task completes it is on disk. Throws <see cref="InputRejectedException"/> when the inputs do not fit, and a failure <c>run.groupFull</c> when the blueprint
    /// wants to be refused then.
    /// </summary>
    public async Task<StartResult> StartAsync(StartRun start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var prepared = await _core.Starting.PrepareAsync(start.Definition, start.Inputs, _core.Now(), fromText: start.FromText, studio: start.Studio).ConfigureAwait(false);
        return await _core.Starting.StartAsync(prepared with { Labels = start.Labels, By = start.By, StartKey = start.StartKey, Settles = start.Settles, NextDue = start.NextDue }, null).ConfigureAwait(false);
    }

    /// <summary>
    /// Hands a stimulus to every run that waits for it, and starts what it triggers. When the task completes it is on disk, as a message to each run. One that nobody waits for and that starts nothing is kept
    /// for ten minutes, for whoever waits for it then; failures <c>stimulus.full</c>, <c>stimulus.tooLarge</c>. Counts once per key.
    /// </summary>
    public Task<StimulusResult> StimulusAsync(Stimulus stimulus, string by, string? key, CancellationToken cancellationToken) =>
        Stimuli.SendAsync(_core, stimulus, key ?? Guid.NewGuid().ToString("n"), by, cancellationToken);

    /// <summary>A run by id or unique prefix; null when there is none.</summary>
    public Task<RunView?> GetAsync(string runId, CancellationToken cancellationToken) => RunViews.ReadAsync(_core.Store, runId, cancellationToken);

    /// <summary>Posts a request as <see cref="Inbox.SendAsync"/> does, and has it taken up at once.</summary>
    public Task<OperatorResult> SendAsync(string kind, string runId, ReadOnlyMemory<byte> body, string by, string? key, CancellationToken cancellationToken) =>
        Inbox.AskAsync(_core.Store, _core.Options.Seal, kind, runId, body, by, key, _core.Time, null, _core.Desk.SweepAsync, cancellationToken);

    /// <summary>Waits until a run has ended or is paused; with <paramref name="orWaiting"/> also until nothing in it moves before a wake-up.</summary>
    public async Task<RunView> WaitAsync(string runId, CancellationToken cancellationToken, bool orWaiting = false)
    {
        var waiter = _core.Waiters.Add(runId, orWaiting);
        try
        {
            // Whoever is not in memory does not move; what it came to is in the store.
            if (!waiter.Done.Task.IsCompleted && await _core.Store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is { } run && waiter.Wants(run.Status)
                && await GetAsync(runId, cancellationToken).ConfigureAwait(false) is { } view && waiter.Wants(view.Status)) return view;
            return await waiter.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _core.Waiters.Remove(waiter);
        }
    }

    /// <summary>Hears from now on, until disposed, what the commits of a run mean for somebody who holds a request open. Make it before what is to be heard of can happen.</summary>
    public RunFollower Follow(string runId) => new(runId, _core.Followers);

    /// <summary>Events after a number and log lines, as they are committed; ends when the run is terminal and all has been given.</summary>
    public IAsyncEnumerable<RunUpdate> WatchAsync(string runId, long afterSeq, CancellationToken cancellationToken, long? afterLine = null) =>
        WatchAsync(_core.Store, runId, afterSeq, _core.Time, cancellationToken, afterLine);

    /// <summary>The same for a process that does not own the store.</summary>
    public static async IAsyncEnumerable<RunUpdate> WatchAsync(IStore store, string runId, long afterSeq, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken, long? afterLine = null)
    {
        // Who only knows an event has seen the lines before it.
        var (seq, line) = (afterSeq, afterLine ?? (afterSeq <= 0 ? 0 : await store.LastLogNumberAsync(runId, cancellationToken).ConfigureAwait(false)));
        while (true)
        {
            // Asked before reading: what is committed after this is read in the next turn.
            var run = await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false);
            var events = await store.ReadEventsAsync(runId, seq, 500, cancellationToken).ConfigureAwait(false);
            var lines = await store.ReadLogAsync(runId, line, 500, cancellationToken).ConfigureAwait(false);
            foreach (var update in InOrder(events, lines))
            {
                if (update.Event is { } row)
                {
                    seq = row.Seq;
                    yield return new RunUpdate(await JournalReader.InlineAsync(store, row).ConfigureAwait(false), null);
                }
                else
                {
                    line = update.Line!.Number;
                    yield return update;
                }
            }

            if (events.Count > 0 || lines.Count > 0) continue;
            if (run is null or { Status: RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled }) yield break;
            await Task.Delay(WatchPause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Events after a number, in order, at most <paramref name="limit"/>, each with its body in full.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long afterSeq, int limit, CancellationToken cancellationToken)
    {
        var events = new List<StoredEvent>();
        foreach (var row in await _core.Store.ReadEventsAsync(runId, afterSeq, limit, cancellationToken).ConfigureAwait(false))
            events.Add(await JournalReader.InlineAsync(_core.Store, row).ConfigureAwait(false));
        return events;
    }

    /// <summary>When the engine last looked through everything that may be due: a second ago when it is well.</summary>
    public DateTimeOffset LastSweepAt => _core.Clock.LastSweepAt;

    /// <summary>
    /// Before the end: begins no step any more and lets those under way end, so that their outcomes are journaled; false when some were still under way after <paramref name="limit"/>. What is ready
    /// and was not begun goes on at the next opening.
    /// </summary>
    public Task<bool> DrainAsync(TimeSpan limit) => _core.DrainAsync(limit);

    /// <summary>Stops in good order.</summary>
    public async ValueTask DisposeAsync() => await _core.StopAsync().ConfigureAwait(false);

    private static IEnumerable<RunUpdate> InOrder(IReadOnlyList<StoredEvent> events, IReadOnlyList<StoredLogLine> lines)
    {
        var (e, l) = (0, 0);
        while (e < events.Count || l < lines.Count)
        {
            if (l >= lines.Count || (e < events.Count && events[e].At <= lines[l].At)) yield return new RunUpdate(events[e++], null);
            else yield return new RunUpdate(null, lines[l++]);
        }
    }
}

/// <summary>What came of a start.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Existing">True when an earlier start with the same key made it.</param>
public sealed record StartResult(string RunId, bool Existing);

/// <summary>News of a run: an event or a log line; exactly one is set.</summary>
/// <param name="Event">A committed event, its body in full; null for a line.</param>
/// <param name="Line">A line of log; null for an event.</param>
public sealed record RunUpdate(StoredEvent? Event, StoredLogLine? Line);
