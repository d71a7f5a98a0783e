using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;

namespace Orchestrator.Engine;

/// <summary>How people and other processes ask something of a run: a row in the inbox, which the owner of the store consumes together with what it causes.</summary>
public static class Inbox
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    /// <summary>Posts a request and waits a while for what becomes of it.</summary>
    /// <param name="store">The store; need not be owned.</param>
    /// <param name="seal">What the owner of the store seals with: the body is stored sealed as a whole, since only the owner knows what in it is secret.</param>
    /// <param name="kind"><c>signal approve cancel terminate retry skip resume stimulus alter</c>.</param>
    /// <param name="runId">The run, or a unique prefix of at least 4 characters.</param>
    /// <param name="body">
    /// JSON by kind: signal <c>{name, payload}</c>; approve <c>{step?, approved, comment?, role?}</c>, where <c>role</c> is what the door knows of who asks: <c>viewer operator admin</c>; cancel <c>{reason?, grace?}</c>; terminate <c>{reason?}</c>; retry <c>{step?, inputs?}</c>;
    /// skip <c>{step?, value?}</c>; resume nothing; stimulus <c>{bookmark?, name?, match?, payload?}</c>;
    /// alter (of workflows made in Studio) <c>{type, …}</c>: ModifyVariable <c>{variableId, value, activityInstanceId?}</c>, CancelActivity and ScheduleActivity <c>{activityId? activityInstanceId?}</c>,
    /// Migrate <c>{targetVersion}</c>.
    /// </param>
    /// <param name="by">Who asks.</param>
    /// <param name="key">Counts once per run and key; null = a new one.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops waiting; what was posted stays posted.</param>
    /// <param name="patience">How long to wait for the owner; default 5 s. When no owner is there, the request waits in the store.</param>
    public static async Task<OperatorResult> SendAsync(
        IStore store, SecretSeal seal, string kind, string runId, ReadOnlyMemory<byte> body, string by, string? key, TimeProvider time, CancellationToken cancellationToken, TimeSpan? patience = null) =>
        await AskAsync(store, seal, kind, runId, body, by, key, time, patience, static () => Task.CompletedTask, cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// What would become of requests, one after the other, as the run stands now: for each the reason it would be refused, else null. Ends behind the first that is refused. Nothing is changed, and the store
    /// need not be owned: the same decisions are made on a state that is thrown away.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="activities">The activities of whoever would decide.</param>
    /// <param name="seal">What opens secrets.</param>
    /// <param name="runId">The run's whole id.</param>
    /// <param name="requests">Kinds and bodies as <see cref="SendAsync"/> takes them.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="time">The clock.</param>
    public static Task<IReadOnlyList<string?>> CheckAsync(
        IStore store, ActivityCatalog activities, SecretSeal seal, string runId, IReadOnlyList<(string Kind, ReadOnlyMemory<byte> Body)> requests, string by, TimeProvider time) =>
        Running.OperatorFacts.CheckAsync(store, activities, seal, runId, requests, by, time);

    internal static async Task<OperatorResult> AskAsync(
        IStore store, SecretSeal seal, string kind, string runId, ReadOnlyMemory<byte> body, string by, string? key, TimeProvider time, TimeSpan? patience, Func<Task> posted, CancellationToken cancellationToken)
    {
        if (await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not { } run)
            return new OperatorResult(OperatorOutcome.Refused, $"there is no run `{runId}`");
        key ??= Guid.NewGuid().ToString("n");
        var isNew = await store.PostAsync(new InboxMessage(run.RunId, key, kind, Running.SealedBody.Seal(body, seal), by, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        if (!isNew) return new OperatorResult(OperatorOutcome.Duplicate, $"run {run.RunId} already has a message with the key `{key}`");
        await posted().ConfigureAwait(false);
        return await ResultAsync(store, run.RunId, key, time, patience ?? TimeSpan.FromSeconds(5), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks the owner of a store to start a run. Throws nothing about inputs: a refusal is in the result. The id is the one the run gets.</summary>
    public static async Task<(string RunId, OperatorResult Result)> StartAsync(IStore store, StartRun start, SecretSeal seal, TimeProvider time, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        var runId = new Running.IdSource(time, null).Next();
        var message = new InboxMessage(runId, "start", "start", Running.StartMessage.Write(start, seal), start.By, time.GetUtcNow());
        await store.PostAsync(message, cancellationToken).ConfigureAwait(false);
        return (runId, await ResultAsync(store, runId, message.Key, time, patience ?? TimeSpan.FromSeconds(5), cancellationToken).ConfigureAwait(false));
    }

    private static async Task<OperatorResult> ResultAsync(IStore store, string runId, string key, TimeProvider time, TimeSpan patience, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (await store.ReadInboxResultAsync(runId, key, cancellationToken).ConfigureAwait(false) is { } result)
                return result.Length == 0 ? new OperatorResult(OperatorOutcome.Done, null) : new OperatorResult(OperatorOutcome.Refused, result);
            if (time.GetElapsedTime(began) >= patience) return new OperatorResult(OperatorOutcome.Posted, null);
            await Task.Delay(Poll, time, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>What became of a request.</summary>
/// <param name="Outcome">Which.</param>
/// <param name="Reason">Why it was refused or counts for nothing; null otherwise.</param>
public sealed record OperatorResult(OperatorOutcome Outcome, string? Reason);

/// <summary>What may become of a request.</summary>
public enum OperatorOutcome
{
    /// <summary>Granted and journaled.</summary>
    Done,

    /// <summary>Refused; nothing was changed.</summary>
    Refused,

    /// <summary>On disk; the owner has not taken it up yet.</summary>
    Posted,

    /// <summary>The run already has a message with that key, which counts once.</summary>
    Duplicate,
}
