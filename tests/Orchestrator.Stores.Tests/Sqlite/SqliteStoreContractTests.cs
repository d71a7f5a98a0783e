using Orchestrator.Engine.Storage;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Stores.Tests.Sqlite;

public sealed class SqliteStoreContractTests : StoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orc-stores-").FullName;

    private string Database => Path.Combine(_folder, "store.db");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    protected override async Task<IStore> OpenEmptyAsync() => await SqliteStore.OpenAsync(Database, asOwner: true);

    /// <summary>Takes the lock file away under the living owner, as a restored copy or a confused administrator would: only the epoch protects the journal then.</summary>
    protected override async Task<IStore> ReopenAsync()
    {
        File.Delete(Database + ".lock");
        return await SqliteStore.OpenAsync(Database, asOwner: true);
    }

    protected override async Task<IStore> OpenBesideAsync() => await SqliteStore.OpenAsync(Database, asOwner: false);
}
