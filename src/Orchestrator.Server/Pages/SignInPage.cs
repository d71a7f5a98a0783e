using System.Net;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Pages;

/// <summary>The page that asks who is there: how to get a one-time link, and a field for a token.</summary>
internal static class SignInPage
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Answers with the page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="status">Status of the answer.</param>
    /// <param name="trouble">Why the last attempt came to nothing; null = there was none.</param>
    /// <param name="from">The page that was wanted, to come back to; null = none.</param>
    public static Task WriteAsync(HttpContext context, int status, string? trouble, string? from)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = Policy;
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(Render(trouble, from), context.RequestAborted);
    }

    /// <summary>The HTML.</summary>
    public static string Render(string? trouble, string? from) => $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Orchestrator: sign in</title>
        <link rel="icon" href="data:,">
        <style>
        {{StatusPage.Style}}
        label { display: block; margin-top: .75rem; }
        input { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--code); border: 1px solid var(--line); border-radius: 8px; }
        button { margin-top: .9rem; padding: .5rem 1.2rem; font: inherit; color: var(--page); background: var(--mark); border: 0; border-radius: 8px; cursor: pointer; }
        .trouble { color: var(--bad); }
        </style>
        </head>
        <body>
        <header><h1>Orchestrator</h1></header>
        <main>
        <section>
        <h2>Sign in</h2>
        {{(trouble is null ? "" : $"""<p class="trouble" role="alert">{WebUtility.HtmlEncode(trouble)}</p>""")}}
        <p>On the machine where the server runs, this prints a link that signs you in once:</p>
        <pre><code>orchestrator login</code></pre>
        <form method="post" action="/login">
        {{(from is null ? "" : $"""<input type="hidden" name="from" value="{WebUtility.HtmlEncode(from)}">""")}}
        <label for="token">Or paste a token</label>
        <input id="token" name="token" type="password" autocomplete="off" required maxlength="256">
        <button>Sign in</button>
        </form>
        </section>
        </main>
        </body>
        </html>
        """;
}
