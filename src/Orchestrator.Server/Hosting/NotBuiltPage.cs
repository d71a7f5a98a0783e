using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Hosting;

/// <summary>What stands in place of the pages in a server that was built without them. The server does everything else.</summary>
internal static class NotBuiltPage
{
    private const string Html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Orchestrator: built without its pages</title>
        <link rel="icon" href="data:,">
        <style>
        :root { color-scheme: light dark; --ink: #1c2024; --soft: #60646c; --page: #f6f6f8; --card: #fff; --line: #e3e4e8; --code: #f3f4f6; }
        @media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --soft: #a9adb4; --page: #111113; --card: #18191b; --line: #2e3135; --code: #212225; } }
        body { margin: 0 auto; max-width: 42rem; padding: 2rem 1rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); }
        main { padding: 1.25rem 1.5rem 1.5rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
        h1 { margin: 0; font-size: 1.3rem; }
        p { color: var(--soft); }
        pre { margin: 0; padding: .7rem .9rem; background: var(--code); border-radius: 8px; overflow-x: auto; }
        code { font: .84rem/1.5 ui-monospace, monospace; }
        </style>
        </head>
        <body>
        <main>
        <h1>This server was built without its pages</h1>
        <p>Everything else runs: the engine, the API under <code>/api/v1</code>, the command line. The pages and Elsa Studio come from npm and are packed before the build. With Node 18 or newer, in the folder of the sources:</p>
        <pre><code>studio/build
        dotnet build</code></pre>
        <p>Then start the server again.</p>
        </main>
        </body>
        </html>
        """;

    /// <summary>Answers 503 with the page.</summary>
    public static Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";
        context.Response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(Html, context.RequestAborted);
    }
}
