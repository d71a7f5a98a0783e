using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Server.Api;

/// <summary>Errors of the API: problem+json (RFC 9457) with our code and, for a rejected blueprint or rejected inputs, the diagnostics.</summary>
internal static class Problem
{
    /// <summary>Answers with a problem.</summary>
    public static Task WriteAsync(HttpContext context, int status, string code, string detail, IReadOnlyList<Diagnostic>? diagnostics = null) =>
        JsonBody.WriteAsync(context, status, "application/problem+json", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("type", "about:blank");
            writer.WriteString("title", ReasonPhrases.GetReasonPhrase(status));
            writer.WriteNumber("status", status);
            writer.WriteString("detail", detail);
            writer.WriteString("code", code);
            if (diagnostics is { Count: > 0 })
            {
                writer.WriteStartArray("diagnostics");
                foreach (var diagnostic in diagnostics) DiagnosticJson.Write(writer, diagnostic);
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        });
}
