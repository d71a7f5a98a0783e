using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Stores.Tests.Sqlite;

public sealed class SqliteStoreTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task Open_SecondOwner_IsToldWhoOwnsIt()
    {
        using var folder = new TemporaryFolder();
        await using var owner = await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true);

        var failure = (await Assert.ThrowsAsync<FailureException>(() => SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true))).Failure;

        Assert.Equal("store.owned", failure.Code);
        Assert.Contains($"process {Environment.ProcessId}", failure.Message, StringComparison.Ordinal);
        await owner.CommitAsync(One("run1")); // the attempt did not fence it
    }

    [Fact]
    public async Task Open_AfterTheOwnerClosed_HasTheNextEpoch()
    {
        using var folder = new TemporaryFolder();
        for (var epoch = 1; epoch <= 3; epoch++)
        {
            await using var owner = await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true);
            Assert.Equal(epoch, owner.Epoch);
        }
    }

    [Fact]
    public async Task Open_EmptyDatabaseAsPoster_TakesMessagesForALaterOwner()
    {
        using var folder = new TemporaryFolder();
        await using (var poster = await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: false))
        {
            Assert.True(await poster.PostAsync(new InboxMessage("run1", "k", "start", new byte[] { 1 }, "ann", DateTimeOffset.UnixEpoch), None));
        }

        await using var owner = await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true);
        Assert.Single(await owner.ReadInboxAsync(10, None));
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefusedAndLeftAlone()
    {
        using var folder = new TemporaryFolder();
        await (await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true)).DisposeAsync();
        Execute(folder.File("store.db"), "PRAGMA user_version = 9999");
        var before = await File.ReadAllBytesAsync(folder.File("store.db"));

        foreach (var asOwner in new[] { true, false })
        {
            var failure = (await Assert.ThrowsAsync<FailureException>(() => SqliteStore.OpenAsync(folder.File("store.db"), asOwner))).Failure;
            Assert.Equal("store.newer", failure.Code);
            Assert.Contains("9999", failure.Message, StringComparison.Ordinal);
        }

        Assert.Equal<byte[]>(before, await File.ReadAllBytesAsync(folder.File("store.db")));
    }

    [Fact]
    public async Task Open_FromManySidesAtOnce_MigratesOnce()
    {
        using var folder = new TemporaryFolder();
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SqliteStore.OpenAsync(folder.File("store.db"), asOwner: i == 0)));
        await stores[0].CommitAsync(One("run1"));
        foreach (var store in stores)
        {
            Assert.Single((await store.ReadJournalAsync("run1", None)).Events);
            await store.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("this is no database, but it is long enough to look like a file with something in it")]
    public async Task Open_AnotherKindOfFile_Fails(string content)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("store.db"), content);
        Assert.Equal("store.io", (await Assert.ThrowsAsync<FailureException>(() => SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true))).Failure.Code);
        Assert.Equal(content, await File.ReadAllTextAsync(folder.File("store.db")));
    }

    [Fact]
    public async Task Open_MissingFolder_Fails()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("store.io", (await Assert.ThrowsAsync<FailureException>(() => SqliteStore.OpenAsync(folder.File("missing/store.db"), asOwner: true))).Failure.Code);
    }

    [Fact]
    public async Task Open_MakesFilesOnlyTheUserCanRead()
    {
        using var folder = new TemporaryFolder();
        await using var owner = await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true);
        await owner.CommitAsync(One("run1"));
        foreach (var file in Directory.GetFiles(folder.Path, "store.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Commit_DiskFull_FailsWhileReadingGoesOnAndRecovers()
    {
        using var folder = new TemporaryFolder();
        await using var owner = await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true);
        await owner.CommitAsync(One("run1"));
        owner.LimitPages(60); // SQLite answers as it does when the file system is full

        var failure = (await Assert.ThrowsAsync<FailureException>(() => owner.CommitAsync(new WriteSet { Blobs = [("h", new byte[1_000_000])] }))).Failure;

        Assert.Equal(("store.full", FailureKind.Transient), (failure.Code, failure.Kind));
        Assert.Single((await owner.ReadJournalAsync("run1", None)).Events);
        Assert.Null(await owner.ReadBlobAsync("h", None));
        owner.LimitPages(1_000_000);
        await owner.CommitAsync(new WriteSet { Blobs = [("h", new byte[1_000_000])] });
        Assert.Equal(1_000_000, (await owner.ReadBlobAsync("h", None))!.Length);
    }

    [Fact]
    public async Task Dispose_CommitsWhatWasHandedOver()
    {
        using var folder = new TemporaryFolder();
        var owner = await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true);
        var commits = Enumerable.Range(0, 500).Select(i => owner.CommitAsync(One($"run{i}"))).ToArray();
        await owner.DisposeAsync();
        await Task.WhenAll(commits);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => owner.CommitAsync(One("late")));

        await using var reader = await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: false);
        for (var i = 0; i < 500; i++) Assert.Single((await reader.ReadJournalAsync($"run{i}", None)).Events);
    }

    private static WriteSet One(string runId) => new() { Events = [new StoredEvent(runId, 1, "RunStarted", DateTimeOffset.UnixEpoch, null, 0, new byte[] { 1 })] };

    private static void Execute(string path, string sql)
    {
        using var session = SqliteSession.Open(path);
        session.Execute(sql);
    }
}
