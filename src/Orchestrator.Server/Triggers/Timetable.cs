using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schedules;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Triggers;

/// <summary>
/// Fires schedules. What is due is a column in the store; the run, the settled occurrence and the next time are one commit, so a process that dies in between fires the same time again or not at
/// all, never twice. Looks four times a second, and only into the store when something is due.
/// </summary>
internal sealed class Timetable(ServerOptions options, TriggerIndex index, TriggerStart start) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>Late by less is not missed: no clock is exact, and a restart takes a moment.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    private const int Batch = 100;
    private readonly CancellationTokenSource _stopping = new();
    private ITimer? _timer;
    private Task _ticking = Task.CompletedTask;

    /// <summary>Begins to look.</summary>
    public void Start() => _timer = options.Time.CreateTimer(static table => ((Timetable)table!).OnTick(), this, TimeSpan.Zero, Tick);

    /// <summary>Fires what is due now.</summary>
    public async Task FireAsync()
    {
        var now = options.Time.GetUtcNow();
        foreach (var trigger in await options.Store.ReadDueTriggersAsync(now, Batch, _stopping.Token).ConfigureAwait(false))
        {
            await index.Turn.WaitAsync(_stopping.Token).ConfigureAwait(false);
            try
            {
                // Read again in our turn: the index may have changed since.
                if ((await options.Store.ReadDueTriggersAsync(now, Batch, _stopping.Token).ConfigureAwait(false)).FirstOrDefault(row => row.Id == trigger.Id) is { } row)
                    await FireAsync(row, now).ConfigureAwait(false);
            }
            finally
            {
                index.Turn.Release();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_timer is not null) await _timer.DisposeAsync().ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _ticking.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private void OnTick()
    {
        if (_ticking.IsCompleted) _ticking = TickAsync();
    }

    private async Task TickAsync()
    {
        try
        {
            if (await options.Store.NextTriggerAsync(_stopping.Token).ConfigureAwait(false) <= options.Time.GetUtcNow()) await FireAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // whatever it is, the next tick tries again; nothing was settled
        catch (Exception trouble)
#pragma warning restore CA1031
        {
            options.Say($"schedules: {trouble.Message}");
        }
    }

    private async Task FireAsync(StoredTrigger trigger, DateTimeOffset now)
    {
        var schedule = ScheduleTrigger.Of(trigger);
        var due = schedule.Schedule.Missed(trigger.Due!.Value, now, schedule.CatchUp, Grace + schedule.Spread);
        if (due.Count == 0)
        {
            await options.Store.CommitAsync(new WriteSet { SetDue = [(trigger.Id, schedule.Schedule.Next(now))] }).ConfigureAwait(false);
            return;
        }

        for (var i = 0; i < due.Count; i++)
        {
            var time = due[i];
            if (time + schedule.Delay(trigger.Id, time) > now) return;
            if (!await SettleAsync(trigger, schedule, time, i + 1 < due.Count ? due[i + 1] : schedule.Schedule.Next(time)).ConfigureAwait(false)) return;
        }
    }

    /// <summary>False when it must wait.</summary>
    private async Task<bool> SettleAsync(StoredTrigger trigger, ScheduleTrigger schedule, DateTimeOffset time, DateTimeOffset? next)
    {
        if (schedule.Overlap != Overlap.Allow && await MovingAsync(trigger.Id).ConfigureAwait(false) is { } moving)
        {
            if (schedule.Overlap == Overlap.Queue) return false;
            if (schedule.Overlap == Overlap.Skip) return await PassAsync(trigger, time, next, $"run {moving} still moves").ConfigureAwait(false);
            await options.Engine.SendAsync("cancel", moving, "{}"u8.ToArray(), $"trigger:{trigger.Id}", $"replaced:{Instants.Text(time)}", _stopping.Token).ConfigureAwait(false);
        }

        var at = Instants.Text(time);
        var @event = Value.Map(("id", Value.Of($"{trigger.Id}@{at}")), ("type", Value.Of("schedule")), ("at", Value.Of(Instants.Text(options.Time.GetUtcNow()))), ("scheduledAt", Value.Of(at)));
        try
        {
            var started = await start.RunAsync(trigger, new Occurrence(at, @event, Next: new ScheduleStep(next))).ConfigureAwait(false);
            // Not wanted, or settled by a process that died before it could say so: the time is over either way.
            return started is { RunId: not null, Existing: false } || await PassAsync(trigger, time, next, started.Note).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is InputRejectedException or FailureException { Failure.Code: not ("store.io" or "store.full") })
        {
            return await PassAsync(trigger, time, next, refused.Message).ConfigureAwait(false);
        }
    }

    private async Task<bool> PassAsync(StoredTrigger trigger, DateTimeOffset time, DateTimeOffset? next, string note)
    {
        var isSettled = await options.Store.FindFiringAsync(trigger.Id, Instants.Text(time), _stopping.Token).ConfigureAwait(false) is not null;
        await options.Store.CommitAsync(new WriteSet
        {
            Firings = isSettled ? [] : [new StoredFiring(trigger.Id, Instants.Text(time), options.Time.GetUtcNow(), null, "", note)],
            SetDue = [(trigger.Id, next)],
        }).ConfigureAwait(false);
        return true;
    }

    private async Task<string?> MovingAsync(string triggerId)
    {
        var last = (await options.Store.ListTriggersAsync(_stopping.Token).ConfigureAwait(false)).FirstOrDefault(trigger => trigger.Id == triggerId)?.LastRun;
        return last is not null && await options.Store.FindRunAsync(last, _stopping.Token).ConfigureAwait(false) is { Status: not (RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled) } ? last : null;
    }
}
