namespace Orchestrator.Engine.Storage;

internal sealed partial class InMemoryTables
{
    public Dictionary<(string RunId, string Id), (StoredBookmark Bookmark, long Number)> Bookmarks { get; } = [];

    private long _bookmarkNumber;

    private void PutBookmarks(WriteSet writes)
    {
        foreach (var key in writes.ClearBookmarks) Bookmarks.Remove(key);
        foreach (var bookmark in writes.SetBookmarks)
            Bookmarks[(bookmark.RunId, bookmark.Id)] = (bookmark with { CreatedAt = StoredInstant.From(StoredInstant.Of(bookmark.CreatedAt)) }, ++_bookmarkNumber);
        foreach (var runId in writes.ClearRuns)
            foreach (var key in Bookmarks.Keys.Where(key => key.RunId == runId).ToArray()) Bookmarks.Remove(key);
    }
}
