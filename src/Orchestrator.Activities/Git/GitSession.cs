using System.Globalization;
using System.Text;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Git;

/// <summary>
/// The time in which git may talk to one server: pinned host key and, when it came as a secret, the login key lie in a folder on the target that only its user can
/// read; disposing removes it. Every option of ssh is given here, so no file of the target's user changes what is trusted.
/// </summary>
internal sealed class GitSession : IAsyncDisposable
{
    private static readonly Model.Targets.FileAttributes Private = new(Convert.ToInt32("600", 8));
    private readonly ActivityContext _context;
    private readonly Dictionary<string, string> _environment = [];
    private string? _folder;

    private GitSession(ActivityContext context, RepoUrl repo) => (_context, Repo) = (context, repo);

    /// <summary>The server's repository.</summary>
    public RepoUrl Repo { get; }

    /// <summary>Prepares ssh for one server. Fails with <c>git.url</c>, <c>git.hostKeyMissing</c> or <c>git.keyMissing</c>.</summary>
    public static async Task<GitSession> OpenAsync(GitRemoteInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var repo = RepoUrl.Parse(input.Repo);
        if (string.IsNullOrWhiteSpace(input.HostKey) && input.KnownHosts is null)
            throw new FailureException(
                "git.hostKeyMissing", FailureKind.Permanent, $"nothing says which host key {repo.Host} must show: give `hostKey` (its public key) or `knownHosts`; no key is trusted on first use");
        var session = new GitSession(context, repo);
        try
        {
            await session.PrepareAsync(input, cancellationToken).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs git with the session's ssh.</summary>
    public Task<CommandResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        GitProgram.RunAsync(_context, arguments, _environment, cancellationToken);

    /// <summary>The commit that the server has as <paramref name="branch"/>, null when it has no such branch; or why it does not say.</summary>
    public async Task<(string? Commit, GitRefusal? Refusal)> UpstreamAsync(string branch, CancellationToken cancellationToken)
    {
        var result = await RunAsync(["ls-remote", "--", Repo.Text, "refs/heads/" + branch], cancellationToken).ConfigureAwait(false);
        if (!result.Ok) return (null, GitRefusal.Read(result));
        return (result.Output.Split('\n').Select(line => line.Split('\t')).FirstOrDefault(line => line.Length == 2)?[0], null);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_folder is not { } folder) return;
        _folder = null;
        // Also when the step was cancelled: a login key must not stay behind.
        await GitProgram.RunPlainAsync(_context, "remove the session folder", ["rm", "-rf", "--", folder], CancellationToken.None).ConfigureAwait(false);
    }

    private async Task PrepareAsync(GitRemoteInput input, CancellationToken cancellationToken)
    {
        var options = new List<string>
        {
            "BatchMode=yes", "StrictHostKeyChecking=yes", "GlobalKnownHostsFile=/dev/null", "UpdateHostKeys=no", "ServerAliveInterval=15",
            string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={Math.Max(1, (int)input.ConnectTimeout.TotalSeconds)}"),
        };
        var knownHosts = input.KnownHosts;
        if (input.HostKey is { } pinned && !string.IsNullOrWhiteSpace(pinned))
        {
            knownHosts = await FolderAsync(cancellationToken).ConfigureAwait(false) + "/known_hosts";
            var lines = string.Concat(KnownHostsLine.For(Repo, pinned).Select(line => line + "\n"));
            await _context.Target.WriteFileAsync(knownHosts, Encoding.UTF8.GetBytes(lines), Private, cancellationToken).ConfigureAwait(false);
        }

        options.Add("UserKnownHostsFile=" + Plain("knownHosts", knownHosts!));
        var keyPath = input.KeyPath;
        if (input.Key is { } key)
        {
            keyPath = await FolderAsync(cancellationToken).ConfigureAwait(false) + "/key";
            await _context.Target.WriteFileAsync(keyPath, Encoding.UTF8.GetBytes(key.Reveal().TrimEnd() + "\n"), Private, cancellationToken).ConfigureAwait(false);
        }

        if (keyPath is not null) options.AddRange(["IdentitiesOnly=yes", "IdentityFile=" + Plain("keyPath", keyPath)]);
        _environment["GIT_SSH_VARIANT"] = "ssh";
        _environment["GIT_SSH_COMMAND"] = "ssh -F /dev/null " + string.Join(' ', options.Select(option => $"-o '{option}'"));
    }

    private async Task<string> FolderAsync(CancellationToken cancellationToken) =>
        _folder ??= (await GitProgram.RunPlainAsync(_context, "make a session folder", ["mktemp", "-d", "/tmp/orchestrator-git.XXXXXXXX"], cancellationToken).ConfigureAwait(false)).Output.Trim();

    /// <summary>git hands the ssh command to a shell and ssh expands % and ~ in paths, so only paths without any such character pass.</summary>
    private static string Plain(string field, string path) =>
        path.StartsWith('/') && path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-+@=,:".Contains(c, StringComparison.Ordinal))
            ? path
            : throw new FailureException("input.invalid", FailureKind.Permanent, $"input `{field}` must be an absolute path of letters, digits and `/._-+@=,:`, not `{path}`");
}
