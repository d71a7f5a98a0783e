using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Hosting;

/// <summary>
/// Routes of what the browser loads: our pages, Elsa Studio under <c>/studio/</c>, their files. Pages are for whoever is signed in; the rest of the world gets the door's page in their place. Files are
/// open to everyone because they hold nothing of this server: the same bytes come out of npm and out of our sources.
/// </summary>
internal sealed class Site(ContentArchive? archive)
{
    private const string StudioBase = "/studio/";
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Page(routes, "/blueprints", "blueprints", "Blueprints", "/blueprints");
        Page(routes, "/blueprints/{name}", "blueprint", "Blueprint", "/blueprints");
        Page(routes, "/runs", "runs", "Runs", "/runs");
        Page(routes, "/runs/{id}", "run", "Run", "/runs");
        Page(routes, "/secrets", "secrets", "Secrets", "/secrets");
        Page(routes, "/settings", "settings", "Settings", "/settings");
        Open(routes, "/pages/{**path}", context => WriteFileAsync(context, context.Request.Path.Value![1..]));
        // The page itself asks for the session; its files, told apart by their extension, do not.
        Open(routes, "/studio/{**path:file}", context => WriteFileAsync(context, context.Request.Path.Value![1..]));
        routes.MapMethods("/studio/{**path}", Reading, WriteStudioAsync).Needs(Role.Viewer);
        // Links inside Studio that forget the folder it is served from. Everything else under /workflows belongs to HTTP endpoints of workflows.
        Open(routes, "/workflows/definitions/{**path}", RedirectToStudio);
        Open(routes, "/workflows/instances/{**path}", RedirectToStudio);
    }

    /// <summary>Who is signed in goes on to the first page; true when that was answered.</summary>
    public bool TakesHome(HttpContext context)
    {
        if (archive is null || context.TryCaller()?.SessionId is null) return false;
        context.Response.Redirect("/blueprints");
        return true;
    }

    private void Page(IEndpointRouteBuilder routes, string pattern, string script, string title, string place) =>
        routes.MapMethods(pattern, Reading, context => archive is null ? NotBuiltPage.WriteAsync(context) : Shell.WriteAsync(context, archive, script, title, place)).Needs(Role.Viewer);

    private static void Open(IEndpointRouteBuilder routes, string pattern, RequestDelegate answer) =>
        routes.MapMethods(pattern, Reading, answer).WithMetadata(OpenToEveryone.Marker);

    private static Task RedirectToStudio(HttpContext context)
    {
        context.Response.Redirect($"/studio{context.Request.Path}{context.Request.QueryString}");
        return Task.CompletedTask;
    }

    /// <summary>The host page, for every path without an extension, so that an address inside Studio can be opened directly.</summary>
    private Task WriteStudioAsync(HttpContext context)
    {
        if (archive is null) return NotBuiltPage.WriteAsync(context);
        if (context.Request.Path.Value!.StartsWith(StudioBase, StringComparison.Ordinal)) return Shell.WriteStudioAsync(context, archive);
        // Everything in the page is relative to the folder.
        context.Response.Redirect(StudioBase);
        return Task.CompletedTask;
    }

    private Task WriteFileAsync(HttpContext context, string path) => archive?.Find(path) is { } file
        ? ContentAnswer.WriteAsync(context, archive, file)
        : Problem.WriteAsync(context, StatusCodes.Status404NotFound, "api.notFound", $"There is no file at {context.Request.Path}.");
}
