using System.Text;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    private static InboxMessage Message(string runId, string key, string kind = "signal", string body = "{}", string by = "ann") => new(runId, key, kind, Utf8(body), by, Noon);

    [Fact]
    public async Task Inbox_Message_CountsOncePerRunAndKey()
    {
        Assert.True(await Store.PostAsync(Message("run1", "key"), None));
        Assert.False(await Store.PostAsync(Message("run1", "key", body: "{\"other\":1}"), None));
        Assert.True(await Store.PostAsync(Message("run2", "key"), None));
        Assert.Equal(["run1", "run2"], (await Store.ReadInboxAsync(10, None)).Select(message => message.RunId));
    }

    [Fact]
    public async Task Inbox_ReadBack_IsWhatWasPostedOldestFirst()
    {
        await Store.PostAsync(Message("b", "2", "cancel", "{\"why\":\"ü\"}", ""), None);
        await Store.PostAsync(Message("a", "1", "start", ""), None);

        var messages = await Store.ReadInboxAsync(10, None);

        Assert.Equal(("b", "2", "cancel", "", Noon), (messages[0].RunId, messages[0].Key, messages[0].Kind, messages[0].By, messages[0].At));
        Assert.Equal("{\"why\":\"ü\"}", Encoding.UTF8.GetString(messages[0].Body.Span));
        Assert.Equal(("a", 0), (messages[1].RunId, messages[1].Body.Length));
        Assert.Single(await Store.ReadInboxAsync(1, None));
    }

    [Fact]
    public async Task Inbox_Consumed_IsAnsweredAndNeverComesBack()
    {
        await Store.PostAsync(Message("run1", "good"), None);
        await Store.PostAsync(Message("run1", "bad"), None);
        Assert.Null(await Store.ReadInboxResultAsync("run1", "good", None));

        await Store.CommitAsync(new WriteSet { ConsumeInbox = [("run1", "good", ""), ("run1", "bad", "nobody waits for it")] });

        Assert.Empty(await Store.ReadInboxAsync(10, None));
        Assert.Equal("", await Store.ReadInboxResultAsync("run1", "good", None));
        Assert.Equal("nobody waits for it", await Store.ReadInboxResultAsync("run1", "bad", None));
        Assert.False(await Store.PostAsync(Message("run1", "good"), None));
    }

    [Fact]
    public async Task Inbox_ConsumedTwice_IsRefusedWithItsEvents()
    {
        await Store.PostAsync(Message("run1", "key"), None);
        await Store.CommitAsync(Events("run1", 1, 1) with { ConsumeInbox = [("run1", "key", "")] });
        await Assert.ThrowsAsync<DuplicateKeyException>(() => Store.CommitAsync(Events("run1", 2, 2) with { ConsumeInbox = [("run1", "key", "")] }));
        Assert.Single((await Store.ReadJournalAsync("run1", None)).Events);
    }

    [Fact]
    public async Task Inbox_ConsumedWithoutAPost_MakesALaterPostCountAsDuplicate()
    {
        await Store.CommitAsync(new WriteSet { ConsumeInbox = [("run1", "key", "")] });
        Assert.False(await Store.PostAsync(Message("run1", "key"), None));
        Assert.Empty(await Store.ReadInboxAsync(10, None));
    }

    [Fact]
    public async Task Inbox_PostedBesideTheOwner_ReachesIt()
    {
        await using var beside = await OpenBesideAsync();
        Assert.True(await beside.PostAsync(Message("run1", "key"), None));
        Assert.Equal("key", Assert.Single(await Store.ReadInboxAsync(10, None)).Key);
        Assert.False(await Store.PostAsync(Message("run1", "key"), None));
        await Store.CommitAsync(new WriteSet { ConsumeInbox = [("run1", "key", "no such step")] });
        Assert.Equal("no such step", await beside.ReadInboxResultAsync("run1", "key", None));
    }

    [Fact]
    public async Task Inbox_PostedFromManySides_CountsOnce()
    {
        await using var beside = await OpenBesideAsync();
        var posts = Enumerable.Range(0, 40).Select(i => Task.Run(() => (i % 2 == 0 ? Store : beside).PostAsync(Message("run1", $"key{i / 4}"), None)));
        Assert.Equal(10, (await Task.WhenAll(posts)).Count(isNew => isNew));
        Assert.Equal(10, (await Store.ReadInboxAsync(100, None)).Count);
    }

    [Fact]
    public async Task Timers_Due_AreEarliestFirstAndNeverEarly()
    {
        await Store.CommitAsync(new WriteSet { SetTimers = [new("b", "t", Noon.AddSeconds(2)), new("a", "t", Noon.AddSeconds(1)), new("c", "t", Noon.AddSeconds(3).AddTicks(1))] });

        Assert.Equal(Noon.AddSeconds(1), await Store.NextTimerAsync(None));
        Assert.Equal(["a", "b"], (await Store.ReadDueTimersAsync(Noon.AddSeconds(3), 10, None)).Select(timer => timer.RunId));
        Assert.Equal(["a", "b", "c"], (await Store.ReadDueTimersAsync(Noon.AddSeconds(3).AddMilliseconds(1), 10, None)).Select(timer => timer.RunId));
        Assert.Equal(["a"], (await Store.ReadDueTimersAsync(Noon.AddDays(1), 1, None)).Select(timer => timer.RunId));
        Assert.Empty(await Store.ReadDueTimersAsync(Noon, 10, None));
    }

    [Fact]
    public async Task Timers_SetAgainAndCleared_KeepTheLatest()
    {
        await Store.CommitAsync(new WriteSet { SetTimers = [new("run1", "a", Noon), new("run1", "b", Noon), new("run1", "c", Noon.AddHours(9))] });
        await Store.CommitAsync(new WriteSet { SetTimers = [new("run1", "a", Noon.AddHours(1))], ClearTimers = [("run1", "b"), ("run1", "missing")] });

        Assert.Equal([("a", Noon.AddHours(1)), ("c", Noon.AddHours(9))], (await Store.ReadTimersAsync("run1", None)).Select(timer => (timer.Key, timer.Due)));
    }

    [Fact]
    public async Task Timers_ClearedAndSetInOneSet_AreSet()
    {
        await Store.CommitAsync(new WriteSet { SetTimers = [new("run1", "retry", Noon)] });
        await Store.CommitAsync(new WriteSet { ClearTimers = [("run1", "retry")], SetTimers = [new("run1", "retry", Noon.AddHours(1))] });
        Assert.Equal(Noon.AddHours(1), Assert.Single(await Store.ReadTimersAsync("run1", None)).Due);
    }

    [Fact]
    public async Task Slots_Taken_AreOldestFirstAndFreedWithTheRun()
    {
        await Store.CommitAsync(new WriteSet { TakeSlots = [("deploy", "run2"), ("deploy", "run1")] });
        await Store.CommitAsync(new WriteSet { TakeSlots = [("deploy", "run3"), ("deploy", "run2"), ("other", "run1")] });
        Assert.Equal(["run2", "run1", "run3"], await Store.ReadSlotsAsync("deploy", None));

        await Store.CommitAsync(new WriteSet { ClearRuns = ["run1"] });

        Assert.Equal(["run2", "run3"], await Store.ReadSlotsAsync("deploy", None));
        Assert.Empty(await Store.ReadSlotsAsync("other", None));
    }

    [Fact]
    public async Task ClearRuns_TakesTheRunsTimersAlsoThoseOfTheSameSet()
    {
        await Store.CommitAsync(new WriteSet { SetTimers = [new("run1", "a", Noon), new("run2", "a", Noon)] });
        await Store.CommitAsync(new WriteSet { SetTimers = [new("run1", "b", Noon)], ClearRuns = ["run1"] });
        Assert.Empty(await Store.ReadTimersAsync("run1", None));
        Assert.Equal("run2", Assert.Single(await Store.ReadDueTimersAsync(Noon, 10, None)).RunId);
    }
}
