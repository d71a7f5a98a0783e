using System.Text.Json;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Blueprints.Tests;

/// <summary>
/// Golden baselines: <c>Baselines/&lt;Name&gt;/main.yaml</c> gives <c>main.diagnostics.yaml</c> and, without errors, <c>main.definition.json</c>.
/// <c>ORCHESTRATOR_UPDATE_BASELINES=1</c> rewrites them; look at the difference before committing.
/// </summary>
public sealed class BaselineTests
{
    public static TheoryData<string> Names => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    internal static string Folder { get; } = Path.Combine(SourceFolder(), "Baselines");

    private static bool Update => Environment.GetEnvironmentVariable("ORCHESTRATOR_UPDATE_BASELINES") == "1";

    [Theory]
    [MemberData(nameof(Names))]
    public void Baseline_Compiled_GivesWhatIsRecorded(string name)
    {
        var folder = Path.Combine(Folder, name);
        var text = File.ReadAllText(Path.Combine(folder, "main.yaml"));
        var result = Compilation.Compile(text);

        Match(Path.Combine(folder, "main.diagnostics.yaml"), result.Diagnostics.Count == 0 ? null : Annotated.Write(text, result.Diagnostics));
        Match(Path.Combine(folder, "main.definition.json"), result.Definition is null ? null : Indented(result.Definition));
    }

    private static void Match(string file, string? actual)
    {
        if (Update)
        {
            if (actual is null) File.Delete(file);
            else File.WriteAllText(file, actual);
            return;
        }

        var expected = File.Exists(file) ? File.ReadAllText(file) : null;
        Assert.Equal(expected, actual);
    }

    private static string Indented(Definition definition)
    {
        using var document = JsonDocument.Parse(DefinitionJson.Write(definition));
        return JsonSerializer.Serialize(document, IndentedJson) + "\n";
    }

    private static readonly JsonSerializerOptions IndentedJson = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string SourceFolder([System.Runtime.CompilerServices.CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
