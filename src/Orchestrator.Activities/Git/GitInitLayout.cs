using System.Text;
using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Git;

/// <summary>Adds to the history, never rewrites it.</summary>
[Activity("git.init-layout", Effect.Idempotent, "Make sure that a clone has these folders and files committed.", Remarks = """
    Folders are kept by a `.keep` file. Only what is missing is added, in one commit; a file that is committed already keeps its content. In a clone without commits the
    commit starts the branch; else it stands on top of the history. It is pushed by git.push or git.wait-push.

    | code | cause |
    |---|---|
    | `git.notARepository` | the folder is no clone |
    | `git.busy` | another git works in the clone; retried |
    """, Example = """
    - id: layout
      uses: git.init-layout
      target: node
      with:
        path: /var/lib/cluster
        folders: [services, actorTemplates, actors, blueprints]
        files: {.ays: ""}
        message: Initial ays commit
        authorName: AYS System
        authorEmail: ays@example.net
    """)]
internal sealed class GitInitLayout : Activity<GitInitLayoutInput, GitCommitOutput>
{
    private static readonly Model.Targets.FileAttributes Default = new();

    protected override async Task<Check<GitCommitOutput>> CheckAsync(GitInitLayoutInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var tree = new WorkTree(context, input.Path);
        var missing = await MissingAsync(input, tree, cancellationToken).ConfigureAwait(false);
        if (missing.Count > 0) return Check<GitCommitOutput>.Differs([.. missing.Select(file => new Change(file.Key, null, "committed"))]);
        var commit = await tree.CommitAsync("HEAD", cancellationToken).ConfigureAwait(false);
        return Check<GitCommitOutput>.Satisfied(new GitCommitOutput { Commit = commit, Tree = await tree.TreeAsync(commit, cancellationToken).ConfigureAwait(false) });
    }

    protected override async Task<Outcome<GitCommitOutput>> ApplyAsync(GitInitLayoutInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var tree = new WorkTree(context, input.Path);
        await tree.RequireAsync(cancellationToken).ConfigureAwait(false);
        var missing = await MissingAsync(input, tree, cancellationToken).ConfigureAwait(false);
        foreach (var (name, content) in missing)
        {
            var file = $"{tree.Path}/{name}";
            await GitProgram.RunPlainAsync(context, $"make the folder of {name}", ["mkdir", "-p", "--", file[..file.LastIndexOf('/')]], cancellationToken).ConfigureAwait(false);
            // A file that lies there uncommitted is someone's work: it is committed as it is.
            if (await context.Target.ReadFileAsync(file, cancellationToken).ConfigureAwait(false) is null)
                await context.Target.WriteFileAsync(file, Encoding.UTF8.GetBytes(content), Default, cancellationToken).ConfigureAwait(false);
        }

        await tree.MustAsync("add the layout", ["add", "--force", "--", .. missing.Keys], cancellationToken).ConfigureAwait(false);
        await tree.CommitAsync(new Author(input.AuthorName, input.AuthorEmail), input.Message, [.. missing.Keys], cancellationToken).ConfigureAwait(false);
        var commit = await tree.CommitAsync("HEAD", cancellationToken).ConfigureAwait(false);
        context.Log($"committed {missing.Count} files as {commit}");
        return Outcome<GitCommitOutput>.Changes(new GitCommitOutput { Commit = commit, Tree = await tree.TreeAsync(commit, cancellationToken).ConfigureAwait(false) });
    }

    private static async Task<IReadOnlyDictionary<string, string>> MissingAsync(GitInitLayoutInput input, WorkTree tree, CancellationToken cancellationToken)
    {
        foreach (var name in input.Folders.Concat(input.Files.Keys)) ClonePath.Require(name);
        // No commit and no clone give the same answer, which is right for a plan: everything is missing.
        var listed = await tree.RunAsync(["ls-tree", "-r", "-z", "--name-only", "HEAD"], cancellationToken).ConfigureAwait(false);
        var committed = listed.Ok ? listed.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries) : [];
        var missing = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in input.Folders.Select(folder => folder.TrimEnd('/')))
            if (!committed.Any(file => file.StartsWith(folder + "/", StringComparison.Ordinal))) missing[folder + "/.keep"] = "";
        foreach (var (name, content) in input.Files)
            if (!committed.Contains(name)) missing[name] = content;
        return missing;
    }
}

internal sealed record GitInitLayoutInput
{
    [Field("The clone on the target.", Format = "path")]
    public required string Path { get; init; }

    [Field("Folders below it that must be committed, each kept by a `.keep` file.", Pattern = GitPatterns.InClone)]
    public IReadOnlyList<string> Folders { get; init; } = [];

    [Field("Files below it that must be committed, path to content. Committed ones keep their content.")]
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    [Field("Text of the commit.", MinLength = 1)]
    public string Message { get; init; } = "Initial commit";

    [Field("Name of author and committer.", MinLength = 1)]
    public required string AuthorName { get; init; }

    [Field("Address of author and committer.", MinLength = 1)]
    public required string AuthorEmail { get; init; }
}
