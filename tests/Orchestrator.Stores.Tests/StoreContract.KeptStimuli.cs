using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    private static StoredStimulus Stimulus(string key, string match = "Paid", string? correlation = null, string? run = null, int minute = 0) =>
        new(key, "Elsa.Event", match, correlation, run, new byte[] { 1, 2, 3 }, "alice", Noon.AddMinutes(minute));

    [Fact]
    public async Task KeptStimuli_MeetTheBookmarksTheyWouldResume()
    {
        await Store.CommitAsync(new WriteSet
        {
            PutStimuli = [Stimulus("any", minute: 1), Stimulus("order", correlation: "order-7"), Stimulus("run", run: "run1", minute: 2), Stimulus("other", match: "paid"), Stimulus("nobody", run: "run9")],
            SetBookmarks = [Bookmark("run1", "1"), Bookmark("run2", "1", correlation: "order-7"), Bookmark("run1", "2", "Elsa.RunTask", "Paid")],
        });
        await Store.CommitAsync(new WriteSet { PutStimuli = [Stimulus("dead") with { DeadAt = Noon, Reason = "late" }] });

        Assert.Equal([("order", "run2", "1"), ("any", "run1", "1"), ("any", "run2", "1"), ("run", "run1", "1")], await Matched(100));
        Assert.Equal([("order", "run2", "1"), ("any", "run1", "1")], await Matched(2));
        Assert.Equal(new byte[] { 1, 2, 3 }, (await Store.MatchStimuliAsync(1, None))[0].Stimulus.Body.ToArray());
    }

    [Fact]
    public async Task KeptStimuli_AreHandedOverInOneCommit_AndTheirKeysStayKnown()
    {
        await Store.CommitAsync(new WriteSet { PutStimuli = [Stimulus("k")], SetBookmarks = [Bookmark("run1", "1")] });
        Assert.True(await Store.KnowsStimulusAsync("k", None));
        Assert.False(await Store.KnowsStimulusAsync("", None));

        var message = new InboxMessage("run1", "k/1", "stimulus", "{}"u8.ToArray(), "alice", Noon);
        await Store.CommitAsync(new WriteSet { Post = [message], RemoveStimuli = ["k", "missing"] });
        await Store.CommitAsync(new WriteSet { Post = [message] });

        Assert.Equal("k/1", Assert.Single(await Store.ReadInboxAsync(10, None)).Key);
        Assert.Empty(await Matched(10));
        Assert.True(await Store.KnowsStimulusAsync("k", None));
        await Store.CommitAsync(new WriteSet { ConsumeInbox = [("run1", "k/1", "")] });
        await Store.CommitAsync(new WriteSet { Post = [message] });
        Assert.Empty(await Store.ReadInboxAsync(10, None));
        Assert.True(await Store.KnowsStimulusAsync("k", None));
        Assert.False(await Store.KnowsStimulusAsync("k/", None));
    }

    [Fact]
    public async Task Stimuli_AreListedByAgeAndFate()
    {
        await Store.CommitAsync(new WriteSet { PutStimuli = [Stimulus("b", minute: 2), Stimulus("a", minute: 1, run: "run1"), Stimulus("c", minute: 3)] });
        await Store.CommitAsync(new WriteSet { PutStimuli = [Stimulus("c", minute: 3) with { DeadAt = Noon.AddMinutes(20), Reason = "late" }, Stimulus("d") with { DeadAt = Noon.AddMinutes(10), Reason = "late" }] });

        Assert.Equal("a b/2", await Listed(new StimulusQuery(Dead: false)));
        Assert.Equal("a/1", await Listed(new StimulusQuery(Dead: false, Before: Noon.AddMinutes(2))));
        Assert.Equal("a/1", await Listed(new StimulusQuery(Dead: false, RunId: "run1")));
        Assert.Equal("c d/2", await Listed(new StimulusQuery(Dead: true)));
        Assert.Equal("d/2", await Listed(new StimulusQuery(Dead: true, Skip: 1, Take: 1)));
        Assert.Equal("d/1", await Listed(new StimulusQuery(Dead: true, Before: Noon.AddMinutes(20))));
        Assert.Equal("/2", await Listed(new StimulusQuery(Dead: true, Take: 0)));
        Assert.Equal("late", (await Store.ListStimuliAsync(new StimulusQuery(Dead: true), None)).Items[0].Reason);
    }

    private async Task<IEnumerable<(string, string, string)>> Matched(int limit) =>
        (await Store.MatchStimuliAsync(limit, None)).Select(match => (match.Stimulus.Key, match.Bookmark.RunId, match.Bookmark.Id));

    private async Task<string> Listed(StimulusQuery query)
    {
        var page = await Store.ListStimuliAsync(query, None);
        return $"{string.Join(' ', page.Items.Select(stimulus => stimulus.Key))}/{page.Total}";
    }
}
