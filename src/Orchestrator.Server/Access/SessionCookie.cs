using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Access;

/// <summary>The cookie of a browser session. Cookies know no ports, so its name does: two servers on one machine leave each other's alone.</summary>
internal static class SessionCookie
{
    /// <summary>What the browser sent; null when nothing.</summary>
    public static string? Read(HttpRequest request) => request.Cookies[Name(request)] is { Length: > 0 } text ? text : null;

    /// <summary>Gives the browser a cookie.</summary>
    public static void Set(HttpContext context, string text) => context.Response.Cookies.Append(Name(context.Request), text, Options(context.Request, BrowserSessions.Longest));

    /// <summary>Takes it away.</summary>
    public static void Remove(HttpContext context) => context.Response.Cookies.Delete(Name(context.Request), Options(context.Request, null));

    private static string Name(HttpRequest request) => string.Create(
        CultureInfo.InvariantCulture, $"{(request.IsHttps ? "__Host-" : "")}orchestrator-{request.Host.Port ?? (request.IsHttps ? 443 : 80)}");

    private static CookieOptions Options(HttpRequest request, TimeSpan? life) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = request.IsHttps, Path = "/", MaxAge = life, IsEssential = true };
}
