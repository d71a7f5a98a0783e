using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Git;

/// <summary>Never forces: what upstream has stays.</summary>
[Activity("git.push", Effect.Idempotent, "Push a branch of a clone.", Remarks = """
    Unchanged when upstream has the branch's commit already. Never forced. To wait until the server's owner allows the key, use git.wait-push.

    | code | cause |
    |---|---|
    | `git.nonFastForward` | upstream has commits that the clone lacks |
    | `git.hookDeclined` | a hook on the server said no; its words are in the message |
    | `git.pushRejected` | the server said no for another reason |
    | `git.pushDenied` | no key is accepted, or the accepted one may only read |
    | `git.hostKey` | the server does not show the pinned key |
    | `git.unreachable` | no connection; retried |
    | `git.nothingToPush`, `git.otherRepository`, `git.notARepository` | the clone is not what the step takes it for |
    """, Example = """
    - id: published
      uses: git.push
      target: node
      with:
        repo: git@git.example.net:infra/cluster
        hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8mSAG7pZzWnK4dMBwxX0cVZzC0Yy3uJ8pL2QmYhN5x
        keyPath: /root/.ssh/id_ed25519
        path: /var/lib/cluster
    """)]
internal sealed class GitPush : Activity<GitPushInput, GitPushOutput>
{
    protected override async Task<Check<GitPushOutput>> CheckAsync(GitPushInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var repo = RepoUrl.Parse(input.Repo);
        var tree = new WorkTree(context, input.Path);
        // While planning the clone may not be there yet.
        if (!await tree.ExistsAsync(cancellationToken).ConfigureAwait(false)) return Check<GitPushOutput>.Differs(new Change($"{repo} {input.Branch}", null, "the clone's commit"));

        await using var session = await GitSession.OpenAsync(input, context, cancellationToken).ConfigureAwait(false);
        var push = new BranchPush(input.Branch, tree, session);
        var commit = await push.CommitAsync(cancellationToken).ConfigureAwait(false);
        var (pushed, refusal) = await push.IsPushedAsync(commit, cancellationToken).ConfigureAwait(false);
        if (pushed) return Check<GitPushOutput>.Satisfied(new GitPushOutput { Commit = commit, Branch = input.Branch });
        // What may not even read may still push (a forced command can be made so): the push decides.
        if (refusal is { MayBeGranted: false }) throw refusal.ToFailure(repo, "read");
        return Check<GitPushOutput>.Differs(new Change($"{repo} {input.Branch}", null, commit));
    }

    protected override async Task<Outcome<GitPushOutput>> ApplyAsync(GitPushInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        await using var session = await GitSession.OpenAsync(input, context, cancellationToken).ConfigureAwait(false);
        var push = new BranchPush(input.Branch, new WorkTree(context, input.Path), session);
        var commit = await push.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (await push.PushAsync(commit, cancellationToken).ConfigureAwait(false) is { } refusal) throw refusal.ToFailure(session.Repo, "push to");
        context.Log($"pushed {input.Branch} at {commit} to {session.Repo}");
        return Outcome<GitPushOutput>.Changes(new GitPushOutput { Commit = commit, Branch = input.Branch });
    }
}

internal record GitPushOutput
{
    [Field("The commit that upstream has.")]
    public string Commit { get; init; } = "";

    [Field("The branch.")]
    public string Branch { get; init; } = "";
}
