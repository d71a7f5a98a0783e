using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Access;

/// <summary>Deny by default: a request passes with the token, or when its route says that it is open to everyone. An unknown route is closed too.</summary>
internal static class BearerGate
{
    private const string Scheme = "Bearer ";

    /// <summary>Puts the gate before every route.</summary>
    public static void Use(IApplicationBuilder app, AdminToken token) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<OpenToEveryone>() is not null) return next(context);
        var given = context.Request.Headers.Authorization.ToString();
        if (given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && token.Matches(given[Scheme.Length..].Trim())) return next(context);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, "api.unauthorized", "This needs the token in the file admin.token of the data folder, as `Authorization: Bearer …`.");
    });
}

/// <summary>Marks a route that needs no token.</summary>
internal sealed class OpenToEveryone
{
    /// <summary>The one object needed.</summary>
    public static OpenToEveryone Marker { get; } = new();
}
