using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>Hands a stimulus to every run that waits for it: a row in the inbox of each, so that it is on disk before the sender hears of it, and counts once per key.</summary>
internal static class Stimuli
{
    public static async Task<StimulusResult> SendAsync(EngineCore core, Stimulus stimulus, string key, string by, CancellationToken cancellationToken)
    {
        var started = stimulus.RunId is null && core.Options.Trigger is { } trigger ? await trigger(stimulus, key, cancellationToken).ConfigureAwait(false) : 0;
        var found = await core.Store.FindBookmarksAsync(new BookmarkQuery(stimulus.Name, stimulus.Match, stimulus.RunId, stimulus.CorrelationId), cancellationToken).ConfigureAwait(false);
        var resumed = 0;
        foreach (var bookmark in found)
        {
            if (stimulus.BookmarkId is { } id && bookmark.Id != id) continue;
            var body = EventCodec.Write((bookmark.Id, stimulus.Payload), static (writer, it) =>
            {
                writer.WriteStartObject();
                writer.WriteString("bookmark", it.Id);
                writer.WriteValue("payload", it.Payload);
                writer.WriteEndObject();
            });
            var message = new InboxMessage(bookmark.RunId, $"{key}/{bookmark.Id}", "stimulus", SealedBody.Seal(body, core.Options.Seal), by, core.Now());
            if (await core.Store.PostAsync(message, cancellationToken).ConfigureAwait(false)) resumed++;
        }

        if (resumed > 0) await core.Desk.SweepAsync().ConfigureAwait(false);
        return new StimulusResult(resumed, started);
    }
}
