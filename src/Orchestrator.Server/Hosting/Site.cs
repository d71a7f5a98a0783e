using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Hosting;

/// <summary>
/// Routes of what the browser loads: our pages, Elsa Studio under <c>/studio/</c>, their files. They are open to everyone because they hold nothing of this server: the same bytes come out of npm
/// and out of our sources. Everything they show comes from the API, which asks for the session.
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
        Open(routes, "/studio/{**path}", WriteStudioAsync);
        // Links inside Studio that forget the folder it is served from. Everything else under /workflows belongs to HTTP endpoints of workflows.
        Open(routes, "/workflows/definitions/{**path}", RedirectToStudio);
        Open(routes, "/workflows/instances/{**path}", RedirectToStudio);
    }

    private void Page(IEndpointRouteBuilder routes, string pattern, string script, string title, string place) =>
        Open(routes, pattern, context => archive is null ? NotBuiltPage.WriteAsync(context) : Shell.WriteAsync(context, archive, script, title, place));

    private static void Open(IEndpointRouteBuilder routes, string pattern, RequestDelegate answer) =>
        routes.MapMethods(pattern, Reading, answer).WithMetadata(OpenToEveryone.Marker);

    private static Task RedirectToStudio(HttpContext context)
    {
        context.Response.Redirect($"/studio{context.Request.Path}{context.Request.QueryString}");
        return Task.CompletedTask;
    }

    /// <summary>A file of Studio; the host page for every path without an extension, so that an address inside Studio can be opened directly.</summary>
    private Task WriteStudioAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (!path.StartsWith(StudioBase, StringComparison.Ordinal))
        {
            context.Response.Redirect(StudioBase);
            return Task.CompletedTask;
        }

        if (Path.HasExtension(path)) return WriteFileAsync(context, path[1..]);
        return archive is null ? NotBuiltPage.WriteAsync(context) : Shell.WriteStudioAsync(context, archive);
    }

    private Task WriteFileAsync(HttpContext context, string path) => archive?.Find(path) is { } file
        ? ContentAnswer.WriteAsync(context, archive, file)
        : Problem.WriteAsync(context, StatusCodes.Status404NotFound, "api.notFound", $"There is no file at {context.Request.Path}.");
}
