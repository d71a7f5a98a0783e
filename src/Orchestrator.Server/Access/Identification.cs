using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Access;

/// <summary>Finds out who makes a request from the credential it carries: a bearer token or API key, a session cookie, or for sockets a token in the query.</summary>
internal sealed class Identification(AdminToken admin, ApiTokens tokens, BrowserSessions sessions)
{
    // A browser cannot send headers with a socket. Elsewhere a token in the query would end up in logs of proxies.
    private static readonly PathString Sockets = "/elsa/hubs";

    /// <summary>Who calls, or why nobody does.</summary>
    public async Task<Identified> OfAsync(HttpContext context)
    {
        var request = context.Request;
        if (Header(request) is { } token || (token = Query(request)) is not null)
        {
            return token.Length <= Credential.LongestText && await OfTokenAsync(token, context.RequestAborted).ConfigureAwait(false) is { } caller
                ? new Identified(caller)
                : Identified.Wrong;
        }

        if (SessionCookie.Read(request) is not { } cookie) return Identified.Nobody;
        if (cookie.Length > Credential.LongestText || await sessions.FindByCookieAsync(cookie, context.RequestAborted).ConfigureAwait(false) is not { } session) return Identified.Over;
        if (session.Renewed is { } renewed) SessionCookie.Set(context, renewed);
        return new Identified(session.Caller) { NeedsAntiforgery = true };
    }

    /// <summary>Looks again, later and as often as asked, who a request's credential speaks for; null when it opens nothing any more. Renews nothing: the answer has begun.</summary>
    public Func<Task<Caller?>> StillOf(HttpContext context)
    {
        if ((Header(context.Request) ?? Query(context.Request)) is { } token) return () => OfTokenAsync(token, CancellationToken.None);
        var cookie = SessionCookie.Read(context.Request) ?? "";
        return () => sessions.StillOfCookieAsync(cookie, CancellationToken.None);
    }

    /// <summary>Who a token of any kind speaks for; null when it opens nothing.</summary>
    public async Task<Caller?> OfTokenAsync(string token, CancellationToken cancellationToken)
    {
        if (admin.Matches(token)) return new Caller("admin", Role.Admin, admin.Hash);
        return await tokens.FindAsync(token, cancellationToken).ConfigureAwait(false) ?? await sessions.FindByBearerAsync(token, cancellationToken).ConfigureAwait(false);
    }

    private static string? Header(HttpRequest request)
    {
        var given = request.Headers.Authorization.ToString();
        foreach (var scheme in (ReadOnlySpan<string>)["Bearer ", "ApiKey "])
            if (given.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return given[scheme.Length..].Trim();
        return given.Length == 0 ? null : given;
    }

    private static string? Query(HttpRequest request) =>
        request.Path.StartsWithSegments(Sockets) && request.Query["access_token"].ToString() is { Length: > 0 } token ? token : null;
}

/// <summary>What a request's credential came to.</summary>
/// <param name="Caller">Who calls; null when nobody is known.</param>
internal sealed record Identified(Caller? Caller)
{
    /// <summary>No credential was given.</summary>
    public static Identified Nobody { get; } = new((Caller?)null);

    /// <summary>One was given that opens nothing.</summary>
    public static Identified Wrong { get; } = new((Caller?)null) { IsWrong = true };

    /// <summary>A cookie of a session that is over: usual, and nobody's attempt.</summary>
    public static Identified Over { get; } = new((Caller?)null);

    /// <summary>True when a credential was given that opens nothing.</summary>
    public bool IsWrong { get; init; }

    /// <summary>True when the browser sent the credential by itself, so that a request that changes something must prove that one of our pages meant it.</summary>
    public bool NeedsAntiforgery { get; init; }
}
