namespace Orchestrator.Engine.Storage;

public sealed partial class InMemoryStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredBookmark>> FindBookmarksAsync(BookmarkQuery query, CancellationToken cancellationToken) => ReadList(tables => tables.Bookmarks.Values
        .Where(entry => (query.Name is null || entry.Bookmark.Name == query.Name) && (query.Match is null || entry.Bookmark.Match == query.Match)
            && (query.RunId is null || entry.Bookmark.RunId == query.RunId) && (query.CorrelationId is null || entry.Bookmark.CorrelationId == query.CorrelationId)
            && (!query.Free || tables.IsFree(entry.Bookmark)))
        .OrderBy(entry => entry.Bookmark.CreatedAt).ThenBy(entry => entry.Number)
        .Select(entry => entry.Bookmark).Take(query.Limit));
}
