using System.Text;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Git;

/// <summary>Writes pinned host keys; never asks the server for them.</summary>
[Activity("git.known-host", Effect.Idempotent, "Pin a git server's host key in a known_hosts file on the target.", HasUndo = true, Remarks = """
    The key comes from the blueprint, never from the network: whoever answers at an address is not thereby the right one. Lines for other hosts are kept; other keys
    of the same host are replaced. Undo takes out the lines it added and puts back the ones it replaced.

    | code | cause |
    |---|---|
    | `git.url` | `repo` is no address over SSH |
    | `git.hostKeyMalformed` | `hostKey` holds no public key |
    """, Example = """
    - id: pinGit
      uses: git.known-host
      target: node
      with:
        repo: git@git.example.net:infra/cluster
        hostKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8mSAG7pZzWnK4dMBwxX0cVZzC0Yy3uJ8pL2QmYhN5x
        path: /root/.ssh/known_hosts
    """)]
internal sealed class GitKnownHost : Activity<GitKnownHostInput, GitKnownHostOutput>
{
    private static readonly Model.Targets.FileAttributes Unchanged = new();

    protected override async Task<Check<GitKnownHostOutput>> CheckAsync(GitKnownHostInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var repo = RepoUrl.Parse(input.Repo);
        var wanted = KnownHostsLine.For(repo, input.HostKey);
        var (added, replaced) = Compare(repo, wanted, await ReadAsync(input.Path, context, cancellationToken).ConfigureAwait(false));
        if (added.Count + replaced.Count == 0) return Check<GitKnownHostOutput>.Satisfied(new GitKnownHostOutput { Path = input.Path, Added = [], Replaced = [] });
        return Check<GitKnownHostOutput>.Differs(new Change(
            $"{input.Path} ({repo.KnownHostsName})", replaced.Count == 0 ? null : Keys(replaced), Keys(wanted))) with
        {
            Intent = Value.Map(("added", Value.List(added.Select(Value.Of))), ("replaced", Value.List(replaced.Select(Value.Of)))),
        };
    }

    protected override async Task<Outcome<GitKnownHostOutput>> ApplyAsync(GitKnownHostInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var repo = RepoUrl.Parse(input.Repo);
        var lines = await ReadAsync(input.Path, context, cancellationToken).ConfigureAwait(false);
        var (added, replaced) = Compare(repo, KnownHostsLine.For(repo, input.HostKey), lines);
        await WriteAsync(input.Path, [.. lines.Except(replaced), .. added], context, cancellationToken).ConfigureAwait(false);
        return Outcome<GitKnownHostOutput>.Changes(new GitKnownHostOutput { Path = input.Path, Added = added, Replaced = replaced });
    }

    protected override async Task UndoAsync(GitKnownHostInput input, GitKnownHostOutput output, ActivityContext context, CancellationToken cancellationToken)
    {
        var lines = await ReadAsync(output.Path, context, cancellationToken).ConfigureAwait(false);
        List<string> before = [.. lines.Except(output.Added)];
        before.AddRange(output.Replaced.Except(before));
        await WriteAsync(output.Path, before, context, cancellationToken).ConfigureAwait(false);
    }

    private static (IReadOnlyList<string> Added, IReadOnlyList<string> Replaced) Compare(RepoUrl repo, IReadOnlyList<string> wanted, IReadOnlyList<string> lines) =>
        ([.. wanted.Except(lines)], [.. lines.Where(line => KnownHostsLine.IsAbout(repo, line) && !wanted.Contains(line))]);

    private static string Keys(IEnumerable<string> lines) => string.Join(", ", lines.Select(line => line.Split(' ', 2)[1]));

    private static async Task<IReadOnlyList<string>> ReadAsync(string path, ActivityContext context, CancellationToken cancellationToken)
    {
        var file = await context.Target.ReadFileAsync(path, cancellationToken).ConfigureAwait(false);
        return file is null ? [] : file.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task WriteAsync(string path, IEnumerable<string> lines, ActivityContext context, CancellationToken cancellationToken)
    {
        var folder = path[..Math.Max(1, path.LastIndexOf('/'))];
        await GitProgram.RunPlainAsync(context, $"make {folder}", ["mkdir", "-p", "-m", "700", "--", folder], cancellationToken).ConfigureAwait(false);
        await context.Target.WriteFileAsync(path, Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))), Unchanged, cancellationToken).ConfigureAwait(false);
    }
}

internal sealed record GitKnownHostInput
{
    [Field("A repository on the server; only its host and port count.", Format = "gitSshUrl")]
    public required string Repo { get; init; }

    [Field("The server's public host key or keys, a line each.", Format = "multiline")]
    public required string HostKey { get; init; }

    [Field("The known_hosts file on the target; made, with its folder, when missing.", Format = "path")]
    public required string Path { get; init; }
}

internal sealed record GitKnownHostOutput
{
    [Field("The file.")]
    public string Path { get; init; } = "";

    [Field("Lines this step added; empty when they were there.")]
    public IReadOnlyList<string> Added { get; init; } = [];

    [Field("Lines with other keys of the same host that it took out.")]
    public IReadOnlyList<string> Replaced { get; init; } = [];
}
