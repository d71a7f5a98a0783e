namespace Orchestrator.Engine.Storage;

internal sealed partial class InMemoryTables
{
    public Dictionary<(string RunId, string Id), (StoredBookmark Bookmark, long Number)> Bookmarks { get; } = [];

    private long _bookmarkNumber;

    /// <summary>True when no stimulus is on its way to a bookmark.</summary>
    public bool IsFree(StoredBookmark bookmark) =>
        !Waiting.Values.Any(message => message.Kind == "stimulus" && message.RunId == bookmark.RunId && message.Key.EndsWith("/" + bookmark.Id, StringComparison.Ordinal));

    private void PutBookmarks(WriteSet writes)
    {
        foreach (var key in writes.ClearBookmarks) Bookmarks.Remove(key);
        foreach (var bookmark in writes.SetBookmarks)
            Bookmarks[(bookmark.RunId, bookmark.Id)] = (bookmark with { CreatedAt = StoredInstant.From(StoredInstant.Of(bookmark.CreatedAt)) }, ++_bookmarkNumber);
        foreach (var runId in writes.ClearRuns)
            foreach (var key in Bookmarks.Keys.Where(key => key.RunId == runId).ToArray()) Bookmarks.Remove(key);
    }
}
