using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Git;

/// <summary>
/// With a clone the real push is the probe, at most one an interval. Only what a person on the server's side can still grant is waited for; everything else fails at once, so that
/// nobody waits a day for a push that cannot succeed.
/// </summary>
[Activity("git.wait-push", Effect.Idempotent, "Wait until the server's owner allows the key to push, and push the branch of a clone when there is one.", Polls = true, Remarks = """
    With `path` each try is one real push, hooks of the server included, and success is a branch that `ls-remote` shows. Without `path` each try is a push that the server
    checks and does not carry out: it tells whether the key may push before there is anything to push, or to clone; hooks are not asked. The step waits while no key is accepted, while the accepted key has no access or may only
    read, and while the server cannot be reached; the waiting reason says which.

    | code | cause |
    |---|---|
    | `git.hostKey` | the server does not show the pinned key: fails at once, never trusted |
    | `git.nonFastForward` | upstream has commits that the clone lacks |
    | `git.hookDeclined` | a hook on the server said no; its words are in the message |
    | `git.pushRejected` | the server said no for another reason |
    | `git.noRepository` | there is no such repository |
    | `git.keyUnusable` | the login key cannot be read |
    | `git.nothingToPush`, `git.otherRepository`, `git.notARepository` | the clone is not what the step takes it for |
    """, Example = """
    - id: pushAccess
      uses: git.wait-push
      target: node
      with:
        repo: git@git.example.net:infra/cluster
        hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8mSAG7pZzWnK4dMBwxX0cVZzC0Yy3uJ8pL2QmYhN5x
        keyPath: /root/.ssh/id_ed25519
        path: /var/lib/cluster
      timeout: {total: 24h}
    """)]
internal sealed class GitWaitPush : Activity<GitWaitPushInput, GitWaitPushOutput>
{
    /// <summary>
    /// Connects only when the clone remembers a push of this very commit: everything else would be a second try in one interval.
    /// </summary>
    protected override async Task<Check<GitWaitPushOutput>> CheckAsync(GitWaitPushInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var repo = RepoUrl.Parse(input.Repo);
        if (input.Path is null) return Check<GitWaitPushOutput>.Unknown($"only a try shows whether {repo} allows it");
        var tree = new WorkTree(context, input.Path);
        var commit = await tree.CommitAsync("refs/heads/" + input.Branch, cancellationToken).ConfigureAwait(false);
        if (commit is null || !await tree.IsContainedAsync(commit, await tree.CommitAsync("refs/remotes/origin/" + input.Branch, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false))
            return Check<GitWaitPushOutput>.Unknown($"only a push shows whether {repo} allows it");

        await using var session = await GitSession.OpenAsync(input, context, cancellationToken).ConfigureAwait(false);
        var push = new BranchPush(input.Branch, tree, session);
        await push.CommitAsync(cancellationToken).ConfigureAwait(false);
        var (pushed, refusal) = await push.IsPushedAsync(commit, cancellationToken).ConfigureAwait(false);
        if (pushed) return Check<GitWaitPushOutput>.Satisfied(await OutputAsync(input, commit, context, cancellationToken).ConfigureAwait(false));
        if (refusal is { MayBeGranted: false }) throw refusal.ToFailure(repo, "read");
        return Check<GitWaitPushOutput>.Unknown($"only a push shows whether {repo} allows it");
    }

    protected override async Task<Outcome<GitWaitPushOutput>> ApplyAsync(GitWaitPushInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        await using var session = await GitSession.OpenAsync(input, context, cancellationToken).ConfigureAwait(false);
        if (input.Path is not { } path)
        {
            if (await PushProbe.RunAsync(session, context, cancellationToken).ConfigureAwait(false) is { } no) return await NotYetAsync(no, session, input, context, cancellationToken).ConfigureAwait(false);
            context.Log($"{session.Repo} lets the key push");
            return Outcome<GitWaitPushOutput>.Same(await OutputAsync(input, null, context, cancellationToken).ConfigureAwait(false));
        }

        var push = new BranchPush(input.Branch, new WorkTree(context, path), session);
        var commit = await push.CommitAsync(cancellationToken).ConfigureAwait(false);
        if (await push.PushAsync(commit, cancellationToken).ConfigureAwait(false) is { } refusal)
            return await NotYetAsync(refusal, session, input, context, cancellationToken).ConfigureAwait(false);

        var (pushed, doubt) = await push.IsPushedAsync(commit, cancellationToken).ConfigureAwait(false);
        if (!pushed)
            throw new FailureException("git.notVerified", FailureKind.Transient, $"{session.Repo} took the push but does not show {commit} as {input.Branch}{(doubt is null ? "" : ": " + doubt.Words)}");
        context.Log($"pushed {input.Branch} at {commit} to {session.Repo}");
        return Outcome<GitWaitPushOutput>.Changes(await OutputAsync(input, commit, context, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Waits for what a person can still grant; throws for everything else.</summary>
    private static async Task<Outcome<GitWaitPushOutput>> NotYetAsync(GitRefusal refusal, GitSession session, GitWaitPushInput input, ActivityContext context, CancellationToken cancellationToken) =>
        refusal.MayBeGranted
            ? Outcome<GitWaitPushOutput>.Waiting(Reason(session.Repo, refusal, await PublicKeyAsync(input, context, cancellationToken).ConfigureAwait(false)))
            : throw refusal.ToFailure(session.Repo, "push to");

    private static string Reason(RepoUrl repo, GitRefusal refusal, string? publicKey) => $"push permission on {repo}: " + refusal.Kind switch
    {
        RefusalKind.KeyRefused => publicKey is null ? "permission denied" : $"permission denied; the key to allow: {publicKey}",
        RefusalKind.ReadOnly => $"key is accepted but may only read ({refusal.Words})",
        RefusalKind.NoAccess => $"key is accepted but has no access ({refusal.Words})",
        _ => refusal.Words,
    };

    private static async Task<GitWaitPushOutput> OutputAsync(GitWaitPushInput input, string? commit, ActivityContext context, CancellationToken cancellationToken) =>
        new() { Commit = commit ?? "", Branch = input.Branch, PublicKey = await PublicKeyAsync(input, context, cancellationToken).ConfigureAwait(false) };

    private static async Task<string?> PublicKeyAsync(GitWaitPushInput input, ActivityContext context, CancellationToken cancellationToken) =>
        input.KeyPath is null ? null : (await context.Target.ReadFileAsync(input.KeyPath + ".pub", cancellationToken).ConfigureAwait(false))?.Text.Trim();
}

internal sealed record GitWaitPushInput : GitRemoteInput
{
    [Field("The clone on the target whose branch is pushed; its `origin` must be `repo`. When absent nothing is pushed: the permission alone is tried.", Format = "path")]
    public string? Path { get; init; }

    [Field("The branch, the same here and there. Ignored without `path`.", Pattern = GitPatterns.Branch)]
    public string Branch { get; init; } = "main";
}

internal sealed record GitWaitPushOutput : GitPushOutput
{
    [Field("The public key that was allowed, from `keyPath` + `.pub`; null when that file is not there.")]
    public string? PublicKey { get; init; }
}
