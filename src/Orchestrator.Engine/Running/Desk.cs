using System.Collections.Concurrent;
using System.Text.Json;
using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Running;

/// <summary>Where messages come in. Each is consumed in the commit of what it causes, or refused with the reason; also for runs that this program cannot fold.</summary>
internal sealed class Desk(EngineCore core)
{
    private const int Batch = 500;
    private readonly ConcurrentDictionary<(string RunId, string Key), byte> _atWork = new();

    /// <summary>Hands out what has come.</summary>
    public async Task SweepAsync()
    {
        if (core.IsStopping) return;
        foreach (var message in await core.Store.ReadInboxAsync(Batch, CancellationToken.None).ConfigureAwait(false))
        {
            if (!_atWork.TryAdd((message.RunId, message.Key), 0)) continue;
            try
            {
                if (message.Kind == "start") await StartMessage.HandleAsync(core, message).ConfigureAwait(false);
                else core.Post(message.RunId, await OperatorFacts.OfAsync(message, core.Store, core.Definitions, core.AnySecrets, core.Options.Seal, core.Now(), core.Ids.Draw()).ConfigureAwait(false));
            }
            catch (Exception exception) when (exception is JsonException or FormatException or FailureException)
            {
                await RefuseAsync([message], $"its body cannot be read: {exception.Message}").ConfigureAwait(false);
            }
        }
    }

    /// <summary>These have been consumed.</summary>
    public void Consumed(IEnumerable<(string RunId, string Key, string Result)> messages)
    {
        foreach (var (runId, key, _) in messages) _atWork.TryRemove((runId, key), out _);
    }

    /// <summary>These could not be worked on now; the next sweep hands them out again.</summary>
    public void PutBack(List<Fact>? facts)
    {
        foreach (var asked in (facts ?? []).OfType<OperatorFact>()) _atWork.TryRemove((asked.Message.RunId, asked.Message.Key), out _);
        // Those of the round that failed are not in the list; everything of a run that left memory may come again.
        foreach (var (entry, _) in _atWork)
            if (!core.IsLive(entry.RunId)) _atWork.TryRemove(entry, out _);
    }

    /// <summary>Refuses all messages among the facts.</summary>
    public Task RefuseAsync(LiveRun run, List<Fact>? facts, string reason) =>
        RefuseAsync([.. (facts ?? []).OfType<OperatorFact>().Select(asked => asked.Message)], reason);

    /// <summary>Consumes messages with a reason.</summary>
    public async Task RefuseAsync(IReadOnlyList<InboxMessage> messages, string reason)
    {
        if (messages.Count == 0) return;
        List<(string, string, string)> consumed = [.. messages.Select(message => (message.RunId, message.Key, reason))];
        await core.Store.CommitAsync(new WriteSet { ConsumeInbox = consumed }).ConfigureAwait(false);
        Consumed(consumed);
    }

    /// <summary>A run that cannot be folded stands still with the reason, and nothing of it is dropped. Only <c>terminate</c> works on it, which needs no fold.</summary>
    public async Task ParkAsync(string runId, List<Fact> facts, string reason)
    {
        var summary = await core.Store.FindRunAsync(runId, CancellationToken.None).ConfigureAwait(false);
        var waiting = await core.Store.ReadInboxAsync(Batch, CancellationToken.None).ConfigureAwait(false);
        var messages = waiting.Where(message => message.RunId == runId).ToArray();
        var terminate = Array.Find(messages, message => message.Kind == "terminate");
        if (summary is null || summary.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled)
        {
            await RefuseAsync(messages, reason).ConfigureAwait(false);
            return;
        }

        var now = core.Now();
        var consumed = messages.Select(message => (message.RunId, message.Key, Result: message == terminate ? "" : $"the run is parked: {reason}; `terminate` works")).ToArray();
        var ended = terminate is not null;
        await core.Store.CommitAsync(new WriteSet
        {
            Events = ended ? [new StoredEvent(runId, await LastSeqAsync(runId).ConfigureAwait(false) + 1, RunTerminated.Name, now, null, 0, EventCodec.Write(new RunTerminated(terminate!.By, reason)))] : [],
            Runs = [summary with { Status = ended ? RunStatus.Cancelled : RunStatus.Paused, Attention = ended ? null : reason, UpdatedAt = now, CompletedAt = ended ? now : null }],
            ClearRuns = ended ? [runId] : [],
            ClearTimers = [(runId, TimerKeys.Wake)],
            ConsumeInbox = consumed,
        }).ConfigureAwait(false);
        if (ended) core.Meter.RunFinished(RunStatus.Cancelled, null);
        Consumed(consumed);
    }

    private async Task<long> LastSeqAsync(string runId)
    {
        long last = 0;
        while (true)
        {
            var page = await core.Store.ReadEventsAsync(runId, last, 1000, CancellationToken.None).ConfigureAwait(false);
            if (page.Count == 0) return last;
            last = page[^1].Seq;
        }
    }
}
