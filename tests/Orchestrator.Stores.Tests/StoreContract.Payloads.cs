using System.Text;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Definition_NewestOfItsNameAndVersion_IsTheOneStoredLast()
    {
        await StoreDefinition("h1", "boot", 1, "one");
        await StoreDefinition("h2", "boot", 1, "two");
        await StoreDefinition("h3", "boot", 2, "three");
        await StoreDefinition("h4", "other", 9, "four");
        Assert.Equal("h2", await Store.FindDefinitionAsync("boot", 1, None));
        Assert.Equal("h3", await Store.FindDefinitionAsync("boot", 0, None));
        Assert.Null(await Store.FindDefinitionAsync("boot", 3, None));
        Assert.Null(await Store.FindDefinitionAsync("nobody", 0, None));

        await StoreDefinition("h1", "boot", 1, "changed");

        Assert.Equal("h1", await Store.FindDefinitionAsync("boot", 1, None));
        Assert.Equal("one", Encoding.UTF8.GetString((await Store.ReadDefinitionAsync("h1", None))!));
        Assert.Null(await Store.ReadDefinitionAsync("h9", None));
    }

    [Fact]
    public async Task Blob_StoredTwice_IsLeftAlone()
    {
        var large = Enumerable.Range(0, 300_000).Select(i => (byte)i).ToArray();
        await Store.CommitAsync(new WriteSet { Blobs = [("h1", large), ("h2", [])] });
        await Store.CommitAsync(new WriteSet { Blobs = [("h1", Utf8("other"))] });
        Assert.Equal<byte[]?>(large, await Store.ReadBlobAsync("h1", None));
        Assert.Empty((await Store.ReadBlobAsync("h2", None))!);
        Assert.Null(await Store.ReadBlobAsync("h3", None));
    }

    [Fact]
    public async Task Secret_StoredTwice_IsReplaced()
    {
        await Store.CommitAsync(new WriteSet { Secrets = [("run:r/token", Utf8("one"))] });
        await Store.CommitAsync(new WriteSet { Secrets = [("run:r/token", Utf8("two"))] });
        Assert.Equal("two", Encoding.UTF8.GetString((await Store.ReadSecretAsync("run:r/token", None))!));
        Assert.Null(await Store.ReadSecretAsync("run:r/other", None));
    }

    [Fact]
    public async Task Secrets_ListedByPrefix_GiveTheReferencesThatAreLeft()
    {
        await Store.CommitAsync(new WriteSet { Secrets = [("store:b", Utf8("1")), ("store:a/x", Utf8("2")), ("store:c", Utf8("3")), ("run:r/token", Utf8("4"))] });
        await Store.CommitAsync(new WriteSet { RemoveSecrets = ["store:c", "store:never"] });

        Assert.Equal(["store:a/x", "store:b"], await Store.ListSecretsAsync("store:", None));
        Assert.Null(await Store.ReadSecretAsync("store:c", None));
    }

    [Fact]
    public async Task Everything_SurvivesANewOwner()
    {
        await Store.CommitAsync(Events("run1", 1, 3) with
        {
            Runs = [Run("run1", startKey: "key")],
            SetTimers = [new("run1", "t", Noon)],
            TakeSlots = [("g", "run1")],
            Snapshots = [new("run1", 2, Utf8("s"))],
            Definitions = [new("h", "boot", 1, Utf8("{}"))],
            Blobs = [("b", Utf8("b"))],
            Secrets = [("s", Utf8("s"))],
            Log = [new("run1", 1, Noon, "install", 1, "hello")],
        });
        await Store.PostAsync(Message("run1", "key"), None);

        await using var successor = await ReopenAsync();

        var journal = await successor.ReadJournalAsync("run1", None);
        Assert.Equal((2L, 3L), (journal.Snapshot!.Seq, Assert.Single(journal.Events).Seq));
        Assert.Equal("run1", (await successor.FindRunByStartKeyAsync("key", None))!.RunId);
        Assert.Equal(Noon, await successor.NextTimerAsync(None));
        Assert.Equal(["run1"], await successor.ReadSlotsAsync("g", None));
        Assert.Equal("h", await successor.FindDefinitionAsync("boot", 1, None));
        Assert.NotNull(await successor.ReadBlobAsync("b", None));
        Assert.NotNull(await successor.ReadSecretAsync("s", None));
        Assert.Equal("hello", Assert.Single(await successor.ReadLogAsync("run1", 0, 9, None)).Line);
        Assert.Single(await successor.ReadInboxAsync(9, None));
    }

    private Task StoreDefinition(string hash, string name, int version, string json) =>
        Store.CommitAsync(new WriteSet { Definitions = [new StoredDefinition(hash, name, version, Utf8(json))] });
}
