using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Git;

/// <summary>A clone on the target. The folder of the repository is named on every call, so git never finds another one further up.</summary>
internal sealed class WorkTree(ActivityContext context, string path)
{
    /// <summary>Its folder.</summary>
    public string Path { get; } = path.Length > 1 ? path.TrimEnd('/') : path;

    /// <summary>Arguments of git that work on this clone.</summary>
    public IReadOnlyList<string> Arguments(params IEnumerable<string> arguments) => ["-C", Path, "--git-dir=.git", "--work-tree=.", "--literal-pathspecs", .. arguments];

    /// <summary>Runs git in the clone, without a server.</summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        GitProgram.RunAsync(context, Arguments(arguments), null, cancellationToken);

    /// <summary>Runs git in the clone and fails with <c>git.failed</c> when it fails, <c>git.busy</c> when another git holds the index.</summary>
    public async Task<string> MustAsync(string what, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var result = await RunAsync(arguments, cancellationToken).ConfigureAwait(false);
        var busy = !result.Ok && result.Error.Contains(".lock': File exists", StringComparison.Ordinal);
        return result.OrFail(busy ? "git.busy" : "git.failed", $"{what} in {Path}", busy ? FailureKind.Transient : FailureKind.Permanent).Output;
    }

    /// <summary>True when the folder is a repository of its own.</summary>
    public async Task<bool> ExistsAsync(CancellationToken cancellationToken) =>
        (await RunAsync(["rev-parse", "--git-dir"], cancellationToken).ConfigureAwait(false)).Ok;

    /// <summary>Fails with <c>git.notARepository</c> when it is none.</summary>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(cancellationToken).ConfigureAwait(false))
            throw new FailureException("git.notARepository", FailureKind.Permanent, $"{Path} on {context.Target.Address} is no git clone; make it with git.clone first");
    }

    /// <summary>Where it was cloned from, or null.</summary>
    public async Task<string?> OriginAsync(CancellationToken cancellationToken)
    {
        var result = await RunAsync(["config", "--get", "remote.origin.url"], cancellationToken).ConfigureAwait(false);
        return result.Ok ? result.Output.Trim() : null;
    }

    /// <summary>Fails with <c>git.otherRepository</c> unless it is a clone of <paramref name="repo"/>.</summary>
    public async Task RequireOriginAsync(RepoUrl repo, CancellationToken cancellationToken)
    {
        await RequireAsync(cancellationToken).ConfigureAwait(false);
        var origin = await OriginAsync(cancellationToken).ConfigureAwait(false);
        if (!repo.IsSame(origin))
            throw new FailureException("git.otherRepository", FailureKind.Permanent, $"{Path} is a clone of {origin ?? "nothing"}, not of {repo}");
    }

    /// <summary>The commit a revision names, or null when it names none.</summary>
    public async Task<string?> CommitAsync(string revision, CancellationToken cancellationToken)
    {
        var result = await RunAsync(["rev-parse", "--verify", "--quiet", revision + "^{commit}"], cancellationToken).ConfigureAwait(false);
        return result.Ok ? result.Output.Trim() : null;
    }

    /// <summary>The tree of a commit.</summary>
    public async Task<string?> TreeAsync(string? commit, CancellationToken cancellationToken) =>
        commit is null ? null : (await MustAsync("read the tree", ["rev-parse", "--verify", commit + "^{tree}"], cancellationToken).ConfigureAwait(false)).Trim();

    /// <summary>The branch that is checked out, also before its first commit; null when HEAD is detached.</summary>
    public async Task<string?> BranchAsync(CancellationToken cancellationToken)
    {
        var result = await RunAsync(["symbolic-ref", "--quiet", "--short", "HEAD"], cancellationToken).ConfigureAwait(false);
        return result.Ok ? result.Output.Trim() : null;
    }

    /// <summary>True when <paramref name="commit"/> is, or is part of the history of, <paramref name="upstream"/>. False also when the clone has never seen the latter.</summary>
    public async Task<bool> IsContainedAsync(string commit, string? upstream, CancellationToken cancellationToken) =>
        upstream is not null
        && (commit == upstream || (await RunAsync(["merge-base", "--is-ancestor", commit, upstream], cancellationToken).ConfigureAwait(false)).Ok);

    /// <summary>Commits what was added; <paramref name="paths"/> empty = all of the index.</summary>
    public Task CommitAsync(Author author, string message, IReadOnlyList<string> paths, CancellationToken cancellationToken) =>
        MustAsync(
            "commit",
            [
                "-c", "user.name=" + author.Name, "-c", "user.email=" + author.Email, "commit", "--quiet", "--no-gpg-sign", "--cleanup=whitespace", "-m", message,
                .. paths.Count == 0 ? [] : (string[])["--", .. paths],
            ],
            cancellationToken);
}

/// <summary>Who a commit is by.</summary>
/// <param name="Name">Name.</param>
/// <param name="Email">Address.</param>
internal sealed record Author(string Name, string Email);
