using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Access;

/// <summary>
/// Proof that one of our pages meant a request: a header that only a script of ours can set, bound to the session. Asked for when the browser sent the session cookie by itself and the request may
/// change something; requests with a token need none.
/// </summary>
internal static class Antiforgery
{
    /// <summary>The header.</summary>
    public const string Header = "X-Antiforgery-Token";

    /// <summary>Its value for a session. One way from the session's id, which no answer ever holds.</summary>
    public static string Token(string sessionId) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes("antiforgery:" + sessionId)));

    /// <summary>Why the request does not pass; null when it does.</summary>
    public static string? Refuses(HttpRequest request, Caller caller)
    {
        // A socket is opened by GET and no header can be added to it, but then the browser tells where the page is from.
        if (!HostNames.IsOwnOrigin(request)) return "The request comes from a page of another origin.";
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) return null;
        return Credential.Same(request.Headers[Header].ToString(), Token(caller.SessionId!)) ? null : $"The header {Header} is missing or wrong; GET /api/v1/session gives it.";
    }
}
