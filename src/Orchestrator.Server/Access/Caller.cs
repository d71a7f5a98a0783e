using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Access;

/// <summary>Who makes a request, once the gate has let it pass.</summary>
/// <param name="Name">As journal and audit name it: <c>admin</c>, <c>token:ci</c>, <c>session:ann</c>.</param>
/// <param name="Role">What the caller may do.</param>
/// <param name="Token">Hash of the token behind the request, or behind its session: what the caller begins ends with it.</param>
/// <param name="SessionId">The browser session behind the request; null for tokens.</param>
internal sealed record Caller(string Name, Role Role, string Token, string? SessionId = null)
{
    /// <summary>The claims form, for what asks ASP.NET Core who is there.</summary>
    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity([new Claim(ClaimTypes.Name, Name), new Claim(ClaimTypes.Role, Role.Text())], "Orchestrator"));
}

/// <summary>Finds the caller of a request.</summary>
internal static class CallerContext
{
    private static readonly object Key = new();

    /// <summary>The caller; only on routes that need a role, or are open and were called with a credential.</summary>
    public static Caller Caller(this HttpContext context) => context.TryCaller() ?? throw new InvalidOperationException("the route is open to everyone: there is no caller");

    /// <summary>The caller; null on an open route that was called without a credential.</summary>
    public static Caller? TryCaller(this HttpContext context) => context.Items.TryGetValue(Key, out var caller) ? (Caller?)caller : null;

    /// <summary>Notes who calls.</summary>
    public static void SetCaller(this HttpContext context, Caller caller)
    {
        context.Items[Key] = caller;
        context.User = caller.ToPrincipal();
    }
}
