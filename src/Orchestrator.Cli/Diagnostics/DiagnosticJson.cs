
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
                    Server.Api.DiagnosticJson.Write(writer, diagnostic, file.File);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
