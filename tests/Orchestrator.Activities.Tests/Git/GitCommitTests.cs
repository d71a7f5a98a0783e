using Orchestrator.Activities.Git;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.Activities.Tests.Git;

public sealed class GitCommitTests : GitSteps
{
    private MapValue Layout => ActivityContexts.Input(
        $"{{'path':'{Clone}','folders':['services','actorTemplates','actors','blueprints'],'files':{{'.ays':''}},'message':'Initial ays commit','authorName':'AYS System','authorEmail':'ays@test'}}");

    [Fact]
    public async Task InitLayout_EmptyRepository_StartsTheBranch()
    {
        Server.Allow();
        await CloneAsync();
        var result = await RunAsync(new GitInitLayout(), Layout);
        Assert.True(result.Changed);
        Assert.Equal(".ays\nactorTemplates/.keep\nactors/.keep\nblueprints/.keep\nservices/.keep\n", await InCloneAsync("ls-tree", "-r", "--name-only", "main"));
        Assert.Equal("AYS System <ays@test> AYS System Initial ays commit", (await InCloneAsync("log", "--format=%an <%ae> %cn %s")).Trim());

        var again = await RunAsync(new GitInitLayout(), Layout);
        Assert.False(again.Changed);
        Assert.Equal(result.Output, again.Output);
    }

    [Fact]
    public async Task InitLayout_PopulatedRepository_KeepsHistoryAndContent()
    {
        Server.Allow();
        var theirs = await Server.CommitUpstreamAsync(".ays");
        await CloneAsync();
        await RunAsync(new GitInitLayout(), Layout);
        Assert.Equal(theirs, (await InCloneAsync("rev-parse", "HEAD~1")).Trim());
        Assert.Equal(".ays", await File.ReadAllTextAsync(Path.Combine(Clone, ".ays")));
    }

    [Fact]
    public async Task InitLayout_OtherWorkInTheClone_IsNotSweptIn()
    {
        Server.Allow();
        await CloneAsync();
        await File.WriteAllTextAsync(Path.Combine(Clone, "draft"), "x");
        await RunAsync(new GitInitLayout(), Layout);
        Assert.DoesNotContain("draft", await InCloneAsync("ls-tree", "-r", "--name-only", "HEAD"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InitLayout_NoClone_PlansAndFails()
    {
        Assert.Equal(CheckState.Differs, (await new GitInitLayout().PlanAsync(Layout, Context, CancellationToken.None)).State);
        Assert.Equal("git.notARepository", (await FailAsync(new GitInitLayout(), Layout)).Code);
    }

    [Theory]
    [InlineData("../out")]
    [InlineData(".git/hooks")]
    [InlineData("/etc")]
    [InlineData("a/../../b")]
    public async Task InitLayout_FolderOutsideTheClone_IsRefused(string folder)
    {
        var input = ActivityContexts.Input($"{{'path':'{Clone}','folders':['{folder}'],'authorName':'T','authorEmail':'t@test'}}");
        Assert.Equal("input.invalid", (await FailAsync(new GitInitLayout(), input)).Code);
    }

    [Fact]
    public async Task Commit_FilesGiven_WritesAndCommitsOnlyThem()
    {
        Server.Allow();
        await CloneAsync();
        await File.WriteAllTextAsync(Path.Combine(Clone, "draft"), "x");
        var result = await CommitAsync("blueprints/one.yaml", "blueprint: one");
        Assert.True(result.Changed);
        Assert.Equal("blueprints/one.yaml\n", await InCloneAsync("ls-tree", "-r", "--name-only", "HEAD"));

        var again = await CommitAsync("blueprints/one.yaml", "blueprint: one");
        Assert.False(again.Changed);
        Assert.Equal(result.Output, again.Output);
        Assert.NotEqual(result.Output!.Get("tree"), (await CommitAsync("blueprints/one.yaml", "blueprint: two")).Output!.Get("tree"));
    }

    [Fact]
    public async Task Commit_CrashedAfterWriting_StillCommits()
    {
        Server.Allow();
        await CloneAsync();
        await File.WriteAllTextAsync(Path.Combine(Clone, "one"), "content");
        Assert.True((await CommitAsync("one", "content")).Changed);
    }

    [Fact]
    public async Task Commit_NothingGiven_CommitsEverythingAndThenNothing()
    {
        Server.Allow();
        await CloneAsync();
        await CommitAsync("kept", "x");
        await File.WriteAllTextAsync(Path.Combine(Clone, "new file"), "x");
        File.Delete(Path.Combine(Clone, "kept"));
        var input = ActivityContexts.Input($"{{'path':'{Clone}','message':'All','authorName':'T','authorEmail':'t@test'}}");
        Assert.True((await RunAsync(new GitCommit(), input)).Changed);
        Assert.Equal("new file\n", await InCloneAsync("ls-tree", "-r", "--name-only", "HEAD"));
        Assert.False((await RunAsync(new GitCommit(), input)).Changed);
    }

    [Fact]
    public async Task Commit_PathsGiven_LeavesTheRest()
    {
        Server.Allow();
        await CloneAsync();
        Directory.CreateDirectory(Path.Combine(Clone, "a"));
        await File.WriteAllTextAsync(Path.Combine(Clone, "a/x"), "x");
        await File.WriteAllTextAsync(Path.Combine(Clone, "b"), "x");
        var input = ActivityContexts.Input($"{{'path':'{Clone}','paths':['a'],'message':'A','authorName':'T','authorEmail':'t@test'}}");
        Assert.True((await RunAsync(new GitCommit(), input)).Changed);
        Assert.Equal("a/x\n", await InCloneAsync("ls-tree", "-r", "--name-only", "HEAD"));
    }

    [Fact]
    public async Task Commit_IgnoredFileNamed_IsCommitted()
    {
        Server.Allow();
        await CloneAsync();
        await CommitAsync(".gitignore", "*.secret");
        Assert.True((await CommitAsync("one.secret", "x")).Changed);
        Assert.False((await CommitAsync("one.secret", "x")).Changed);
    }

    [Fact]
    public async Task Push_ThreeTimes_PushesOnce()
    {
        Server.Allow();
        await CloneAsync();
        await CommitAsync("one", "x");
        Assert.True((await RunAsync(new GitPush(), Remote())).Changed);
        Assert.False((await RunAsync(new GitPush(), Remote())).Changed);
        await Server.CommitUpstreamAsync("theirs");
        await RunAsync(new GitPush(), Remote());
        Assert.Equal("2", await Server.GitAsync("rev-list", "--count", "main"));
    }

    [Fact]
    public async Task Push_ReadOnlyKey_Fails()
    {
        Server.Allow();
        await CloneAsync();
        await CommitAsync("one", "x");
        Server.Allow(readOnly: true);
        var failure = await FailAsync(new GitPush(), Remote());
        Assert.Equal("git.pushDenied", failure.Code);
        Assert.Contains("may only read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Push_BranchWithoutCommit_Fails()
    {
        Server.Allow();
        await CloneAsync();
        Assert.Equal("git.nothingToPush", (await FailAsync(new GitPush(), Remote())).Code);
    }
}
