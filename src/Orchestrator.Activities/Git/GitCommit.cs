using System.Text;
using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Git;

/// <summary>Nothing to commit is a success without a change.</summary>
[Activity("git.commit", Effect.Idempotent, "Commit files of a clone, written first if their content is given.", Remarks = """
    With `files`, their content is written and they are committed. With `paths`, changes below these are. With neither, every change in the clone is, new files included.
    When nothing differs there is no commit and the step counts as unchanged. It is pushed by git.push or git.wait-push.

    | code | cause |
    |---|---|
    | `git.notARepository` | the folder is no clone |
    | `git.busy` | another git works in the clone; retried |
    | `git.failed` | git's own words, for example those of a commit hook in the clone |
    """, Example = """
    - id: saved
      uses: git.commit
      target: node
      with:
        path: /var/lib/cluster
        files:
          blueprints/greeting.txt: hello ${{ inputs.name }}
        message: Add the greeting
        authorName: AYS System
        authorEmail: ays@example.net
    """)]
internal sealed class GitCommit : Activity<GitCommitInput, GitCommitOutput>
{
    private static readonly Model.Targets.FileAttributes Default = new();

    protected override async Task<Check<GitCommitOutput>> CheckAsync(GitCommitInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        foreach (var name in input.Files.Keys.Concat(input.Paths)) ClonePath.Require(name);
        var tree = new WorkTree(context, input.Path);
        if (!await tree.ExistsAsync(cancellationToken).ConfigureAwait(false)) return Check<GitCommitOutput>.Differs(new Change(tree.Path, null, "a commit, when it is a clone"));

        var changes = new List<Change>();
        foreach (var (name, content) in input.Files)
        {
            var now = await context.Target.ReadFileAsync($"{tree.Path}/{name}", cancellationToken).ConfigureAwait(false);
            if (now is null) changes.Add(new Change(name, null, "written and committed"));
            else if (now.Text != content) changes.Add(new Change(name, "other content", "written and committed"));
        }

        var status = await StatusAsync(input, tree, cancellationToken).ConfigureAwait(false);
        changes.AddRange(status.Where(name => changes.All(change => change.What != name)).Select(name => new Change(name, null, "committed")));
        if (changes.Count > 0) return Check<GitCommitOutput>.Differs(changes);
        return Check<GitCommitOutput>.Satisfied(await OutputAsync(tree, cancellationToken).ConfigureAwait(false));
    }

    protected override async Task<Outcome<GitCommitOutput>> ApplyAsync(GitCommitInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var tree = new WorkTree(context, input.Path);
        await tree.RequireAsync(cancellationToken).ConfigureAwait(false);
        foreach (var (name, content) in input.Files)
        {
            var file = $"{tree.Path}/{name}";
            await GitProgram.RunPlainAsync(context, $"make the folder of {name}", ["mkdir", "-p", "--", file[..file.LastIndexOf('/')]], cancellationToken).ConfigureAwait(false);
            await context.Target.WriteFileAsync(file, Encoding.UTF8.GetBytes(content), Default, cancellationToken).ConfigureAwait(false);
        }

        var scope = Scope(input);
        // --force only for the files given: whoever names a file means it although it is ignored.
        if (input.Files.Count > 0) await tree.MustAsync("add files", ["add", "--force", "--", .. input.Files.Keys], cancellationToken).ConfigureAwait(false);
        if (input.Files.Count == 0 || input.Paths.Count > 0)
            await tree.MustAsync("add changes", ["add", "--all", .. input.Paths.Count == 0 ? [] : (string[])["--", .. input.Paths]], cancellationToken).ConfigureAwait(false);
        await tree.CommitAsync(new Author(input.AuthorName, input.AuthorEmail), input.Message, scope, cancellationToken).ConfigureAwait(false);
        var output = await OutputAsync(tree, cancellationToken).ConfigureAwait(false);
        context.Log($"committed {output.Commit}");
        return Outcome<GitCommitOutput>.Changes(output);
    }

    private static IReadOnlyList<string> Scope(GitCommitInput input) => [.. input.Files.Keys, .. input.Paths];

    private static async Task<IReadOnlyList<string>> StatusAsync(GitCommitInput input, WorkTree tree, CancellationToken cancellationToken)
    {
        var scope = Scope(input);
        var output = await tree.MustAsync(
            "look for changes",
            ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", .. input.Files.Count > 0 ? (string[])["--ignored=matching"] : [], .. scope.Count == 0 ? [] : (string[])["--", .. scope]],
            cancellationToken).ConfigureAwait(false);
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(entry => entry[3..])];
    }

    private static async Task<GitCommitOutput> OutputAsync(WorkTree tree, CancellationToken cancellationToken)
    {
        var commit = await tree.CommitAsync("HEAD", cancellationToken).ConfigureAwait(false);
        return new GitCommitOutput { Commit = commit, Tree = await tree.TreeAsync(commit, cancellationToken).ConfigureAwait(false) };
    }
}

internal sealed record GitCommitInput
{
    [Field("The clone on the target.", Format = "path")]
    public required string Path { get; init; }

    [Field("Files below it to write and commit, path to content.")]
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    [Field("Files or folders below it whose changes are committed. Empty = only `files`, or everything when that is empty too.", Pattern = GitPatterns.InClone)]
    public IReadOnlyList<string> Paths { get; init; } = [];

    [Field("Text of the commit.", MinLength = 1)]
    public required string Message { get; init; }

    [Field("Name of author and committer.", MinLength = 1)]
    public required string AuthorName { get; init; }

    [Field("Address of author and committer.", MinLength = 1)]
    public required string AuthorEmail { get; init; }
}

internal sealed record GitCommitOutput
{
    [Field("The commit that the clone's HEAD is at; null when there is none yet.")]
    public string? Commit { get; init; }

    [Field("Its tree: the same content gives the same tree.")]
    public string? Tree { get; init; }
}
