using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    private static StoredPlan Plan(string id, int minute = 0) => new(id, Utf8($"what {id} does"), "alice", Noon.AddMinutes(minute).AddTicks(12_345));

    [Fact]
    public async Task Plans_AreReadBackUntilTheyAreDoneAndAfter()
    {
        await Store.CommitAsync(new WriteSet { NewPlans = [Plan("b", 2), Plan("a", 1)] });
        await Store.CommitAsync(new WriteSet { DonePlans = [("b", Noon.AddMinutes(9), Utf8("[1]")), ("missing", Noon, Utf8("[]"))] });

        Assert.Equal(["a"], (await Store.ListOpenPlansAsync(None)).Select(plan => plan.Id));
        var (open, done) = ((await Store.FindPlanAsync("a", None))!, (await Store.FindPlanAsync("b", None))!);
        Assert.Equal(("what a does", "alice", Noon.AddMinutes(1).AddMilliseconds(1), null, 0), (Text(open.Body), open.By, open.CreatedAt, open.DoneAt, open.Results.Length));
        Assert.Equal((Noon.AddMinutes(9), "[1]"), (done.DoneAt, Text(done.Results)));
        Assert.Null(await Store.FindPlanAsync("missing", None));
        await using var next = await ReopenAsync();
        Assert.Equal(["a"], (await next.ListOpenPlansAsync(None)).Select(plan => plan.Id));

        static string Text(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.UTF8.GetString(bytes.Span);
    }

    [Fact]
    public async Task Plan_WhoseIdIsTaken_IsRefusedWithItsSet()
    {
        await Store.CommitAsync(new WriteSet { NewPlans = [Plan("a")] });
        await Assert.ThrowsAsync<DuplicateKeyException>(() => Store.CommitAsync(new WriteSet { NewPlans = [Plan("b"), Plan("a")] }));
        Assert.Null(await Store.FindPlanAsync("b", None));
    }

    [Fact]
    public async Task Plans_ThatAreDone_GoWhenThereAreTooMany()
    {
        await Store.CommitAsync(new WriteSet { NewPlans = [Plan("open"), Plan("done")] });
        await Store.CommitAsync(new WriteSet { DonePlans = [("done", Noon, Utf8("[]"))] });
        await Store.CommitAsync(new WriteSet { NewPlans = [.. Enumerable.Range(1, StoredPlan.Kept - 1).Select(i => Plan($"plan{i}"))] });
        Assert.NotNull(await Store.FindPlanAsync("done", None));

        await Store.CommitAsync(new WriteSet { NewPlans = [Plan("last")] });

        Assert.Null(await Store.FindPlanAsync("done", None));
        Assert.NotNull(await Store.FindPlanAsync("open", None));
    }
}
