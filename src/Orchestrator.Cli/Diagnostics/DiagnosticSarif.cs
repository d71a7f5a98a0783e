using System.Text.Json;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Cli.Diagnostics;

/// <summary>Diagnostics as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), one run, with rules, related places and fixes.</summary>
internal static class DiagnosticSarif
{
    /// <summary>Writes the log.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="files">What was checked.</param>
    /// <param name="version">Of this program.</param>
    /// <param name="titleOf">Title of a code's page; null when it has none.</param>
    public static void Write(TextWriter output, IReadOnlyList<CheckedFile> files, string version, Func<string, string?> titleOf)
    {
        Json.WriteLine(
            output,
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
                writer.WriteString("version", "2.1.0");
                writer.WriteStartArray("runs");
                writer.WriteStartObject();
                WriteTool(writer, files, version, titleOf);
                writer.WriteString("columnKind", "utf16CodeUnits");
                writer.WriteStartArray("results");
                foreach (var file in files)
                    foreach (var diagnostic in file.Diagnostics)
                        WriteResult(writer, file, diagnostic);
                writer.WriteEndArray();
                writer.WriteEndObject();
                writer.WriteEndArray();
                writer.WriteEndObject();
            },
            indented: true);
    }

    private static void WriteTool(Utf8JsonWriter writer, IReadOnlyList<CheckedFile> files, string version, Func<string, string?> titleOf)
    {
        writer.WriteStartObject("tool");
        writer.WriteStartObject("driver");
        writer.WriteString("name", "orchestrator");
        writer.WriteString("semanticVersion", version);
        writer.WriteStartArray("rules");
        foreach (var code in files.SelectMany(file => file.Diagnostics).Select(diagnostic => diagnostic.Code).Distinct().Order(StringComparer.Ordinal))
        {
            writer.WriteStartObject();
            writer.WriteString("id", code);
            if (titleOf(code) is { } title) WriteText(writer, "shortDescription", title);
            WriteText(writer, "help", $"orchestrator explain {code}");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter writer, CheckedFile file, Diagnostic diagnostic)
    {
        writer.WriteStartObject();
        writer.WriteString("ruleId", diagnostic.Code);
        writer.WriteString("level", diagnostic.Severity == Severity.Error ? "error" : "warning");
        WriteText(writer, "message", diagnostic.Help is { } help ? $"{diagnostic.Message} {help}" : diagnostic.Message);
        writer.WriteStartArray("locations");
        WriteLocation(writer, file, diagnostic.Span, message: null);
        writer.WriteEndArray();
        if (diagnostic.Related is { Count: > 0 })
        {
            writer.WriteStartArray("relatedLocations");
            foreach (var related in diagnostic.Related) WriteLocation(writer, file, related.Span, related.Message);
            writer.WriteEndArray();
        }

        if (diagnostic.Fixes is { Count: > 0 })
        {
            writer.WriteStartArray("fixes");
            foreach (var fix in diagnostic.Fixes) WriteFix(writer, file, fix);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteFix(Utf8JsonWriter writer, CheckedFile file, Fix fix)
    {
        writer.WriteStartObject();
        WriteText(writer, "description", fix.Title);
        writer.WriteStartArray("artifactChanges");
        writer.WriteStartObject();
        WriteArtifact(writer, file);
        writer.WriteStartArray("replacements");
        writer.WriteStartObject();
        WriteRegion(writer, "deletedRegion", file, fix.Span);
        WriteText(writer, "insertedContent", fix.Replacement);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteLocation(Utf8JsonWriter writer, CheckedFile file, SourceSpan span, string? message)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("physicalLocation");
        WriteArtifact(writer, file);
        WriteRegion(writer, "region", file, span);
        writer.WriteEndObject();
        if (message is not null) WriteText(writer, "message", message);
        writer.WriteEndObject();
    }

    private static void WriteArtifact(Utf8JsonWriter writer, CheckedFile file)
    {
        writer.WriteStartObject("artifactLocation");
        writer.WriteString("uri", string.Join('/', file.File.Split('/').Select(Uri.EscapeDataString)));
        writer.WriteEndObject();
    }

    private static void WriteRegion(Utf8JsonWriter writer, string name, CheckedFile file, SourceSpan span)
    {
        var (endLine, endColumn) = End(file.Text, span);
        writer.WriteStartObject(name);
        writer.WriteNumber("startLine", Math.Max(1, span.Line));
        writer.WriteNumber("startColumn", Math.Max(1, span.Column));
        writer.WriteNumber("endLine", endLine);
        writer.WriteNumber("endColumn", endColumn);
        writer.WriteNumber("charOffset", span.Offset);
        writer.WriteNumber("charLength", span.Length);
        writer.WriteEndObject();
    }

    private static (int Line, int Column) End(string text, SourceSpan span)
    {
        var (line, column) = (Math.Max(1, span.Line), Math.Max(1, span.Column));
        for (var i = Math.Max(0, span.Offset); i < Math.Min(span.End, text.Length); i++)
            (line, column) = text[i] == '\n' ? (line + 1, 1) : (line, column + 1);
        return (line, column);
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string text)
    {
        writer.WriteStartObject(name);
        writer.WriteString("text", text);
        writer.WriteEndObject();
    }
}
