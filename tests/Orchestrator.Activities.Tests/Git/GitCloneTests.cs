using Orchestrator.Activities.Git;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Tests.Git;

public sealed class GitCloneTests : GitSteps
{
    [Fact]
    public async Task Clone_EmptyUpstream_GivesAnEmptyCloneOnTheBranch()
    {
        Server.Allow();
        var result = await CloneAsync(("branch", Value.Of("trunk")));
        Assert.True(result.Changed);
        Assert.Equal(Value.Map(("path", Value.Of(Clone)), ("branch", Value.Of("trunk")), ("commit", Value.Null), ("empty", Value.Of(true))), result.Output);
    }

    [Fact]
    public async Task Clone_PopulatedUpstream_ChecksOutItsBranch()
    {
        Server.Allow();
        var commit = await Server.CommitUpstreamAsync("theirs");
        var result = await CloneAsync();
        Assert.Equal(Value.Of(commit), result.Output!.Get("commit"));
        Assert.True(File.Exists(Path.Combine(Clone, "theirs")));
    }

    [Fact]
    public async Task Clone_Again_ChangesNothing()
    {
        Server.Allow();
        await CloneAsync();
        Server.Stop(); // proves that it does not even ask the server
        Assert.False((await CloneAsync()).Changed);
    }

    [Fact]
    public async Task Clone_OtherRepositoryThere_Fails()
    {
        Server.Allow();
        await CloneAsync();
        var failure = await FailAsync(new GitClone(), Remote(("repo", Value.Of("git@example.net:other"))));
        Assert.Equal("git.otherRepository", failure.Code);
    }

    [Fact]
    public async Task Clone_FilesInTheWay_FailsAndKeepsThem()
    {
        Server.Allow();
        Directory.CreateDirectory(Clone);
        await File.WriteAllTextAsync(Path.Combine(Clone, "precious"), "x");
        Assert.Equal("git.pathTaken", (await FailAsync(new GitClone(), Remote())).Code);
        Assert.True(File.Exists(Path.Combine(Clone, "precious")));
    }

    [Fact]
    public async Task Clone_EmptyFolderThere_IsUsed()
    {
        Server.Allow();
        Directory.CreateDirectory(Clone);
        Assert.True((await CloneAsync()).Changed);
    }

    [Fact]
    public async Task Clone_CrashedHalfWay_StartsOver()
    {
        Server.Allow();
        Directory.CreateDirectory(Clone + ".orchestrator-partial/.git");
        await File.WriteAllTextAsync(Clone + ".orchestrator-partial/.git/half", "x");
        Assert.True((await CloneAsync()).Changed);
        Assert.False(Directory.Exists(Clone + ".orchestrator-partial"));
    }

    [Fact]
    public async Task Clone_UnknownBranch_FailsNamingTheOnesThere()
    {
        Server.Allow();
        await Server.CommitUpstreamAsync("theirs");
        var failure = await FailAsync(new GitClone(), Remote(("branch", Value.Of("nope"))));
        Assert.Equal("git.branchNotFound", failure.Code);
        Assert.Contains("main", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Clone));
    }

    [Fact]
    public async Task Clone_KeyNotAllowed_Fails() => Assert.Equal("git.pushDenied", (await FailAsync(new GitClone(), Remote())).Code);

    [Fact]
    public async Task Clone_Plan_SaysWhatWouldChangeAndChangesNothing()
    {
        var check = await new GitClone().PlanAsync(Remote(), Context, CancellationToken.None);
        Assert.Equal(CheckState.Differs, check.State);
        Assert.Equal($"{Clone}: clone of {Server.Repo}", check.Changes[0].ToString());
        Assert.False(Directory.Exists(Clone));
    }

    [Fact]
    public async Task CloneUndo_CleanClone_RemovesIt()
    {
        Server.Allow();
        var result = await CloneAsync();
        await new GitClone().UndoAsync(Remote(), result.Output!, Context, CancellationToken.None);
        Assert.False(Directory.Exists(Clone));
        await new GitClone().UndoAsync(Remote(), result.Output!, Context, CancellationToken.None);
    }

    [Fact]
    public async Task CloneUndo_UnpushedCommit_Refuses()
    {
        Server.Allow();
        var result = await CloneAsync();
        await CommitAsync("work", "unpushed");
        var error = await Assert.ThrowsAsync<Model.Failures.FailureException>(() => new GitClone().UndoAsync(Remote(), result.Output!, Context, CancellationToken.None));
        Assert.Equal("git.undoRefused", error.Failure.Code);
        Assert.True(Directory.Exists(Clone));
    }
}
