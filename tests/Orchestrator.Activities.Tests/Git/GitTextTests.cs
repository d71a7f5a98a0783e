using Orchestrator.Activities.Git;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.Activities.Tests.Git;

/// <summary>What needs no server: addresses, known_hosts, words of servers we have no copy of.</summary>
public sealed class GitTextTests
{
    [Theory]
    [InlineData("git@host:repo", "git", "host", 22, "/~/repo")]
    [InlineData("git@host.example:/srv/repo.git", "git", "host.example", 22, "/srv/repo.git")]
    [InlineData("host:repo", null, "host", 22, "/~/repo")]
    [InlineData("ssh://git@host/srv/repo", "git", "host", 22, "/srv/repo")]
    [InlineData("ssh://git@host:2222/repo", "git", "host", 2222, "/repo")]
    [InlineData("ssh://git@[fd00::1]:2222/repo", "git", "fd00::1", 2222, "/repo")]
    [InlineData("git@[fd00::1]:repo", "git", "fd00::1", 22, "/~/repo")]
    public void RepoUrl_GoodForm_IsRead(string text, string? user, string host, int port, string path)
    {
        var repo = RepoUrl.Parse(text);
        Assert.Equal((user, host, port, path), (repo.User, repo.Host, repo.Port, repo.Path));
    }

    [Theory]
    [InlineData("https://host/repo")]
    [InlineData("/srv/repo")]
    [InlineData("ssh://-oProxyCommand=x@host/repo")]
    [InlineData("-oProxyCommand=x@host:repo")]
    [InlineData("git@host:-repo")]
    [InlineData("ssh://git@host:70000/repo")]
    [InlineData("ssh://git@host")]
    [InlineData("git@host:re po")]
    [InlineData("ext::sh -c x")]
    [InlineData("")]
    public void RepoUrl_OtherForm_IsRefusedNamingTheGoodOnes(string text)
    {
        var failure = Assert.Throws<FailureException>(() => RepoUrl.Parse(text)).Failure;
        Assert.Equal("git.url", failure.Code);
        Assert.Contains("`user@host:path` or `ssh://user@host[:port]/path`", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RepoUrl_TheDocumentedFormThatNeverWorked_IsRefusedWithTheRightOnes()
    {
        var failure = Assert.Throws<FailureException>(() => RepoUrl.Parse("ssh://git@h:u/r")).Failure;
        Assert.Equal("`ssh://git@h:u/r` is no repository address: after `ssh://` git reads `u` as a port; write `git@h:u/r` or `ssh://git@h/u/r`", failure.Message);
    }

    [Theory]
    [InlineData("git@host:repo", "ssh://git@host/~/repo", true)]
    [InlineData("git@host:/srv/repo", "ssh://git@HOST:22/srv/repo/", true)]
    [InlineData("git@host:repo", "git@host:other", false)]
    [InlineData("git@host:repo", "other@host:repo", false)]
    [InlineData("git@host:repo", "https://host/repo", false)]
    public void RepoUrl_TwoForms_AreTheSamePlace(string one, string other, bool same) => Assert.Equal(same, RepoUrl.Parse(one).IsSame(other));

    [Theory]
    [InlineData("ERROR: The key you are authenticating with has been marked as read only.", nameof(RefusalKind.NoAccess))]
    [InlineData("ERROR: Permission to a/b.git denied to deploy key", nameof(RefusalKind.NoAccess))]
    [InlineData("FATAL: W any cluster deploy DENIED by fallthru", nameof(RefusalKind.NoAccess))]
    [InlineData("ERROR: Repository not found.", nameof(RefusalKind.NoRepository))]
    [InlineData("git@host: Permission denied (publickey,keyboard-interactive).", nameof(RefusalKind.KeyRefused))]
    [InlineData("Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures", nameof(RefusalKind.KeyRefused))]
    [InlineData("ssh: Could not resolve hostname nowhere: Name or service not known", nameof(RefusalKind.Unreachable))]
    [InlineData("ssh: connect to host 10.0.0.1 port 22: Connection timed out", nameof(RefusalKind.Unreachable))]
    [InlineData("kex_exchange_identification: read: Connection reset by peer", nameof(RefusalKind.Unreachable))]
    [InlineData("Host key verification failed.", nameof(RefusalKind.HostKey))]
    public void Refusal_WordsOfKnownServers_AreToldApart(string said, string kind)
    {
        var refusal = GitRefusal.Read(new CommandResult(128, "", said + "\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n"));
        Assert.Equal(kind, refusal.Kind.ToString());
        Assert.DoesNotContain("correct access rights", refusal.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[rejected] (fetch first)", nameof(RefusalKind.NonFastForward))]
    [InlineData("[rejected] (non-fast-forward)", nameof(RefusalKind.NonFastForward))]
    [InlineData("[remote rejected] (pre-receive hook declined)", nameof(RefusalKind.HookDeclined))]
    [InlineData("[remote rejected] (hook declined)", nameof(RefusalKind.HookDeclined))]
    [InlineData("[remote rejected] (failed to update ref: cannot lock ref 'refs/heads/main')", nameof(RefusalKind.Busy))]
    [InlineData("[remote rejected] (branch is currently checked out)", nameof(RefusalKind.Rejected))]
    public void Refusal_RejectedReference_IsReadFromPorcelain(string status, string kind) =>
        Assert.Equal(kind, GitRefusal.Read(new CommandResult(1, $"To ssh://host/repo\n!\trefs/heads/main:refs/heads/main\t{status}\nDone\n", "error: failed to push some refs to 'x'\n")).Kind.ToString());

    [Fact]
    public async Task KnownHost_ThreeTimesWithOtherLines_WritesOnceAndUndoes()
    {
        var folder = Directory.CreateTempSubdirectory("orc-known-").FullName;
        try
        {
            var file = Path.Combine(folder, "ssh/known_hosts");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            const string Old = "[git.example]:2222 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQCold0000000000000000000000";
            const string Others = "other.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOtherOtherOtherOtherOtherOtherOther00\n";
            await File.WriteAllTextAsync(file, Others + Old + "\n");
            const string Key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8mSAG7pZzWnK4dMBwxX0cVZzC0Yy3uJ8pL2QmYhN5x";
            var input = Value.Map(("repo", Value.Of("ssh://git@git.example:2222/r")), ("hostKey", Value.Of(Key + " comment\n")), ("path", Value.Of(file)));
            var context = ActivityContexts.For(new LocalTarget { Name = "local" });

            var first = await new GitKnownHost().ExecuteAsync(input, context, CancellationToken.None);
            Assert.True(first.Changed);
            Assert.Equal(Others + $"[git.example]:2222 {Key}\n", await File.ReadAllTextAsync(file));
            Assert.False((await new GitKnownHost().ExecuteAsync(input, context, CancellationToken.None)).Changed);

            await new GitKnownHost().UndoAsync(input, first.Output!, context, CancellationToken.None);
            Assert.Equal(Others + Old + "\n", await File.ReadAllTextAsync(file));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("ssh-ed25519 short")]
    [InlineData("git.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8mSAG7pZzWnK4dMBwxX0cVZzC0Yy3uJ8pL2QmYhN5x")]
    public void KnownHostsLine_NoPublicKey_IsRefused(string text) =>
        Assert.Equal("git.hostKeyMalformed", Assert.Throws<FailureException>(() => KnownHostsLine.For(RepoUrl.Parse("git@h:r"), text)).Failure.Code);
}
