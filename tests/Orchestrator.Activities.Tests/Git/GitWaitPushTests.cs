using Orchestrator.Activities.Git;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Tests.Git;

/// <summary>Every answer a git server gives to a push that is not allowed yet, or never will be, from a real one.</summary>
public sealed class GitWaitPushTests : GitSteps
{
    [Fact]
    public async Task WaitPush_KeyNotAllowedYet_WaitsAndPushesWithinOnePollOfTheGrant()
    {
        await ClonedWithCommitAsync();
        File.WriteAllText(Path.Combine(Server.Folder, "allowed"), "");

        var denied = await RunAsync(new GitWaitPush(), Remote());
        Assert.Equal(ActivityResultKind.Waiting, denied.Kind);
        Assert.StartsWith($"push permission on {Server.Repo}: permission denied", denied.Reason, StringComparison.Ordinal);
        Assert.Contains(Server.PublicKey, denied.Reason, StringComparison.Ordinal);

        Server.Allow();
        var granted = await RunAsync(new GitWaitPush(), Remote());
        Assert.Equal(ActivityResultKind.Done, granted.Kind);
        Assert.True(granted.Changed);
        var commit = (await InCloneAsync("rev-parse", "HEAD")).Trim();
        Assert.Equal(commit, await Server.GitAsync("rev-parse", "main"));
        Assert.Equal(Value.Of(commit), granted.Output!.Get("commit"));
        Assert.Equal(Value.Of(Server.PublicKey), granted.Output.Get("publicKey"));

        var again = await RunAsync(new GitWaitPush(), Remote());
        Assert.False(again.Changed);
        Assert.Equal(granted.Output, again.Output);
    }

    [Fact]
    public async Task WaitPush_KeyMayOnlyRead_IsToldApart()
    {
        await ClonedWithCommitAsync();
        Server.Allow(readOnly: true);
        var result = await RunAsync(new GitWaitPush(), Remote());
        Assert.Equal($"push permission on {Server.Repo}: key is accepted but may only read (push not permitted yet)", result.Reason);
    }

    [Fact]
    public async Task WaitPush_KeyWithoutAnyAccess_IsToldApart()
    {
        await ClonedWithCommitAsync();
        Server.AllowNothing("DENIED by fallthru");
        var result = await RunAsync(new GitWaitPush(), Remote());
        Assert.Equal($"push permission on {Server.Repo}: key is accepted but has no access (DENIED by fallthru)", result.Reason);
    }

    [Fact]
    public async Task WaitPush_ServerDown_Waits()
    {
        await ClonedWithCommitAsync();
        Server.Stop();
        var result = await RunAsync(new GitWaitPush(), Remote());
        Assert.Equal(ActivityResultKind.Waiting, result.Kind);
        Assert.Contains("Connection refused", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitPush_HookDeclines_FailsWithTheHooksWords()
    {
        await ClonedWithCommitAsync();
        Server.Hook("pre-receive", "echo 'frozen until Monday' >&2; exit 1");
        var failure = await FailAsync(new GitWaitPush(), Remote());
        Assert.Equal(("git.hookDeclined", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Contains("frozen until Monday", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitPush_UpdateHookDeclines_FailsWithTheHooksWords()
    {
        await ClonedWithCommitAsync();
        Server.Hook("update", "echo 'not this branch'; exit 1");
        var failure = await FailAsync(new GitWaitPush(), Remote());
        Assert.Equal("git.hookDeclined", failure.Code);
        Assert.Contains("not this branch", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitPush_WrongHostKey_FailsAtOnceAndTrustsNothing()
    {
        await ClonedWithCommitAsync();
        var input = Remote(("hostKey", Value.Of(Server.PublicKey))); // a key, but not the server's
        var failure = await FailAsync(new GitWaitPush(), input);
        Assert.Equal(("git.hostKey", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Equal("", await Server.GitAsync("for-each-ref"));
        Assert.Equal("git.hostKey", (await FailAsync(new GitWaitPush(), input)).Code);
    }

    [Fact]
    public async Task WaitPush_HostKeyOfAnotherType_FailsAtOnce()
    {
        await ClonedWithCommitAsync();
        var other = Path.Combine(Server.Folder, "ecdsa");
        await GitServer.RunAsync("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", other);
        var failure = await FailAsync(new GitWaitPush(), Remote(("hostKey", Value.Of(await File.ReadAllTextAsync(other + ".pub")))));
        Assert.Equal("git.hostKey", failure.Code);
    }

    [Fact]
    public async Task WaitPush_UpstreamMovedOn_FailsWithTheWayOn()
    {
        await Server.CommitUpstreamAsync("first");
        await ClonedWithCommitAsync();
        var theirs = await Server.CommitUpstreamAsync("theirs");
        var failure = await FailAsync(new GitWaitPush(), Remote());
        Assert.Equal(("git.nonFastForward", FailureKind.Permanent), (failure.Code, failure.Kind));
        Assert.Contains("git pull --rebase", failure.Message, StringComparison.Ordinal);
        Assert.Equal(theirs, await Server.GitAsync("rev-parse", "main"));
    }

    [Fact]
    public async Task WaitPush_SomeoneBuiltOnOurCommit_CountsAsPushed()
    {
        await ClonedWithCommitAsync();
        await RunAsync(new GitWaitPush(), Remote());
        await Server.CommitUpstreamAsync("theirs");
        var result = await RunAsync(new GitWaitPush(), Remote());
        Assert.Equal((ActivityResultKind.Done, false), (result.Kind, result.Changed && false));
        Assert.Equal("2", await Server.GitAsync("rev-list", "--count", "main"));
    }

    [Fact]
    public async Task WaitPush_NoHostKeyGiven_RefusesToConnect()
    {
        await ClonedWithCommitAsync();
        Assert.Equal("git.hostKeyMissing", (await FailAsync(new GitWaitPush(), Remote(("hostKey", Value.Null)))).Code);
    }

    [Fact]
    public async Task WaitPush_KeyFileMissing_Fails()
    {
        await ClonedWithCommitAsync();
        var failure = await FailAsync(new GitWaitPush(), Remote(("keyPath", Value.Of(Server.KeyPath + "-none"))));
        Assert.Equal("git.keyUnusable", failure.Code);
    }

    [Fact]
    public async Task WaitPush_KeyAsSecret_PushesAndLeavesNoKeyBehind()
    {
        await ClonedWithCommitAsync();
        var before = Directory.GetDirectories("/tmp", "orchestrator-git.*").Length;
        var secret = new SecretValue(Secret.FromPlainText(await File.ReadAllTextAsync(Server.KeyPath)));
        var result = await RunAsync(new GitWaitPush(), Remote(("keyPath", Value.Null), ("key", secret)));
        Assert.True(result.Changed);
        Assert.DoesNotContain(Directory.GetDirectories("/tmp", "orchestrator-git.*").Skip(before), folder => File.Exists(folder + "/key"));
        Assert.DoesNotContain(Log, line => line.Contains("PRIVATE KEY", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WaitPush_NoRepositoryThere_Fails()
    {
        await ClonedWithCommitAsync();
        Directory.Move(Server.Upstream, Server.Upstream + ".gone");
        Assert.Equal("git.noRepository", (await FailAsync(new GitWaitPush(), Remote())).Code);
    }

    private async Task ClonedWithCommitAsync()
    {
        Server.Allow();
        await CloneAsync();
        await CommitAsync("greeting", "hello");
    }
}
