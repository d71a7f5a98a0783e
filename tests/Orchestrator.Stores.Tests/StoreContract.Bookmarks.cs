using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    private static StoredBookmark Bookmark(string runId, string id, string name = "Elsa.Event", string match = "Paid", string? correlation = null) =>
        new(runId, id, name, match, "activity", correlation, Noon);

    [Fact]
    public async Task Bookmarks_AreFoundByWhatAStimulusSays()
    {
        await Store.CommitAsync(new WriteSet
        {
            SetBookmarks = [Bookmark("run1", "1"), Bookmark("run1", "2", match: "Sent"), Bookmark("run2", "1", correlation: "order-7"), Bookmark("run2", "2", "Elsa.RunTask", "t")],
        });

        Assert.Equal([("run1", "1"), ("run2", "1")], await Find(new BookmarkQuery("Elsa.Event", "Paid")));
        Assert.Equal([("run2", "1")], await Find(new BookmarkQuery("Elsa.Event", "Paid", CorrelationId: "order-7")));
        Assert.Equal([("run1", "1"), ("run1", "2")], await Find(new BookmarkQuery(RunId: "run1")));
        Assert.Equal([("run1", "1")], await Find(new BookmarkQuery(Limit: 1)));
        Assert.Empty(await Find(new BookmarkQuery("Elsa.Event", "paid")));
        Assert.Equal(Bookmark("run2", "1", correlation: "order-7"), (await Store.FindBookmarksAsync(new BookmarkQuery(CorrelationId: "order-7"), None))[0]);
    }

    [Fact]
    public async Task Bookmarks_GoOneByOneAndWithTheirRun()
    {
        await Store.CommitAsync(new WriteSet { SetBookmarks = [Bookmark("run1", "1"), Bookmark("run1", "2"), Bookmark("run2", "1")] });

        await Store.CommitAsync(new WriteSet { ClearBookmarks = [("run1", "1"), ("run1", "missing")], SetBookmarks = [Bookmark("run1", "2", match: "Sent")] });

        Assert.Equal([("run2", "1")], await Find(new BookmarkQuery(Match: "Paid")));
        Assert.Equal([("run1", "2")], await Find(new BookmarkQuery(Match: "Sent")));
        await Store.CommitAsync(new WriteSet { ClearRuns = ["run1", "run2"] });
        Assert.Empty(await Find(new BookmarkQuery()));
    }

    [Fact]
    public async Task Bookmarks_ThatAStimulusIsOnItsWayTo_AreNotFree()
    {
        await Store.CommitAsync(new WriteSet { SetBookmarks = [Bookmark("run1", "1"), Bookmark("run1", "11"), Bookmark("run2", "1")], PutStimuli = [Stimulus("kept")] });
        await Store.PostAsync(new InboxMessage("run1", "key/1", "stimulus", "{}"u8.ToArray(), "alice", Noon), None);
        await Store.PostAsync(new InboxMessage("run2", "key/1", "signal", "{}"u8.ToArray(), "alice", Noon), None);

        Assert.Equal([("run1", "11"), ("run2", "1")], await Find(new BookmarkQuery("Elsa.Event", Free: true)));
        Assert.Equal([("kept", "run1", "11"), ("kept", "run2", "1")], await Matched(10));
        await Store.CommitAsync(new WriteSet { ConsumeInbox = [("run1", "key/1", "")] });
        Assert.Equal(3, (await Find(new BookmarkQuery("Elsa.Event", Free: true))).Count());
    }

    private async Task<IEnumerable<(string RunId, string Id)>> Find(BookmarkQuery query) => (await Store.FindBookmarksAsync(query, None)).Select(found => (found.RunId, found.Id));
}
