using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Api;
using Orchestrator.Server.Pages;

namespace Orchestrator.Server.Access;

/// <summary>Deny by default: a request passes when its route is open to everyone, or its caller has the role that the route needs. Unknown routes are closed too.</summary>
internal sealed class Gate(Identification identification, FailureLimit limit, AuditTrail audit, TimeProvider time)
{
    /// <summary>Puts the gate before every route.</summary>
    public void Use(IApplicationBuilder app) => app.Use(PassAsync);

    private async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        var endpoint = context.GetEndpoint();
        var isOpen = endpoint?.Metadata.GetMetadata<OpenToEveryone>() is not null;
        var identified = await identification.OfAsync(context).ConfigureAwait(false);
        if (identified.Caller is not { } caller)
        {
            if (isOpen) await next(context).ConfigureAwait(false);
            else await RefuseUnknownAsync(context, identified).ConfigureAwait(false);
            return;
        }

        if (identified.NeedsAntiforgery && !isOpen && Antiforgery.Refuses(context.Request, caller) is { } why)
        {
            await audit.RefusedAsync(context, caller.Name, "antiforgery").ConfigureAwait(false);
            await Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "api.antiforgery", why).ConfigureAwait(false);
            return;
        }

        // A route that says nothing is for admins; a test sees to it that there is none. What is no route (404, 405) tells a viewer so.
        var needed = isOpen ? Role.Viewer : endpoint?.Metadata.GetMetadata<NeedsRole>()?.Least ?? (endpoint is RouteEndpoint ? Role.Admin : Role.Viewer);
        if (caller.Role < needed)
        {
            await audit.RefusedAsync(context, caller.Name, $"needs role {needed.Text()}").ConfigureAwait(false);
            await Problem.WriteAsync(context, StatusCodes.Status403Forbidden, "api.forbidden", $"This needs the role {needed.Text()}; {caller.Name} has the role {caller.Role.Text()}.").ConfigureAwait(false);
            return;
        }

        context.SetCaller(caller);
        if (needed == Role.Admin && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)) audit.OnAnswer(context, caller.Name);
        if (endpoint?.Metadata.GetMetadata<LongAnswer>() is null)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        var still = identification.StillOf(context);
        await LongAnswer.RunAsync(context, next, async () => await still().ConfigureAwait(false) is { } now && now.Role >= needed, time).ConfigureAwait(false);
    }

    private async Task RefuseUnknownAsync(HttpContext context, Identified identified)
    {
        if (identified.IsWrong && !limit.Count(context.Connection.RemoteIpAddress))
        {
            await TooManyAsync(context).ConfigureAwait(false);
            return;
        }

        await audit.RefusedAsync(context, "?", identified.IsWrong ? "wrong credential" : "no credential").ConfigureAwait(false);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        // People get a page that says how to come in; programs get a problem.
        if (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Accept.ToString().StartsWith("text/html", StringComparison.OrdinalIgnoreCase))
            await SignInPage.WriteAsync(context, StatusCodes.Status401Unauthorized, null, WayBack.To(context.Request)).ConfigureAwait(false);
        else await Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, "api.unauthorized", "This needs a credential.").ConfigureAwait(false);
    }

    /// <summary>Tells an address that it tried too often.</summary>
    public static Task TooManyAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "60";
        return Problem.WriteAsync(context, StatusCodes.Status429TooManyRequests, "api.tooManyAttempts", "Too many wrong credentials came from this address; try again in a minute.");
    }
}
