using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Api;
using Orchestrator.Server.Api.OpenApi;
using Orchestrator.Server.Pages;

namespace Orchestrator.Server.Access;

/// <summary>How a browser comes in and goes: a one-time link or a token pasted into a form begins a session.</summary>
internal sealed class LoginRoutes(AccessParts access)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", ByLinkAsync).WithMetadata(OpenToEveryone.Marker);
        routes.MapPost("/login", ByTokenAsync).WithMetadata(OpenToEveryone.Marker);
        routes.MapGet("/api/v1/session", ReadAsync).Needs(Role.Viewer).Says(new RouteDoc("Says who calls; to a browser also what its changes must carry.") { Answer = "Session" });
        routes.MapDelete("/api/v1/session", EndAsync).Needs(Role.Viewer).Says(new RouteDoc("Ends the browser session with every token of it.") { Status = StatusCodes.Status204NoContent });
        routes.MapPost("/api/v1/session/token", IssueBearerAsync).Needs(Role.Viewer).Says(new RouteDoc("Gives a page a short-lived bearer token of its session, with the session's role.")
        {
            Answer = "SessionToken", Problems = [(StatusCodes.Status409Conflict, "The caller is no browser session.")],
        });
        routes.MapPost("/api/v1/login-links", IssueLinkAsync).Needs(Role.Admin).Says(new RouteDoc("Makes a link that signs a browser in, once.")
        {
            Body = "NewLoginLink", Status = StatusCodes.Status201Created, Answer = "LoginLink",
        });
    }

    private async Task ByLinkAsync(HttpContext context)
    {
        var code = context.Request.Query["code"].ToString();
        if (code.Length == 0) await SignInPage.WriteAsync(context, StatusCodes.Status200OK, null, WayBack.Checked(context.Request.Query["from"])).ConfigureAwait(false);
        else if (code.Length <= Credential.LongestText && access.Links.Redeem(code) is { } guest) await BeginAsync(context, guest, null).ConfigureAwait(false);
        else await WrongAsync(context, "This link was used, or is too old. `orchestrator login` prints a new one.", null).ConfigureAwait(false);
    }

    private async Task ByTokenAsync(HttpContext context)
    {
        // Nobody else's page may sign a browser in under a name of its choice.
        if (!HostNames.IsOwnOrigin(context.Request)) throw new ProblemException(StatusCodes.Status403Forbidden, "api.antiforgery", "The request comes from a page of another origin.");
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false) : FormCollection.Empty;
        var (token, from) = (form["token"].ToString().Trim(), WayBack.Checked(form["from"]));
        if (token.Length is > 0 and <= Credential.LongestText && await access.Identification.OfTokenAsync(token, context.RequestAborted).ConfigureAwait(false) is { SessionId: null } caller)
            await BeginAsync(context, new LoginLink(caller.Name, caller.Role, caller.Token), from).ConfigureAwait(false);
        else await WrongAsync(context, "No such token, or it was revoked or is too old.", from).ConfigureAwait(false);
    }

    private async Task BeginAsync(HttpContext context, LoginLink guest, string? from)
    {
        SessionCookie.Set(context, await access.Sessions.BeginAsync(guest.Name, guest.Role, guest.Token).ConfigureAwait(false));
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(from ?? WayBack.Home);
    }

    private async Task WrongAsync(HttpContext context, string why, string? from)
    {
        if (!access.Limit.Count(context.Connection.RemoteIpAddress))
        {
            await Gate.TooManyAsync(context).ConfigureAwait(false);
            return;
        }

        await access.Audit.RefusedAsync(context, "?", "wrong login").ConfigureAwait(false);
        await SignInPage.WriteAsync(context, StatusCodes.Status401Unauthorized, why, from).ConfigureAwait(false);
    }

    private static Task ReadAsync(HttpContext context)
    {
        var caller = context.Caller();
        return JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("name", caller.Name);
            writer.WriteString("role", caller.Role.Text());
            if (caller.SessionId is { } session)
            {
                writer.WriteString("antiforgeryHeader", Antiforgery.Header);
                writer.WriteString("antiforgeryToken", Antiforgery.Token(session));
            }

            writer.WriteEndObject();
        });
    }

    private async Task EndAsync(HttpContext context)
    {
        if (context.Caller().SessionId is { } session) await access.Sessions.EndAsync(session).ConfigureAwait(false);
        SessionCookie.Remove(context);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task IssueBearerAsync(HttpContext context)
    {
        if (SessionCookie.Read(context.Request) is not { } cookie || await access.Sessions.IssueBearerAsync(cookie, context.RequestAborted).ConfigureAwait(false) is not { } issued)
            throw new ProblemException(StatusCodes.Status409Conflict, "api.noSession", "Only a signed-in browser gets a token of its session; programs use an API token.");
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("accessToken", issued.Text);
            writer.WriteString("expiresAt", issued.ExpiresAt);
            writer.WriteString("role", context.Caller().Role.Text());
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task IssueLinkAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var name = body.Text("name") ?? context.Caller().Name;
        if (name.Length is 0 or > ApiTokens.LongestName) throw ProblemException.Bad($"`name` must have 1 to {ApiTokens.LongestName} characters");
        var role = body.Text("role") is { } text ? TokensApi.ParseRole(text) : Role.Admin;
        AuditTrail.About(context, $"{name} as {role.Text()}");
        var code = access.Links.Issue(new LoginLink(name, role, context.Caller().Token));
        await JsonBody.WriteAsync(context, StatusCodes.Status201Created, "application/json", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("path", $"/login?code={code}");
            writer.WriteNumber("minutes", (int)LoginLinks.Life.TotalMinutes);
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }
}
