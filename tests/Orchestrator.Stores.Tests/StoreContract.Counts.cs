using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Counts_OfAnEmptyStore_AreNone()
    {
        var counts = await Store.CountAsync(None);
        Assert.Empty(counts.OpenRuns);
        Assert.Equal((0, 0, 0, 0, 0), (counts.Timers, counts.Bookmarks, counts.Inbox, counts.KeptStimuli, counts.DeadLetters));
    }

    [Fact]
    public async Task Counts_AreOfWhatIsOpen()
    {
        await Store.CommitAsync(new WriteSet
        {
            Runs = [.. Enum.GetValues<RunStatus>().Select(status => Run($"run{status}", status)), Run("other", RunStatus.Waiting)],
            SetTimers = [new StoredTimer("runWaiting", "wake", Noon), new StoredTimer("other", "wake", Noon), new StoredTimer("other", "child:x", Noon)],
            SetBookmarks = [Bookmark("other", "1"), Bookmark("other", "2")],
            PutStimuli = [Stimulus("kept"), Stimulus("dead") with { DeadAt = Noon, Reason = "late" }, Stimulus("dead2") with { DeadAt = Noon, Reason = "late" }],
            Post = [.. Enumerable.Range(0, 4).Select(i => new InboxMessage("other", $"key{i}", "signal", "{}"u8.ToArray(), "alice", Noon))],
        });
        await Store.CommitAsync(new WriteSet { ConsumeInbox = [("other", "key0", "")], Runs = [Run("runRunning", RunStatus.Completed)] });

        var counts = await Store.CountAsync(None);

        Assert.Equal([(RunStatus.Pending, 1), (RunStatus.Waiting, 2), (RunStatus.Paused, 1)], counts.OpenRuns.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value)));
        Assert.Equal((3, 2, 3, 1, 2), (counts.Timers, counts.Bookmarks, counts.Inbox, counts.KeptStimuli, counts.DeadLetters));
    }
}
