using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Git;

/// <summary>One branch of a clone on its way to the server: what git.push and git.wait-push share.</summary>
internal sealed class BranchPush(string branch, WorkTree tree, GitSession session)
{
    private readonly string _reference = "refs/heads/" + branch;

    /// <summary>The commit to push. Fails with <c>git.otherRepository</c>, or <c>git.nothingToPush</c> when the branch has no commit.</summary>
    public async Task<string> CommitAsync(CancellationToken cancellationToken)
    {
        await tree.RequireOriginAsync(session.Repo, cancellationToken).ConfigureAwait(false);
        return await tree.CommitAsync(_reference, cancellationToken).ConfigureAwait(false)
            ?? throw new FailureException("git.nothingToPush", FailureKind.Permanent, $"the clone in {tree.Path} has no commit on branch `{branch}`");
    }

    /// <summary>Whether the server has the commit, found out with one connection; or why it does not say.</summary>
    public async Task<(bool Pushed, GitRefusal? Refusal)> IsPushedAsync(string commit, CancellationToken cancellationToken)
    {
        var (upstream, refusal) = await session.UpstreamAsync(branch, cancellationToken).ConfigureAwait(false);
        return (refusal is null && await tree.IsContainedAsync(commit, upstream, cancellationToken).ConfigureAwait(false), refusal);
    }

    /// <summary>
    /// Pushes with one connection; null when the server has the commit now. A dry run would not do: it does not run the server's hooks, so only the real push tells
    /// whether it is allowed.
    /// </summary>
    public async Task<GitRefusal?> PushAsync(string commit, CancellationToken cancellationToken)
    {
        var result = await session.RunAsync(tree.Arguments("push", "--porcelain", "--no-progress", "origin", $"{_reference}:{_reference}"), cancellationToken).ConfigureAwait(false);
        if (result.Ok) return null;
        var refusal = GitRefusal.Read(result);
        return refusal.Kind switch
        {
            RefusalKind.NoAccess => await ReadableAsync(refusal, cancellationToken).ConfigureAwait(false),
            RefusalKind.NonFastForward => await MovedOnAsync(commit, refusal, cancellationToken).ConfigureAwait(false),
            _ => refusal,
        };
    }

    /// <summary>The server let the key in and refused the push: tell a key that may only read from one that may do nothing.</summary>
    private async Task<GitRefusal> ReadableAsync(GitRefusal refusal, CancellationToken cancellationToken) =>
        (await session.UpstreamAsync(branch, cancellationToken).ConfigureAwait(false)).Refusal is null ? refusal with { Kind = RefusalKind.ReadOnly } : refusal;

    /// <summary>A branch that only moved on from our commit is a push that has already happened: no failure.</summary>
    private async Task<GitRefusal?> MovedOnAsync(string commit, GitRefusal refusal, CancellationToken cancellationToken)
    {
        var fetch = await session.RunAsync(tree.Arguments("fetch", "--quiet", "--no-tags", "origin", _reference), cancellationToken).ConfigureAwait(false);
        return fetch.Ok && await tree.IsContainedAsync(commit, "FETCH_HEAD", cancellationToken).ConfigureAwait(false) ? null : refusal;
    }
}

internal record GitPushInput : GitRemoteInput
{
    [Field("The clone on the target; its `origin` must be `repo`.", Format = "path")]
    public required string Path { get; init; }

    [Field("The branch, the same here and there.", Pattern = GitPatterns.Branch)]
    public string Branch { get; init; } = "main";
}
