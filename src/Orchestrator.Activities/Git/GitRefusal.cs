using System.Text.RegularExpressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Git;

/// <summary>Why a server did not do what git asked.</summary>
internal enum RefusalKind
{
    /// <summary>No connection: name, route, port, or the server closed it before the login.</summary>
    Unreachable,

    /// <summary>The server shows another host key than the pinned one.</summary>
    HostKey,

    /// <summary>The login key cannot be read.</summary>
    KeyUnusable,

    /// <summary>No login key is accepted.</summary>
    KeyRefused,

    /// <summary>The login works, the repository is not open to it.</summary>
    NoAccess,

    /// <summary>The login works and may read, not write.</summary>
    ReadOnly,

    /// <summary>There is no such repository.</summary>
    NoRepository,

    /// <summary>Upstream has commits that the clone lacks.</summary>
    NonFastForward,

    /// <summary>A hook on the server said no.</summary>
    HookDeclined,

    /// <summary>The server said no for another reason.</summary>
    Rejected,

    /// <summary>Another push holds the branch's lock.</summary>
    Busy,

    /// <summary>Something else.</summary>
    Unknown,
}

/// <summary>A refusal and the words it came with.</summary>
/// <param name="Kind">Which sort.</param>
/// <param name="Words">What the server or ssh said, one line, git's boilerplate left out.</param>
/// <param name="Lines">Everything that was said, at most 20 lines.</param>
internal sealed partial record GitRefusal(RefusalKind Kind, string Words, IReadOnlyList<string> Lines)
{
    private static readonly string[] Boilerplate =
    [
        "fatal: Could not read from remote repository.", "Please make sure you have the correct access rights", "and the repository exists.",
        "fatal: the remote end hung up unexpectedly", "error: failed to push some refs",
    ];

    /// <summary>True for what may change without anyone touching this side: a server that is down, a key that is not allowed yet.</summary>
    public bool MayBeGranted => Kind is RefusalKind.Unreachable or RefusalKind.KeyRefused or RefusalKind.NoAccess or RefusalKind.ReadOnly or RefusalKind.Busy;

    /// <summary>Reads what a failed git with <c>LC_ALL=C</c>, and <c>--porcelain</c> for a push, printed.</summary>
    public static GitRefusal Read(CommandResult result)
    {
        var lines = result.Error.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).ToList();
        var said = lines.Where(line => !Boilerplate.Any(part => line.StartsWith(part, StringComparison.Ordinal))).ToList();
        var remote = said.Where(line => line.StartsWith("remote:", StringComparison.Ordinal)).Select(line => line["remote:".Length..].Trim()).Where(line => line.Length > 0).ToList();
        var (kind, words) = FromPorcelain(result.Output, result.Error, remote) ?? FromWords(result.Error, said);
        return new GitRefusal(kind, Redundant().Replace(words, ""), [.. lines.TakeLast(20)]);
    }

    /// <summary>As a failure of an activity. The way on is named where there is one.</summary>
    public FailureException ToFailure(RepoUrl repo, string what)
    {
        var (code, kind, text) = Kind switch
        {
            RefusalKind.Unreachable => ("git.unreachable", FailureKind.Transient, Words),
            RefusalKind.HostKey => ("git.hostKey", FailureKind.Permanent, $"{repo.Host} does not show the pinned host key ({Words}); it was not trusted. If the server's key was really changed, change `hostKey`"),
            RefusalKind.KeyUnusable => ("git.keyUnusable", FailureKind.Permanent, Words),
            RefusalKind.KeyRefused => ("git.pushDenied", FailureKind.Permanent, $"permission denied: no key is accepted ({Words}); allow the key on the server, or wait for it with git.wait-push"),
            RefusalKind.ReadOnly => ("git.pushDenied", FailureKind.Permanent, $"the key is accepted but may only read ({Words}); give it write access on the server"),
            RefusalKind.NoAccess => ("git.pushDenied", FailureKind.Permanent, $"the key is accepted but has no access ({Words})"),
            RefusalKind.NoRepository => ("git.noRepository", FailureKind.Permanent, Words),
            RefusalKind.NonFastForward => ("git.nonFastForward", FailureKind.Permanent, "upstream has commits that this clone lacks; bring them in (`git pull --rebase` in the clone), then retry the step; nothing was overwritten"),
            RefusalKind.HookDeclined => ("git.hookDeclined", FailureKind.Permanent, $"a hook on the server declined it: {Words}"),
            RefusalKind.Rejected => ("git.pushRejected", FailureKind.Permanent, Words),
            RefusalKind.Busy => ("git.busy", FailureKind.Transient, Words),
            _ => ("git.failed", FailureKind.Permanent, Words),
        };
        return new FailureException(new Failure(code, kind, $"{what} {repo}: {text}", LogTail: Lines));
    }

    /// <summary>A rejected reference stands on standard output as <c>! TAB from:to TAB [rejected] (reason)</c>.</summary>
    private static (RefusalKind, string)? FromPorcelain(string output, string error, IReadOnlyList<string> remote)
    {
        if (RejectedReference().Match(output) is not { Success: true } match) return null;
        var reason = match.Groups["reason"].Value;
        var words = remote.Count > 0 ? string.Join("; ", remote) : reason;
        if (reason is "fetch first" or "non-fast-forward" or "needs force") return (RefusalKind.NonFastForward, reason);
        if (reason.Contains("hook declined", StringComparison.Ordinal)) return (RefusalKind.HookDeclined, words);
        if (error.Contains("insufficient permission", StringComparison.Ordinal)) return (RefusalKind.ReadOnly, words);
        if (reason.Contains("lock", StringComparison.Ordinal)) return (RefusalKind.Busy, reason);
        return (RefusalKind.Rejected, remote.Count > 0 ? $"{reason}: {words}" : reason);
    }

    private static (RefusalKind, string) FromWords(string error, IReadOnlyList<string> said)
    {
        (RefusalKind Kind, Regex Sign)[] signs =
        [
            (RefusalKind.HostKey, HostKeySign()), (RefusalKind.KeyUnusable, KeyUnusableSign()), (RefusalKind.KeyRefused, KeyRefusedSign()),
            (RefusalKind.Unreachable, UnreachableSign()), (RefusalKind.NoRepository, NoRepositorySign()),
        ];
        foreach (var (kind, sign) in signs)
            if (sign.Match(error) is { Success: true } match) return (kind, match.Value.Trim());
        var words = said.Count > 0 ? string.Join("; ", said) : "the server closed the connection without a word";
        return (error.Contains("Could not read from remote repository", StringComparison.Ordinal) ? RefusalKind.NoAccess : RefusalKind.Unknown, words);
    }

    [GeneratedRegex(@"^!\t[^\t]*\t\[(?:remote )?rejected\] \((?<reason>[^\n]*)\)\s*$", RegexOptions.Multiline)]
    private static partial Regex RejectedReference();

    [GeneratedRegex(@"^.*(?:REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed|host key is known for|no matching host key type).*$", RegexOptions.Multiline)]
    private static partial Regex HostKeySign();

    [GeneratedRegex(@"^.*(?:[Nn]o such identity: |Identity file .* not accessible|UNPROTECTED PRIVATE KEY FILE|Load key "".*"": ).*$", RegexOptions.Multiline)]
    private static partial Regex KeyUnusableSign();

    // ssh's own line, not a server's: `git@host: Permission denied (publickey,password).`
    [GeneratedRegex(@"^[^\s:]+: Permission denied \([a-z0-9,@.-]*\)\.?\s*$|^.*Too many authentication failures.*$", RegexOptions.Multiline)]
    private static partial Regex KeyRefusedSign();

    [GeneratedRegex(@"^.*(?:Could not resolve hostname|Connection refused|[Cc]onnection timed out|Operation timed out|No route to host|Network is unreachable|Connection reset|Connection closed by|Broken pipe|kex_exchange_identification|banner exchange).*$", RegexOptions.Multiline)]
    private static partial Regex UnreachableSign();

    [GeneratedRegex(@"^.*(?:does not appear to be a git repository|[Rr]epository not found|not a git repository).*$", RegexOptions.Multiline)]
    private static partial Regex NoRepositorySign();

    [GeneratedRegex(@"^(?:ssh: |fatal: |error: |ERROR: )|^[@ ]+|[@. ]+$")]
    private static partial Regex Redundant();
}
