using System.Text.Json;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Running;

/// <summary>
/// Stimuli that came before anybody waited for them. Each lies in the store until a bookmark matches, at most ten minutes; it is handed over and removed in one commit, so it reaches a bookmark once
/// whatever crashes. One that expires is a dead letter for seven days. Costs a run nothing while the stash is empty.
/// </summary>
#pragma warning disable CA1001 // a semaphore whose wait handle nobody asks for holds nothing
internal sealed class Stash(EngineCore core)
#pragma warning restore CA1001
{
    /// <summary>How long a stimulus is kept for a bookmark, as on an Elsa server.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>How long a dead one is shown.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromDays(7);

    private const int Most = 10_000;
    private const int LongestBody = 256 * 1024;
    private const int Batch = 500;

    // As many bookmarks as one stimulus reaches when it comes.
    private const int MostMatches = 10_000;

    // A bookmark and a stimulus that become durable at the same time must see each other: the count goes up before a stimulus is stored and stored bookmarks are looked for after it, while a run that
    // stored a bookmark looks at the count after that.
    private readonly SemaphoreSlim _one = new(1, 1);
    private int _count;
    private volatile bool _hinted;
    private DateTimeOffset _nextExpiry;

    private bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>What an earlier engine kept. Its bookmarks may have come to be without anybody looking.</summary>
    public async Task RestoreAsync()
    {
        _count = (int)(await core.Store.ListStimuliAsync(new StimulusQuery(Dead: false, Take: 0), CancellationToken.None).ConfigureAwait(false)).Total;
        _hinted = _count > 0;
    }

    /// <summary>A bookmark has been stored.</summary>
    public void Hint()
    {
        if (!IsEmpty) _hinted = true;
    }

    /// <summary>
    /// Gives a stimulus to every bookmark that waits for it and has none on its way yet, and tells how many; one that nobody takes is kept when it may be. A key that is known already counts no second time.
    /// Throws <c>stimulus.full</c> and <c>stimulus.tooLarge</c>.
    /// </summary>
    public async Task<int> OfferAsync(Stimulus stimulus, string key, string by, bool keep, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await core.Store.KnowsStimulusAsync(key, cancellationToken).ConfigureAwait(false)) return 0;
            // Whoever names a bookmark waits for an answer of just that.
            var query = new BookmarkQuery(stimulus.Name, stimulus.Match, stimulus.RunId, stimulus.CorrelationId, Free: stimulus.BookmarkId is null);
            var found = (await core.Store.FindBookmarksAsync(query, cancellationToken).ConfigureAwait(false)).Where(bookmark => stimulus.BookmarkId is null || bookmark.Id == stimulus.BookmarkId).ToList();
            if (found.Count > 0)
            {
                await core.Store.CommitAsync(new WriteSet { Post = [.. found.Select(bookmark => Stimuli.Message(core, bookmark, key, by, writer => writer.WriteValue("payload", stimulus.Payload)))] }).ConfigureAwait(false);
                return found.Count;
            }

            if (!keep || stimulus.BookmarkId is not null) return 0;
            await KeepAsync(stimulus, key, by).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }

        await HandOverAsync().ConfigureAwait(false);
        return 0;
    }

    /// <summary>Every tick: hands over when a bookmark came. Every second besides, and what is too old goes.</summary>
    public async Task TickAsync(DateTimeOffset now, bool isSweep)
    {
        if (_hinted || (isSweep && !IsEmpty)) await HandOverAsync().ConfigureAwait(false);
        if (!isSweep || now < _nextExpiry) return;
        _nextExpiry = now + TimeSpan.FromSeconds(10);
        await ExpireAsync(now).ConfigureAwait(false);
    }

    private async Task KeepAsync(Stimulus stimulus, string key, string by)
    {
        var body = SealedBody.Seal(EventCodec.Write(stimulus.Payload, static (writer, payload) =>
        {
            writer.WriteStartObject();
            writer.WriteValue("payload", payload);
            writer.WriteEndObject();
        }), core.Options.Seal);
        if (body.Length > LongestBody)
            throw new FailureException("stimulus.tooLarge", FailureKind.Permanent, $"nobody waits for {stimulus.Name} `{stimulus.Match}` yet, and it is too large to be kept: {body.Length / 1024} KiB, at most {LongestBody / 1024} KiB");
        if (_count >= Most) throw new FailureException("stimulus.full", FailureKind.Transient, $"{Most} stimuli are kept already for which nobody waits; try again later");
        Interlocked.Increment(ref _count);
        try
        {
            await core.Store.CommitAsync(new WriteSet { PutStimuli = [new StoredStimulus(key, stimulus.Name, stimulus.Match, stimulus.CorrelationId, stimulus.RunId, body, by, core.Now())] }).ConfigureAwait(false);
        }
        catch
        {
            Interlocked.Decrement(ref _count);
            throw;
        }
    }

    private async Task HandOverAsync()
    {
        if (IsEmpty) return;
        _hinted = false;
        var handed = 0;
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            while (await core.Store.MatchStimuliAsync(MostMatches, CancellationToken.None).ConfigureAwait(false) is { Count: > 0 } matches)
            {
                // A bookmark takes one stimulus, the oldest; the others stay for bookmarks to come.
                var taken = new HashSet<(string, string)>();
                var messages = new List<InboxMessage>();
                var keys = new List<string>();
                foreach (var one in matches.GroupBy(match => match.Stimulus.Key, StringComparer.Ordinal))
                {
                    var free = one.Where(match => !taken.Contains((match.Bookmark.RunId, match.Bookmark.Id))).ToList();
                    if (free.Count == 0) continue;
                    keys.Add(one.Key);
                    foreach (var (stimulus, bookmark) in free)
                    {
                        taken.Add((bookmark.RunId, bookmark.Id));
                        messages.Add(Message(stimulus, bookmark));
                    }
                }

                await core.Store.CommitAsync(new WriteSet { Post = messages, RemoveStimuli = keys }).ConfigureAwait(false);
                Interlocked.Add(ref _count, -keys.Count);
                handed += messages.Count;
            }
        }
        finally
        {
            _one.Release();
        }

        if (handed > 0) await core.Desk.SweepAsync().ConfigureAwait(false);
    }

    private async Task ExpireAsync(DateTimeOffset now)
    {
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!IsEmpty)
            {
                var old = (await core.Store.ListStimuliAsync(new StimulusQuery(Dead: false, Before: now - Patience, Take: Batch), CancellationToken.None).ConfigureAwait(false)).Items;
                if (old.Count > 0)
                {
                    await core.Store.CommitAsync(new WriteSet { PutStimuli = [.. old.Select(kept => kept with { DeadAt = now, Reason = $"nobody waited for it within {Patience.TotalMinutes:0} minutes" })] }).ConfigureAwait(false);
                    Interlocked.Add(ref _count, -old.Count);
                }
            }

            var gone = (await core.Store.ListStimuliAsync(new StimulusQuery(Dead: true, Before: now - Shown, Take: Batch), CancellationToken.None).ConfigureAwait(false)).Items;
            if (gone.Count > 0) await core.Store.CommitAsync(new WriteSet { RemoveStimuli = [.. gone.Select(dead => dead.Key)] }).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    private InboxMessage Message(StoredStimulus kept, StoredBookmark bookmark)
    {
        using var body = JsonDocument.Parse(SealedBody.Open(kept.Body, core.Options.Seal));
        return Stimuli.Message(core, bookmark, kept.Key, kept.By, writer =>
        {
            writer.WritePropertyName("payload");
            body.RootElement.GetProperty("payload").WriteTo(writer);
        });
    }
}
