using System.Net;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Hosting;

/// <summary>The HTML around every page: head, navigation, and the element that the page's script fills. It shows nothing of any run; what it shows, its script asks our API for, with the session.</summary>
internal static class Shell
{
    private static readonly (string Path, string Text)[] Places =
    [
        ("/blueprints", "Blueprints"), ("/studio/workflows/definitions", "Workflows"), ("/runs", "Runs"), ("/secrets", "Secrets"), ("/settings", "Settings"),
    ];

    // Nothing may come from, or go to, another machine. Monaco sets styles on elements and starts its workers from blobs.
    private const string Policy = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; " +
        "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; script-src 'self'";

    // Studio is compiled in the page; its editor and its instance list each bring one script inline. These are the hashes of those of 3.8.2.
    private const string StudioScripts = " 'wasm-unsafe-eval' 'sha256-vu6sQrKXQHR4Yn3FMMihA/9TxxfIXnCxKwvLrTPJ5ts=' 'sha256-snlP1jz0gjwc5cTz9ErZcliXuCK63+Mmf68RRCeptgc='";

    /// <summary>Answers with one of our pages.</summary>
    /// <param name="context">The request.</param>
    /// <param name="archive">Where the scripts are.</param>
    /// <param name="script">Name of the page's script without <c>.js</c>.</param>
    /// <param name="title">Title of the window.</param>
    /// <param name="place">The entry of the navigation that is lit.</param>
    public static Task WriteAsync(HttpContext context, ContentArchive archive, string script, string title, string place) =>
        WriteAsync(context, Policy, $$"""
            <!doctype html>
            <html lang="en">
            <head>
            {{Head(archive, title)}}
            <link rel="stylesheet" href="/{{archive.PagesFolder}}/style.css">
            </head>
            <body>
            {{Bar(place, "")}}
            <main id="app"><noscript><p class="note">These pages need JavaScript.</p></noscript></main>
            <script type="module" src="/{{archive.PagesFolder}}/{{script}}.js"></script>
            </body>
            </html>
            """);

    /// <summary>Answers with the page that carries Elsa Studio. Its base is <c>/studio/</c>; every address of Studio's own is relative to it.</summary>
    public static Task WriteStudioAsync(HttpContext context, ContentArchive archive) =>
        WriteAsync(context, Policy + StudioScripts, $$"""
            <!doctype html>
            <html lang="en" class="studio">
            <head>
            <base href="/studio/">
            {{Head(archive, "Workflows")}}
            <link rel="stylesheet" href="_content/MudBlazor/MudBlazor.min.css">
            <link rel="stylesheet" href="_content/CodeBeam.MudBlazor.Extensions/MudExtensions.min.css">
            <link rel="stylesheet" href="_content/Radzen.Blazor/css/material-base.css">
            <link rel="stylesheet" href="_content/Elsa.Studio.Shell/css/shell.css">
            <link rel="stylesheet" href="Elsa.Studio.Host.CustomElements.styles.css">
            <link rel="stylesheet" href="/{{archive.PagesFolder}}/studio.css">
            </head>
            <body>
            {{Bar("/studio/workflows/definitions", StudioPlaces(context.Request.Path))}}
            <main id="app"><p class="loading" role="status">Loading the studio …</p></main>
            <div id="blazor-error-ui" role="alert">Something went wrong in the studio. <a href="" class="reload">Load it again</a> <button type="button" class="dismiss" aria-label="Dismiss">×</button></div>
            <script src="_content/BlazorMonaco/jsInterop.js"></script>
            <script src="_content/BlazorMonaco/lib/monaco-editor/min/vs/loader.js"></script>
            <script src="_content/BlazorMonaco/lib/monaco-editor/min/vs/editor/editor.main.js"></script>
            <script src="_content/MudBlazor/MudBlazor.min.js"></script>
            <script src="_content/CodeBeam.MudBlazor.Extensions/MudExtensions.min.js"></script>
            <script src="_content/Radzen.Blazor/Radzen.Blazor.js"></script>
            <script type="module" src="/{{archive.PagesFolder}}/studio.js"></script>
            <script src="_framework/blazor.webassembly.js"></script>
            </body>
            </html>
            """);

    private static string Head(ContentArchive archive, string title) => $"""
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{Text(title)} · Orchestrator</title>
        <link rel="icon" href="{Icon}">
        <link rel="stylesheet" href="/{archive.PagesFolder}/base.css">
        <script src="/{archive.PagesFolder}/theme.js"></script>
        """;

    private static string Bar(string place, string inner) => $"""
        <header class="bar">
        <a class="brand" href="/blueprints"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M8 8v9a7 7 0 0 0 7 7h9M8 14h16"/><circle cx="8" cy="7" r="4"/><circle cx="25" cy="14" r="4"/><circle cx="25" cy="24" r="4"/></svg><span>Orchestrator</span></a>
        <button type="button" class="menu" aria-expanded="false" aria-controls="places">Menu</button>
        <div id="places">
        <nav aria-label="Main">{string.Concat(Places.Select(entry => Link(entry.Path, entry.Text, entry.Path == place ? "page" : null)))}</nav>
        {inner}
        <button type="button" class="theme" title="Light or dark"><span class="sr">Switch between light and dark</span><svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7"/><path d="M10 3a7 7 0 0 1 0 14z"/></svg></button>
        </div>
        </header>
        """;

    private static string StudioPlaces(string path)
    {
        var instances = path.StartsWith("/studio/workflows/instances", StringComparison.Ordinal);
        return $"""<nav aria-label="Workflows" class="inner">{Link("/studio/workflows/definitions", "Definitions", instances ? null : "true")}{Link("/studio/workflows/instances", "Instances", instances ? "true" : null)}</nav>""";
    }

    private static string Link(string path, string text, string? current) => $"""<a href="{path}"{(current is null ? "" : $" aria-current=\"{current}\"")}>{text}</a>""";

    private static Task WriteAsync(HttpContext context, string policy, string html)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = policy;
        // The page names files by the hash of this build: it must never outlive it in a cache.
        context.Response.Headers.CacheControl = "no-cache";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(html, context.RequestAborted);
    }

    private const string Icon = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cg fill='none' stroke='%233451b2' stroke-width='2.5'%3E%3Cpath d='M8 8v9a7 7 0 0 0 7 7h9M8 14h16'/%3E%3C/g%3E%3Cg fill='%233451b2'%3E%3Ccircle cx='8' cy='7' r='4'/%3E%3Ccircle cx='25' cy='14' r='4'/%3E%3Ccircle cx='25' cy='24' r='4'/%3E%3C/g%3E%3C/svg%3E";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
