using System.Net;
using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Health;

namespace Orchestrator.Server.Pages;

/// <summary>The page at <c>/</c>: what this is, whether it is well, how to sign in. It shows nothing of any run, so it needs no token; it loads nothing else.</summary>
internal static class StatusPage
{
    // The style is inline so that the page is one request.
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Answers with the page.</summary>
    public static Task WriteAsync(HttpContext context, string version, string tokenPath, HealthReport health)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(Render(version, tokenPath, $"{context.Request.Scheme}://{context.Request.Host}", health), context.RequestAborted);
    }

    /// <summary>The HTML.</summary>
    public static string Render(string version, string tokenPath, string origin, HealthReport health)
    {
        var (word, tone) = health.IsReady ? ("Ready", "good") : ("Not ready", "bad");
        var checks = string.Join("\n", health.Checks.Select(check =>
            $"""<li class="{(check.Ok ? "good" : "bad")}"><span>{Text(check.Name)}</span><span>{Text(check.Detail)}</span></li>"""));
        return $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Orchestrator</title>
            <link rel="icon" href="data:,">
            <style>
            {{Style}}
            </style>
            </head>
            <body>
            <main>
            <header><h1>Orchestrator</h1><p class="version">{{Text(version)}}</p></header>
            <p class="state {{tone}}">{{word}}</p>
            <ul class="checks">
            {{checks}}
            </ul>
            <h2>Sign in</h2>
            <p>Every request needs the admin token. It is in this file on the server, readable by its owner only:</p>
            <pre><code>{{Text(tokenPath)}}</code></pre>
            <p>Send it as a bearer token:</p>
            <pre><code>curl -H "Authorization: Bearer $(cat {{Text(tokenPath)}})" {{Text(origin)}}/api/v1/runs</code></pre>
            <p>On the server itself the command line needs no token:</p>
            <pre><code>orchestrator runs</code></pre>
            </main>
            </body>
            </html>
            """;
    }

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --page: #fcfcfd; --card: #f0f0f3; --good: #18794e; --bad: #ce2c31; }
        @media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #b0b4ba; --page: #111113; --card: #212225; --good: #3dd68c; --bad: #ff9592; } }
        * { box-sizing: border-box; }
        body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--page); }
        main { max-width: 42rem; margin: 0 auto; padding: 3rem 1.25rem; }
        header { display: flex; align-items: baseline; gap: .75rem; }
        h1 { margin: 0; font-size: 1.75rem; letter-spacing: -.02em; }
        h2 { margin: 2.5rem 0 .5rem; font-size: 1.1rem; }
        .version { margin: 0; color: var(--soft); }
        .state { display: inline-block; margin: 1rem 0 0; padding: .15rem .7rem; border: 1px solid currentColor; border-radius: 99px; font-weight: 600; }
        .good { color: var(--good); } .bad { color: var(--bad); }
        .checks { list-style: none; margin: 1rem 0 0; padding: 0; }
        .checks li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; padding: .5rem 0; border-bottom: 1px solid var(--card); }
        .checks li span:first-child { color: var(--ink); }
        p { margin: .5rem 0; }
        pre { margin: .5rem 0; padding: .75rem 1rem; overflow-x: auto; background: var(--card); border-radius: 8px; font-size: .875rem; }
        """;

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
