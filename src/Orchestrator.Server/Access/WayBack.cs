using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Orchestrator.Server.Access;

/// <summary>
/// Where a browser goes once it is signed in: the page that it wanted. Anybody can make a link to <c>/login?from=…</c>, so only an address of this server is followed: one slash, then printable ASCII
/// without the backslash that browsers take for a slash.
/// </summary>
internal static class WayBack
{
    /// <summary>Home, when no page was wanted or what was given is no address here.</summary>
    public const string Home = "/";

    private const int Longest = 2048;

    /// <summary>The address of this request.</summary>
    public static string? To(HttpRequest request) => Checked(request.GetEncodedPathAndQuery());

    /// <summary>What somebody gave as one; null when it is none to be followed.</summary>
    public static string? Checked(string? given) =>
        given is ['/', ..] and not ['/', '/', ..] && given.Length <= Longest && given.All(letter => letter is > ' ' and < '\x7f' and not '\\') ? given : null;
}
