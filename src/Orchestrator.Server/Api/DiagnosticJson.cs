using System.Text.Json;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Server.Api;

/// <summary>Diagnostics as JSON: the same from the API and from <c>orchestrator --json</c>.</summary>
public static class DiagnosticJson
{
    /// <summary>Writes one; with the file's name where several files are spoken of.</summary>
    public static void Write(Utf8JsonWriter writer, Diagnostic diagnostic, string? file = null)
    {
        writer.WriteStartObject();
        writer.WriteString("code", diagnostic.Code);
        writer.WriteString("severity", diagnostic.Severity == Severity.Error ? "error" : "warning");
        if (file is not null) writer.WriteString("file", file);
        WriteSpan(writer, diagnostic.Span);
        writer.WriteString("message", diagnostic.Message);
        if (diagnostic.Help is { } help) writer.WriteString("help", help);
        writer.WriteStartArray("related");
        foreach (var related in diagnostic.Related ?? [])
        {
            writer.WriteStartObject();
            WriteSpan(writer, related.Span);
            writer.WriteString("message", related.Message);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("fixes");
        foreach (var fix in diagnostic.Fixes ?? [])
        {
            writer.WriteStartObject();
            WriteSpan(writer, fix.Span);
            writer.WriteString("replacement", fix.Replacement);
            writer.WriteString("title", fix.Title);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteSpan(Utf8JsonWriter writer, SourceSpan span)
    {
        writer.WriteNumber("line", span.Line);
        writer.WriteNumber("column", span.Column);
        writer.WriteNumber("offset", span.Offset);
        writer.WriteNumber("length", span.Length);
    }
}
