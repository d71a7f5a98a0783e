using Orchestrator.Activities.Git;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Tests.Git;

/// <summary>Waiting for the permission alone, before there is a clone: a real server decides, and nothing is pushed.</summary>
public sealed class GitWaitPushProbeTests : GitSteps
{
    [Fact]
    public async Task WaitPush_WithoutAClone_WaitsForTheGrantAndPushesNothing()
    {
        File.WriteAllText(Path.Combine(Server.Folder, "allowed"), "");
        var denied = await RunAsync(new GitWaitPush(), Permission());
        Assert.StartsWith($"push permission on {Server.Repo}: permission denied; the key to allow: {Server.PublicKey}", denied.Reason, StringComparison.Ordinal);

        Server.Allow();
        var granted = await RunAsync(new GitWaitPush(), Permission());
        Assert.Equal((ActivityResultKind.Done, false), (granted.Kind, granted.Changed));
        Assert.Equal("", await Server.GitAsync("for-each-ref"));
    }

    [Fact]
    public async Task WaitPush_WithoutAClone_TellsAKeyThatMayOnlyRead()
    {
        Server.Allow(readOnly: true);
        var result = await RunAsync(new GitWaitPush(), Permission());
        Assert.Equal($"push permission on {Server.Repo}: key is accepted but may only read (push not permitted yet)", result.Reason);
    }

    private MapValue Permission() =>
        Value.Map(("repo", Value.Of(Server.Repo)), ("hostKey", Value.Of(Server.HostKey)), ("keyPath", Value.Of(Server.KeyPath)));
}
