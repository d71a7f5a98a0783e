using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Git;

/// <summary>Address of a repository over SSH: <c>user@host:path</c> or <c>ssh://user@host[:port]/path</c>.</summary>
/// <param name="Text">As written; what git gets.</param>
/// <param name="User">Login; null = the target's own user name.</param>
/// <param name="Host">Name or address, without brackets.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Path">Where on the server; a path below the login's home starts with <c>/~/</c>.</param>
internal sealed partial record RepoUrl(string Text, string? User, string Host, int Port, string Path)
{
    private const string Forms = "write `user@host:path` or `ssh://user@host[:port]/path`";

    /// <summary>What stands before the key in a line of known_hosts.</summary>
    public string KnownHostsName => Port == 22 ? Host : $"[{Host}]:{Port}";

    /// <summary>Reads an address or fails with <c>git.url</c>, which names the forms that work.</summary>
    public static RepoUrl Parse(string text) =>
        Read(text) ?? throw new FailureException("git.url", FailureKind.Permanent, Problem(text));

    /// <summary>True when the other text leads to the same place, whichever of the two forms it is written in.</summary>
    public bool IsSame(string? other) =>
        other is not null && Read(other.Trim()) is { } repo
        && (repo.User, repo.Port, Tidy(repo.Path)) == (User, Port, Tidy(Path))
        && repo.Host.Equals(Host, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static RepoUrl? Read(string text)
    {
        var match = UrlForm().Match(text);
        if (match.Success)
        {
            var port = 22;
            var portText = match.Groups["port"].Value;
            if (portText.Length > 0 && (!int.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535)) return null;
            return new RepoUrl(text, Login(match), match.Groups["host"].Value.Trim('[', ']'), port, match.Groups["path"].Value);
        }

        match = ShortForm().Match(text);
        if (!match.Success || text.Contains("://", StringComparison.Ordinal)) return null;
        var path = match.Groups["path"].Value;
        return new RepoUrl(text, Login(match), match.Groups["host"].Value.Trim('[', ']'), 22, path[0] == '/' ? path : "/~/" + path);
    }

    private static string Problem(string text)
    {
        // The form that the first bootstrap documented; git takes what follows the colon for a port and never gets anywhere.
        if (BrokenForm().Match(text) is { Success: true } broken)
        {
            var (login, host, rest) = (broken.Groups["login"].Value, broken.Groups["host"].Value, broken.Groups["rest"].Value);
            return $"`{text}` is no repository address: after `ssh://` git reads `{rest.Split('/')[0]}` as a port; write `{login}{host}:{rest}` or `ssh://{login}{host}/{rest}`";
        }

        return $"`{text}` is no repository address over SSH: {Forms}";
    }

    private static string? Login(Match match) => match.Groups["user"] is { Success: true } user ? user.Value : null;

    private static string Tidy(string path) => path.TrimEnd('/');

    // Users, hosts and paths never start with a dash: ssh would take them for options.
    [GeneratedRegex(@"^ssh://(?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@)?(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(?::(?<port>[0-9]+))?(?<path>/[^\s\p{C}]+)$")]
    private static partial Regex UrlForm();

    [GeneratedRegex(@"^(?:(?<user>[A-Za-z0-9_][A-Za-z0-9_.-]*)@)?(?<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9][A-Za-z0-9.-]*):(?<path>[^\s\p{C}-][^\s\p{C}]*)$")]
    private static partial Regex ShortForm();

    [GeneratedRegex(@"^ssh://(?<login>[A-Za-z0-9_][A-Za-z0-9_.-]*@)?(?<host>[A-Za-z0-9][A-Za-z0-9.-]*):(?<rest>[^\s/0-9][^\s]*)$")]
    private static partial Regex BrokenForm();
}
