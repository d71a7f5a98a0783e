using System.Text.RegularExpressions;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Git;

/// <summary>Lines of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT).</summary>
internal static partial class KnownHostsLine
{
    /// <summary>The lines that pin <paramref name="publicKeys"/> for the repository's server. Fails with <c>git.hostKeyMalformed</c>.</summary>
    /// <param name="repo">Gives host and port.</param>
    /// <param name="publicKeys">One public key a line, <c>type base64 [comment]</c>; empty lines and <c>#</c> lines do not count.</param>
    public static IReadOnlyList<string> For(RepoUrl repo, string publicKeys)
    {
        var keys = publicKeys.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').Select(line => PublicKey().Match(line)).ToList();
        if (keys.Count == 0 || keys.Any(key => !key.Success))
            throw new FailureException(
                "git.hostKeyMalformed", FailureKind.Permanent, $"`hostKey` for {repo.Host} must hold public keys as `type base64`, a line each, for example `ssh-ed25519 AAAAC3Nz…`");
        return [.. keys.Select(key => $"{repo.KnownHostsName} {key.Groups["type"].Value} {key.Groups["data"].Value}").Distinct()];
    }

    /// <summary>True when the line is about the repository's server by its plain name. Hashed lines and patterns are left alone: they are not ours.</summary>
    public static bool IsAbout(RepoUrl repo, string line) => line.Split(' ', 2)[0] == repo.KnownHostsName;

    [GeneratedRegex(@"^(?<type>ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-[a-z0-9@.-]+)\s+(?<data>[A-Za-z0-9+/]{40,}={0,2})(?:\s.*)?$")]
    private static partial Regex PublicKey();
}
