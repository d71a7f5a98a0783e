using System.Text.Json;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Cli.Diagnostics;

/// <summary>Diagnostics as one JSON object; the shape is documented in <c>docs/cli.md</c>.</summary>
internal static class DiagnosticJson
{
    /// <summary>Writes <c>{"valid", "errors", "warnings", "diagnostics": [...]}</c>.</summary>
    public static void Write(TextWriter output, IReadOnlyList<CheckedFile> files)
    {
        Json.WriteLine(output, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("valid", files.All(file => file.Errors == 0));
            writer.WriteNumber("errors", files.Sum(file => file.Errors));
            writer.WriteNumber("warnings", files.Sum(file => file.Warnings));
            writer.WriteStartArray("diagnostics");
            foreach (var file in files)
                foreach (var diagnostic in file.Diagnostics)
                    Write(writer, file.File, diagnostic);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, string file, Diagnostic diagnostic)
    {
        writer.WriteStartObject();
        writer.WriteString("code", diagnostic.Code);
        writer.WriteString("severity", diagnostic.Severity == Severity.Error ? "error" : "warning");
        writer.WriteString("file", file);
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
