using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Token_Stored_IsFoundByItsHashUntilItIsRemoved()
    {
        await Store.CommitAsync(new WriteSet { Tokens = [Token("t1", "h1", "ci"), Token("t2", "h2", "laptop") with { ExpiresAt = null }] });
        await Store.CommitAsync(new WriteSet { UseTokens = [("t1", Noon.AddMinutes(3)), ("gone", Noon)] });

        Assert.Equal(Token("t1", "h1", "ci") with { UsedAt = Noon.AddMinutes(3) }, await Store.FindTokenAsync("h1", None));
        Assert.Equal(["t1", "t2"], (await Store.ListTokensAsync(None)).Select(token => token.Id));
        Assert.Null((await Store.FindTokenAsync("h2", None))!.ExpiresAt);

        await Store.CommitAsync(new WriteSet { RemoveTokens = ["t1", "gone"] });

        Assert.Null(await Store.FindTokenAsync("h1", None));
        Assert.Equal(["t2"], (await Store.ListTokensAsync(None)).Select(token => token.Id));
    }

    [Fact]
    public async Task Token_WithATakenName_IsADuplicateAndLeavesNoTrace()
    {
        await Store.CommitAsync(new WriteSet { Tokens = [Token("t1", "h1", "ci")] });
        await Assert.ThrowsAsync<DuplicateKeyException>(() => Store.CommitAsync(new WriteSet { Tokens = [Token("t2", "h2", "ci")], Audit = [Line("token.create")] }));
        Assert.Null(await Store.FindTokenAsync("h2", None));
        Assert.Empty(await Store.ReadAuditAsync(long.MaxValue, 10, None));

        await Store.CommitAsync(new WriteSet { RemoveTokens = ["t1"], Tokens = [Token("t2", "h2", "ci")] });
        Assert.Equal("t2", (await Store.FindTokenAsync("h2", None))!.Id);
    }

    [Fact]
    public async Task Session_Ended_LosesEveryCredential()
    {
        await Store.CommitAsync(new WriteSet { Sessions = [Session("c1", "s1"), Session("b1", "s1") with { Kind = "bearer" }, Session("c2", "s2")] });
        await Store.CommitAsync(new WriteSet { TouchSessions = [("c2", Noon.AddMinutes(5), Noon.AddMinutes(6)), ("gone", Noon, Noon)] });
        Assert.Equal(Session("c2", "s2") with { SeenAt = Noon.AddMinutes(5), ExpiresAt = Noon.AddMinutes(6) }, await Store.FindSessionAsync("c2", None));
        Assert.Equal("bearer", (await Store.FindSessionAsync("b1", None))!.Kind);

        await Store.CommitAsync(new WriteSet { EndSessions = ["s1"] });

        Assert.Null(await Store.FindSessionAsync("c1", None));
        Assert.Null(await Store.FindSessionAsync("b1", None));
        Assert.NotNull(await Store.FindSessionAsync("c2", None));
    }

    [Fact]
    public async Task Session_Ended_TakesNoFurtherCredential()
    {
        await Store.CommitAsync(new WriteSet { Sessions = [Session("c1", "s1")], MoreOfSessions = [Session("b1", "s1")] });
        Assert.NotNull(await Store.FindSessionAsync("b1", None));

        await Store.CommitAsync(new WriteSet { EndSessions = ["s1"] });
        await Store.CommitAsync(new WriteSet { MoreOfSessions = [Session("b2", "s1")], TouchSessions = [("c1", Noon, Noon.AddHours(1))] });

        Assert.Null(await Store.FindSessionAsync("b2", None));
        Assert.Null(await Store.FindSessionAsync("c1", None));
    }

    [Fact]
    public async Task Session_Expired_IsForgottenWhenAskedFor()
    {
        await Store.CommitAsync(new WriteSet { Sessions = [Session("c1", "s1"), Session("c2", "s2") with { ExpiresAt = Noon.AddHours(9) }] });
        await Store.CommitAsync(new WriteSet { ForgetSessionsUntil = Noon.AddHours(8) });
        Assert.Null(await Store.FindSessionAsync("c1", None));
        Assert.NotNull(await Store.FindSessionAsync("c2", None));
    }

    [Fact]
    public async Task Audit_ReadBack_IsNewestFirstAndNumbered()
    {
        await Store.CommitAsync(new WriteSet { Audit = [Line("one"), Line("two")] });
        await Store.CommitAsync(new WriteSet { Audit = [Line("three")] });

        var newest = await Store.ReadAuditAsync(long.MaxValue, 2, None);
        Assert.Equal([Line("three") with { Number = 3 }, Line("two") with { Number = 2 }], newest);
        Assert.Equal(["one"], (await Store.ReadAuditAsync(newest[^1].Number, 10, None)).Select(line => line.Action));
    }

    [Fact]
    public async Task Access_AfterReopening_IsStillThere()
    {
        await Store.CommitAsync(new WriteSet { Tokens = [Token("t1", "h1", "ci")], Sessions = [Session("c1", "s1")], Audit = [Line("one")] });
        await using var again = await ReopenAsync();
        Assert.NotNull(await again.FindTokenAsync("h1", None));
        Assert.NotNull(await again.FindSessionAsync("c1", None));
        Assert.Single(await again.ReadAuditAsync(long.MaxValue, 10, None));
    }

    private static StoredToken Token(string id, string hash, string name) => new(id, hash, name, "operator", Noon, "admin", Noon.AddDays(1), null);

    private static StoredSession Session(string hash, string id) => new(hash, id, "cookie", "admin", "admin", Noon, Noon, Noon, Noon.AddHours(8));

    private static AuditLine Line(string action) => new(0, Noon, "admin", action, "ci", "done", "127.0.0.1");
}
