using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Model.Schemas;

/// <summary>The formats of strings: what is wrong with a text, in words that complete "<c>name</c> …" and show a right one.</summary>
public static class Formats
{
    private static readonly Dictionary<string, Func<string, string?>> Known = new(StringComparer.Ordinal)
    {
        ["host"] = Host,
        ["hostname"] = Hostname,
        ["ipAddress"] = IpAddress,
        ["cidr"] = Cidr,
        ["port"] = Port,
        ["url"] = Url,
        ["gitSshUrl"] = GitFormat.Problem,
        ["sshPublicKey"] = KeyFormat.Problem,
        ["imageDigest"] = ImageFormat.Problem,
        ["path"] = Path,
        ["duration"] = Duration,
        ["instant"] = Instant,
        ["multiline"] = _ => null,
    };

    /// <summary>The names of all formats.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>What is wrong with a text, for example <c>is no duration: expected one such as 90s, 2m or 1h30m</c>; null when it is right or the format is unknown.</summary>
    public static string? Problem(string format, string text) => Known.TryGetValue(format, out var check) ? check(text) : null;

    internal static string? Host(string text)
    {
        if (text.Contains("://", StringComparison.Ordinal)) return "is a URL: expected only the host, such as node1.example.net or 10.0.0.1";
        if (IsAddress(text)) return null;
        if (text.StartsWith('[') || (text.Count(c => c == ':') == 1 && text.Split(':')[1].All(char.IsAsciiDigit)))
            return "must not have a port or brackets: expected a host such as node1.example.net, 10.0.0.1 or 2001:db8::1";
        return text.Length > 0 && text.All(c => char.IsAsciiDigit(c) || c == '.') ? IpAddress(text) : Hostname(text);
    }

    internal static string? Hostname(string text)
    {
        const string Example = "expected a name such as node1.example.net";
        if (text.Length == 0) return $"is empty: {Example}";
        if (text.Length > 253) return "is longer than 253 characters, the most a host name can have";
        if (text.EndsWith('.')) return $"must not end with a dot: {Example}";
        foreach (var label in text.Split('.'))
        {
            if (label.Length is 0 or > 63) return $"has a part that is empty or longer than 63 characters: {Example}";
            if (label.StartsWith('-') || label.EndsWith('-')) return $"has a part that begins or ends with a hyphen: {Example}";
            if (label.FirstOrDefault(c => !char.IsAsciiLetterOrDigit(c) && c != '-') is var stray && stray != '\0') return $"has `{stray}` in it: a host name has letters, digits, hyphens and dots";
        }

        return text.Split('.')[^1].All(char.IsAsciiDigit) ? $"is no host name, its last part is a number: {Example}, or give an address where that is allowed" : null;
    }

    internal static bool IsAddress(string text) => IsV4(text) || IsV6(text);

    private static bool IsV4(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(part => part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0') && int.Parse(part, CultureInfo.InvariantCulture) <= 255);
    }

    private static bool IsV6(string text) =>
        text.Contains(':', StringComparison.Ordinal) && text.IndexOfAny(['%', '[', '/']) < 0
        && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static string? IpAddress(string text) => IsAddress(text) ? null : "is no IP address: expected one such as 10.0.0.1 or 2001:db8::1";

    private static string? Cidr(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return IsAddress(text) ? $"has no prefix length: expected a range such as {text}/{(IsV4(text) ? 24 : 64)}" : "is no address range: expected one such as 10.0.0.0/24 or 2001:db8::/64";
        var (address, prefix) = (text[..slash], text[(slash + 1)..]);
        if (!IsAddress(address)) return $"is no address range, `{address}` is no address: expected one such as 10.0.0.0/24 or 2001:db8::/64";
        var most = IsV4(address) ? 32 : 128;
        return prefix.Length is > 0 and <= 3 && prefix.All(char.IsAsciiDigit) && (prefix.Length == 1 || prefix[0] != '0') && int.Parse(prefix, CultureInfo.InvariantCulture) <= most
            ? null : $"has the prefix length `{prefix}`: expected 0 to {most}";
    }

    private static string? Port(string text) =>
        text.Length is > 0 and <= 5 && text.All(char.IsAsciiDigit) && int.Parse(text, CultureInfo.InvariantCulture) is > 0 and <= 65535 ? null : "is no port: expected 1 to 65535";

    private static string? Url(string text)
    {
        const string Example = "expected one such as https://example.net/path";
        if (text.Any(char.IsWhiteSpace)) return $"has white space in it: {Example}";
        if (!text.Contains("://", StringComparison.Ordinal)) return $"has no scheme: {Example}";
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0) return $"is no URL: {Example}";
        return uri.UserInfo.Contains(':', StringComparison.Ordinal) ? "has a password in it: give that as a secret, not in the URL" : null;
    }

    private static string? Path(string text)
    {
        if (!text.StartsWith('/')) return "is no absolute path: expected one such as /var/lib/data";
        if (text.Any(char.IsControl)) return "has a control character in it";
        if (text.Length > 4096) return "is longer than 4096 characters";
        return text.Split('/').Any(part => part is "." or "..") ? "must not have `.` or `..` as a part: write the path out" : null;
    }

    private static string? Duration(string text) =>
        Durations.TryParse(text, out _) ? null : "is no duration: expected one such as 500ms, 90s, 2m, 1h30m or 2d, at most 3650d";

    private static string? Instant(string text) =>
        text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            ? null : "is no instant: expected one such as 2030-01-31T12:00:00Z";
}
