using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Git;

/// <summary>Clones once; the clone appears whole or not at all.</summary>
[Activity("git.clone", Effect.Idempotent, "Clone a repository to a folder on the target.", HasUndo = true, Remarks = """
    An existing clone of the same repository is left as it is: the activity neither fetches nor switches branches. An empty upstream gives a clone without commits on
    `branch`. The clone is made beside the folder and renamed, so a crash leaves nothing that looks like one. Undo removes the folder, but only while it holds nothing
    that upstream does not have.

    | code | cause |
    |---|---|
    | `git.otherRepository` | the folder is a clone of another repository |
    | `git.pathTaken` | the folder holds something else |
    | `git.branchNotFound` | upstream has commits, but not this branch |
    | `git.hostKey` | the server does not show the pinned key |
    | `git.pushDenied` | no key is accepted, or it has no access |
    | `git.unreachable` | no connection; retried |
    | `git.undoRefused` | undo would lose work that is nowhere else |
    """, Example = """
    - id: upstream
      uses: git.clone
      target: node
      with:
        repo: ssh://git@git.example.net:2222/infra/cluster
        hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8mSAG7pZzWnK4dMBwxX0cVZzC0Yy3uJ8pL2QmYhN5x
        keyPath: /root/.ssh/id_ed25519
        path: /var/lib/cluster
    """)]
internal sealed class GitClone : Activity<GitCloneInput, GitCloneOutput>
{
    protected override async Task<Check<GitCloneOutput>> CheckAsync(GitCloneInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var repo = RepoUrl.Parse(input.Repo);
        var tree = new WorkTree(context, input.Path);
        if (await tree.ExistsAsync(cancellationToken).ConfigureAwait(false))
        {
            await tree.RequireOriginAsync(repo, cancellationToken).ConfigureAwait(false);
            return Check<GitCloneOutput>.Satisfied(await OutputAsync(tree, cancellationToken).ConfigureAwait(false));
        }

        var content = await context.Target.RunAsync(new Model.Targets.Command("ls", "-A", "--", tree.Path), cancellationToken).ConfigureAwait(false);
        if (content.Ok && content.Output.Trim().Length > 0)
            throw new FailureException("git.pathTaken", FailureKind.Permanent, $"{tree.Path} on {context.Target.Address} is not empty and no clone of {repo}");
        return Check<GitCloneOutput>.Differs(new Change(tree.Path, null, $"clone of {repo}"));
    }

    protected override async Task<Outcome<GitCloneOutput>> ApplyAsync(GitCloneInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var tree = new WorkTree(context, input.Path);
        var partial = new WorkTree(context, tree.Path + ".orchestrator-partial");
        await GitProgram.RunPlainAsync(context, $"remove {partial.Path}", ["rm", "-rf", "--", partial.Path], cancellationToken).ConfigureAwait(false);
        await using (var session = await GitSession.OpenAsync(input, context, cancellationToken).ConfigureAwait(false))
        {
            var result = await session.RunAsync(["clone", "--quiet", "--no-checkout", "--origin", "origin", "--", session.Repo.Text, partial.Path], cancellationToken).ConfigureAwait(false);
            if (!result.Ok) throw GitRefusal.Read(result).ToFailure(session.Repo, "clone");
        }

        await CheckOutAsync(input, partial, cancellationToken).ConfigureAwait(false);
        // An empty folder may stand in the place; a full one makes rmdir, and so the step, fail instead of being overwritten.
        if ((await context.Target.RunAsync(new Model.Targets.Command("test", "-d", tree.Path), cancellationToken).ConfigureAwait(false)).Ok)
            await GitProgram.RunPlainAsync(context, $"replace {tree.Path}", ["rmdir", "--", tree.Path], cancellationToken).ConfigureAwait(false);
        await GitProgram.RunPlainAsync(context, $"move the clone to {tree.Path}", ["mv", "--", partial.Path, tree.Path], cancellationToken).ConfigureAwait(false);
        return Outcome<GitCloneOutput>.Changes(await OutputAsync(tree, cancellationToken).ConfigureAwait(false));
    }

    protected override async Task UndoAsync(GitCloneInput input, GitCloneOutput output, ActivityContext context, CancellationToken cancellationToken)
    {
        var tree = new WorkTree(context, input.Path);
        if (!await tree.ExistsAsync(cancellationToken).ConfigureAwait(false)) return;
        await tree.RequireOriginAsync(RepoUrl.Parse(input.Repo), cancellationToken).ConfigureAwait(false);
        var changed = await tree.MustAsync("look for changes", ["status", "--porcelain"], cancellationToken).ConfigureAwait(false);
        var unpushed = await tree.MustAsync("look for commits", ["log", "--oneline", "--branches", "--not", "--remotes=origin"], cancellationToken).ConfigureAwait(false);
        if (changed.Trim().Length + unpushed.Trim().Length > 0)
            throw new FailureException("git.undoRefused", FailureKind.Permanent, $"{tree.Path} holds work that {input.Repo} does not have; push or remove it, then retry the undo");
        await GitProgram.RunPlainAsync(context, $"remove {tree.Path}", ["rm", "-rf", "--", tree.Path], cancellationToken).ConfigureAwait(false);
    }

    private static async Task CheckOutAsync(GitCloneInput input, WorkTree clone, CancellationToken cancellationToken)
    {
        // Without a commit git names the branch after its own settings or, with luck, the server's; neither may decide where a history starts.
        var upstream = await clone.CommitAsync("HEAD", cancellationToken).ConfigureAwait(false) is null ? null : await clone.BranchAsync(cancellationToken).ConfigureAwait(false);
        var branch = input.Branch ?? upstream ?? "main";
        if (await clone.CommitAsync("refs/remotes/origin/" + branch, cancellationToken).ConfigureAwait(false) is not null)
        {
            await clone.MustAsync($"check out {branch}", ["checkout", "--quiet", "-B", branch, "--track", "origin/" + branch], cancellationToken).ConfigureAwait(false);
            return;
        }

        var others = await clone.MustAsync("list branches", ["for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin"], cancellationToken).ConfigureAwait(false);
        var names = others.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => name != "HEAD").ToList();
        if (names.Count > 0)
            throw new FailureException("git.branchNotFound", FailureKind.Permanent, $"{input.Repo} has no branch `{branch}`; it has {string.Join(", ", names.Take(10))}");
        await clone.MustAsync($"start {branch}", ["symbolic-ref", "HEAD", "refs/heads/" + branch], cancellationToken).ConfigureAwait(false);
    }

    private static async Task<GitCloneOutput> OutputAsync(WorkTree tree, CancellationToken cancellationToken)
    {
        var commit = await tree.CommitAsync("HEAD", cancellationToken).ConfigureAwait(false);
        return new GitCloneOutput { Path = tree.Path, Branch = await tree.BranchAsync(cancellationToken).ConfigureAwait(false) ?? "", Commit = commit, Empty = commit is null };
    }
}

internal sealed record GitCloneInput : GitRemoteInput
{
    [Field("Folder on the target that becomes the clone; its parent must exist.", Format = "path")]
    public required string Path { get; init; }

    [Field("Branch to check out. Absent = upstream's default branch, or `main` when upstream is empty.", Pattern = GitPatterns.Branch)]
    public string? Branch { get; init; }
}

internal sealed record GitCloneOutput
{
    [Field("The clone's folder.")]
    public string Path { get; init; } = "";

    [Field("The branch that is checked out; empty when HEAD is detached.")]
    public string Branch { get; init; } = "";

    [Field("The commit that is checked out; null when there is none yet.")]
    public string? Commit { get; init; }

    [Field("True when there is no commit yet.")]
    public bool Empty { get; init; }
}
