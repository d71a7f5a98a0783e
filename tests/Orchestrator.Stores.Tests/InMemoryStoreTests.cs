using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public sealed class InMemoryStoreTests : StoreContract
{
    protected override Task<IStore> OpenEmptyAsync() => Task.FromResult<IStore>(new InMemoryStore());

    protected override Task<IStore> ReopenAsync() => Task.FromResult<IStore>(((InMemoryStore)Store).Reopen());

    protected override Task<IStore> OpenBesideAsync() => Task.FromResult<IStore>(((InMemoryStore)Store).OpenBeside());
}
