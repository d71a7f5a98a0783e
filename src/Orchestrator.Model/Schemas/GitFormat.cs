using System.Globalization;

namespace Orchestrator.Model.Schemas;

/// <summary>
/// The two forms of a git repository over SSH that git really understands. The tempting third, <c>ssh://user@host:repository</c>, is read by git as host and port and
/// never worked.
/// </summary>
internal static class GitFormat
{
    private const string RightForms = "expected `user@host:path` or `ssh://user@host[:port]/path`";

    public static string? Problem(string text)
    {
        if (text.Length == 0) return $"is empty: {RightForms}";
        if (text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c))) return $"has white space in it: {RightForms}";
        if (text.StartsWith("ssh://", StringComparison.Ordinal)) return WithScheme(text["ssh://".Length..]);
        if (text.Contains("://", StringComparison.Ordinal)) return $"is not reached over SSH: {RightForms}";

        var at = text.IndexOf('@', StringComparison.Ordinal);
        var colon = text.IndexOf(':', Math.Max(at, 0));
        if (at <= 0 || colon < 0) return $"is no SSH repository: {RightForms}";
        if (text[..at].Contains('/', StringComparison.Ordinal) || text[..at].Contains(':', StringComparison.Ordinal)) return $"is no SSH repository: {RightForms}";
        return Host(text[(at + 1)..colon]) ?? Path(text[(colon + 1)..]);
    }

    private static string? WithScheme(string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var authority = slash < 0 ? rest : rest[..slash];
        var at = authority.LastIndexOf('@');
        var (user, host) = at < 0 ? ("", authority) : (authority[..at], authority[(at + 1)..]);
        if (user.Contains(':', StringComparison.Ordinal)) return $"has a password in it, which SSH does not take from there: {RightForms}";
        var colon = host.StartsWith('[') ? host.IndexOf(':', Math.Max(host.IndexOf(']', StringComparison.Ordinal), 0)) : host.IndexOf(':', StringComparison.Ordinal);
        var port = colon < 0 ? null : host[(colon + 1)..];
        if (port is not null && Formats.Problem("port", port) is not null)
        {
            var path = port + (slash < 0 ? "" : rest[slash..]);
            var (name, who) = (host[..colon], user.Length == 0 ? "git" : user);
            return $"is no repository that git can reach: behind `ssh://host:` it expects a port, not `{port}`. Write `{who}@{name}:{path}` or `ssh://{who}@{name}/{path}`";
        }

        if (user.Length == 0) return $"names no user: {RightForms}";
        if (slash < 0) return $"has no path: {RightForms}";
        var bare = colon < 0 ? host : host[..colon];
        return Host(bare.StartsWith('[') && bare.EndsWith(']') ? bare[1..^1] : bare) ?? Path(rest[(slash + 1)..]);
    }

    private static string? Host(string host)
    {
        var bare = host.StartsWith('[') && host.EndsWith(']') ? host[1..^1] : host;
        // A leading hyphen would be an option to ssh.
        if (bare.StartsWith('-')) return $"has the host `{host}`, which begins with a hyphen";
        return bare.Contains('.', StringComparison.Ordinal) || bare.Contains(':', StringComparison.Ordinal) || bare.Length == 0 || !bare.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? Formats.Host(bare) is { } problem ? string.Create(CultureInfo.InvariantCulture, $"has the host `{host}`, which {problem}") : null
            : null;
    }

    private static string? Path(string path) =>
        path.Trim('/').Length == 0 ? $"has no path: {RightForms}" : path.StartsWith('-') ? "has a path that begins with a hyphen" : null;
}
