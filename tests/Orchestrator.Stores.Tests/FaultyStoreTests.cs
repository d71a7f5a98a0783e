using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Stores.Tests;

public sealed class FaultyStoreTests
{
    [Theory]
    [InlineData(CommitFault.Before, 1)]
    [InlineData(CommitFault.After, 2)]
    public async Task Crash_AtACommit_KeepsWhatTookEffect(CommitFault fault, int kept)
    {
        var store = new FaultyStore(new FaultPlan { Crashes = new Dictionary<int, CommitFault> { [2] = fault } });
        await store.CommitAsync(One(1));
        await Assert.ThrowsAsync<StoreCrashedException>(() => store.CommitAsync(One(2)));

        Assert.True(store.Crashed.IsCompleted);
        await Assert.ThrowsAsync<StoreCrashedException>(() => store.CommitAsync(One(3)));
        await Assert.ThrowsAsync<StoreCrashedException>(() => store.ReadJournalAsync("run", CancellationToken.None));

        var next = store.Restart();
        Assert.Equal(2, next.Epoch);
        Assert.Equal(kept, (await next.ReadJournalAsync("run", CancellationToken.None)).Events.Count);
        await next.CommitAsync(One(kept + 1));
    }

    [Theory]
    [InlineData(CommitFault.Before, 0)]
    [InlineData(CommitFault.After, 1)]
    public async Task Failure_AtACommit_LetsTheStoreGoOn(CommitFault fault, int kept)
    {
        var store = new FaultyStore(new FaultPlan { Failures = new Dictionary<int, CommitFault> { [1] = fault } });
        Assert.Equal("store.io", (await Assert.ThrowsAsync<FailureException>(() => store.CommitAsync(One(1)))).Failure.Code);
        Assert.Equal(kept, (await store.ReadJournalAsync("run", CancellationToken.None)).Events.Count);
        await store.CommitAsync(One(kept + 1));
    }

    [Fact]
    public async Task Hold_Crash_LosesWhatGathered()
    {
        var store = new FaultyStore(new FaultPlan { Hold = true });
        var commits = Enumerable.Range(1, 3).Select(seq => store.CommitAsync(One(seq))).ToArray();
        await store.Flush(1);
        await commits[0];
        Assert.False(commits[1].IsCompleted);

        store.Crash();

        await Assert.ThrowsAsync<StoreCrashedException>(() => commits[2]);
        Assert.Single((await store.Restart().ReadJournalAsync("run", CancellationToken.None)).Events);
    }

    [Fact]
    public void Plans_OfOneSeed_AreEqual()
    {
        Assert.Equal(FaultPlan.OneCrash(7, 100).Crashes, FaultPlan.OneCrash(7, 100).Crashes);
        Assert.Equal(FaultPlan.SomeFailures(7, 100, 0.2).Failures, FaultPlan.SomeFailures(7, 100, 0.2).Failures);
        Assert.NotEmpty(FaultPlan.SomeFailures(7, 100, 0.2).Failures);
    }

    private static WriteSet One(int seq) => new() { Events = [new StoredEvent("run", seq, "StepCompleted", DateTimeOffset.UnixEpoch, null, 1, new byte[] { 1 })] };
}
