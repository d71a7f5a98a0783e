using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Running;

/// <summary>
/// The engine's one timer. Every 100 ms it looks at attempts, at what waits to be seen and at the earliest stored wake-up; every second it sweeps wake-ups, inbox and queue, which finds what a
/// hint missed; every minute it checks that each live run is moving, waiting on a stored wake-up, or paused with a reason.
/// </summary>
internal sealed class Clock(EngineCore core) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private const int Batch = 1000;

    private ITimer? _timer;
    private int _isTicking;
    private long _nextDue = long.MaxValue;
    private DateTimeOffset _nextSweep;
    private DateTimeOffset _nextCheck;
    private readonly InvariantCheck _check = new(core);

    /// <summary>When the last sweep was complete; the start before the first.</summary>
    public DateTimeOffset LastSweepAt { get; private set; }

    public void Start()
    {
        var now = core.Now();
        _nextSweep = LastSweepAt = now;
        _nextCheck = now + TimeSpan.FromMinutes(1);
        _timer = core.Time.CreateTimer(static clock => _ = ((Clock)clock!).TickAsync(), this, TimeSpan.Zero, Tick);
    }

    /// <summary>A wake-up at that instant has been stored.</summary>
    public void Hint(DateTimeOffset due)
    {
        var ticks = due.UtcTicks;
        for (var known = Interlocked.Read(ref _nextDue); ticks < known;)
        {
            var seen = Interlocked.CompareExchange(ref _nextDue, ticks, known);
            if (seen == known) return;
            known = seen;
        }
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task TickAsync()
    {
        if (Interlocked.Exchange(ref _isTicking, 1) == 1) return;
        try
        {
            var now = core.Now();
            core.CheckAttempts(now);
            core.Again(now);
            foreach (var run in core.Live)
                if (run.NeedsFlush(now)) run.Post(FlushFact.Instance);
            var isSweep = now >= _nextSweep;
            if (isSweep || now.UtcTicks >= Interlocked.Read(ref _nextDue)) await FireAsync(now).ConfigureAwait(false);
            await core.Stash.TickAsync(now, isSweep).ConfigureAwait(false);
            if (isSweep) await SweepAsync(now).ConfigureAwait(false);
            if (now >= _nextCheck)
            {
                _nextCheck = now + TimeSpan.FromMinutes(1);
                await _check.RunAsync(now).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            if (!core.IsStopping) core.Alarm("", $"the clock's tick failed: {exception.Message}");
        }
        finally
        {
            Interlocked.Exchange(ref _isTicking, 0);
        }
    }

    private async Task SweepAsync(DateTimeOffset now)
    {
        _nextSweep = now + TimeSpan.FromSeconds(1);
        foreach (var run in core.Live)
            if (run.DeadlineTicks > 0 && run.DeadlineTicks <= now.UtcTicks) run.Post(new WokenFact { Now = now });
        foreach (var ticket in core.Places.TakeExpired(now)) ticket.Run.Post(new QueueTimedOutFact(ticket.Step) { Now = now });
        await core.Desk.SweepAsync().ConfigureAwait(false);
        LastSweepAt = now;
    }

    private async Task FireAsync(DateTimeOffset now)
    {
        Interlocked.Exchange(ref _nextDue, long.MaxValue);
        var due = await core.Store.ReadDueTimersAsync(now, Batch, CancellationToken.None).ConfigureAwait(false);
        foreach (var timer in due) await FireAsync(timer, now).ConfigureAwait(false);
        // More are due than one batch takes: the next tick goes on. Else the next one in the store is what to look for.
        if (due.Count == Batch) Hint(now);
        else if (await core.Store.NextTimerAsync(CancellationToken.None).ConfigureAwait(false) is { } next)
            Hint(next > now ? next : now + Tick + Tick); // one still there goes with a commit under way, and must not hide those behind it
    }

    private async Task FireAsync(StoredTimer timer, DateTimeOffset now)
    {
        if (timer.Key.StartsWith(TimerKeys.Child, StringComparison.Ordinal))
        {
            var ended = await ChildResults.LoadAsync(core, timer.Key[TimerKeys.Child.Length..]).ConfigureAwait(false);
            core.Post(timer.RunId, ended is null ? new TimerFact(timer.Key) { Now = now } : ended);
        }
        else if (timer.Key is TimerKeys.Cancel or TimerKeys.Supersede)
        {
            core.Post(timer.RunId, ToEndFact.Of(timer.Key, now));
        }
        else
        {
            core.Post(timer.RunId, new WokenFact { Now = now, Draw = core.Ids.Draw() });
        }
    }
}
