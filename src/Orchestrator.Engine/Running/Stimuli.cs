using System.Text.Json;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Running;

/// <summary>
/// Starts what a stimulus triggers and offers it to those who wait: a row in the inbox of each, all in one commit, so that it is on disk before the sender hears of it, and counts once per key. One that
/// nobody takes and that starts nothing stays in the <see cref="Stash"/>, unless it is for a bookmark by id.
/// </summary>
internal static class Stimuli
{
    public static async Task<StimulusResult> SendAsync(EngineCore core, Stimulus stimulus, string key, string by, CancellationToken cancellationToken)
    {
        var started = stimulus.RunId is null && core.Options.Trigger is { } trigger ? await trigger(stimulus, key, cancellationToken).ConfigureAwait(false) : 0;
        var resumed = await core.Stash.OfferAsync(stimulus, key, by, keep: started == 0, cancellationToken).ConfigureAwait(false);
        if (resumed > 0) await core.Desk.SweepAsync().ConfigureAwait(false);
        return new StimulusResult(resumed, started);
    }

    /// <summary>The message that hands a stimulus to a bookmark; its key makes it count once.</summary>
    public static InboxMessage Message(EngineCore core, StoredBookmark bookmark, string key, string by, Action<Utf8JsonWriter> payload)
    {
        var body = EventCodec.Write((bookmark.Id, payload), static (writer, it) =>
        {
            writer.WriteStartObject();
            writer.WriteString("bookmark", it.Id);
            it.payload(writer);
            writer.WriteEndObject();
        });
        return new InboxMessage(bookmark.RunId, $"{key}/{bookmark.Id}", "stimulus", SealedBody.Seal(body, core.Options.Seal), by, core.Now());
    }
}
