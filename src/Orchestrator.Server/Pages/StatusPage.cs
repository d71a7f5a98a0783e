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
            $"""<li><span class="dot {(check.Ok ? "good" : "bad")}"></span><span class="name">{Text(check.Name)}</span><span class="detail">{Text(check.Detail)}</span></li>"""));
        var folder = Path.GetDirectoryName(tokenPath) ?? ".";
        return $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Orchestrator: {{word}}</title>
            <link rel="icon" href="data:,">
            <style>
            {{Style}}
            </style>
            </head>
            <body>
            <header>
            <svg viewBox="0 0 32 32" aria-hidden="true"><path d="M8 8v9a7 7 0 0 0 7 7h9M8 14h16"/><circle cx="8" cy="7" r="4"/><circle cx="25" cy="14" r="4"/><circle cx="25" cy="24" r="4"/></svg>
            <h1>Orchestrator</h1>
            <p class="version">{{Text(version)}}</p>
            </header>
            <main>
            <section>
            <h2>This server <span class="state {{tone}}">{{word}}</span></h2>
            <ul class="checks">
            {{checks}}
            </ul>
            </section>
            <section>
            <h2>On this machine</h2>
            <p>The command line reads the same folder and needs no token.</p>
            <pre><code>orchestrator runs --data {{Text(folder)}}</code></pre>
            </section>
            <section>
            <h2>Over HTTP</h2>
            <p>Every request needs the admin token. It is in a file that only its owner can read:</p>
            <pre><code>{{Text(tokenPath)}}</code></pre>
            <p>Send it as a bearer token:</p>
            <pre><code>curl {{Text(origin)}}/api/v1/runs \
              -H "Authorization: Bearer $(cat {{Text(tokenPath)}})"</code></pre>
            <table>
            <tr><th scope="row"><code>GET /api/v1/runs</code></th><td>the runs, newest first</td></tr>
            <tr><th scope="row"><code>GET /api/v1/runs/{id}</code></th><td>one run with its steps</td></tr>
            <tr><th scope="row"><code>POST /api/v1/runs</code></th><td>starts a blueprint</td></tr>
            <tr><th scope="row"><a href="/health/ready"><code>GET /health/ready</code></a></th><td>the checks above; no token</td></tr>
            </table>
            </section>
            </main>
            </body>
            </html>
            """;
    }

    /// <summary>How our pages look.</summary>
    internal const string Style = """
        :root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --page: #f6f6f8; --card: #fff; --line: #e3e4e8; --code: #f3f4f6; --mark: #3451b2; --good: #18794e; --bad: #ce2c31; }
        @media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #a9adb4; --page: #111113; --card: #18191b; --line: #2e3135; --code: #212225; --mark: #9eb1ff; --good: #3dd68c; --bad: #ff9592; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 46rem; padding: 1.75rem 1rem 1.5rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
        header { display: flex; align-items: center; gap: .7rem; padding: 0 .25rem; }
        svg { width: 2rem; height: 2rem; fill: var(--mark); }
        svg path { fill: none; stroke: var(--mark); stroke-width: 2.5; }
        h1 { margin: 0; font-size: 1.5rem; letter-spacing: -.02em; }
        h2 { display: flex; align-items: center; justify-content: space-between; margin: 0 0 .5rem; font-size: 1.05rem; }
        p { margin: .75rem 0 .5rem; color: var(--soft); }
        .version { margin: 0 0 0 auto; font-variant-numeric: tabular-nums; }
        section { margin-top: 1rem; padding: 1rem 1.5rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
        .state { padding: .1rem .7rem; border: 1px solid currentColor; border-radius: 99px; font-size: .875rem; }
        .good { color: var(--good); } .bad { color: var(--bad); }
        .checks { list-style: none; margin: 0; padding: 0; }
        .checks li { display: flex; align-items: center; gap: .6rem; padding: .5rem 0; border-top: 1px solid var(--line); }
        .checks li:last-child { padding-bottom: 0; }
        .dot { flex: none; width: .55rem; height: .55rem; border-radius: 50%; background: currentColor; }
        .detail { margin-left: auto; color: var(--soft); text-align: right; }
        pre { margin: 0; padding: .7rem .9rem; background: var(--code); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
        code { font: .84rem/1.5 ui-monospace, monospace; }
        table { width: 100%; margin-top: 1rem; border-collapse: collapse; }
        th, td { padding: .45rem 0; border-top: 1px solid var(--line); text-align: left; font-weight: 400; }
        td { padding-left: 1rem; color: var(--soft); }
        a { color: var(--mark); }
        @media (max-width: 30rem) { section { padding: 1rem 1rem 1.1rem; } th, td { display: block; } td { padding: 0 0 .45rem; border: 0; } th { padding-bottom: 0; } }
        """;

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
