namespace Orchestrator.EndToEnd.Tests.Docs;

/// <summary>The generated docs say what the code does. <c>ORCHESTRATOR_UPDATE_DOCS=1</c> rewrites them; look at the difference before committing.</summary>
public sealed class GeneratedDocsTests
{
    private static bool Update => Environment.GetEnvironmentVariable("ORCHESTRATOR_UPDATE_DOCS") == "1";

    [Fact]
    public void GeneratedDocs_Committed_AreWhatTheCodeGives()
    {
        var files = GeneratedDocs.All();
        var activities = Path.Combine(GeneratedDocs.Folder, "activities");
        if (Update)
        {
            Directory.CreateDirectory(activities);
            foreach (var stray in Strays(files, activities)) File.Delete(Path.Combine(GeneratedDocs.Folder, stray));
            foreach (var (path, text) in files) File.WriteAllText(Path.Combine(GeneratedDocs.Folder, path), text);
        }

        var stale = files.Where(file => Read(Path.Combine(GeneratedDocs.Folder, file.Key)) != file.Value).Select(file => file.Key).ToArray();
        Assert.True(stale.Length == 0, $"not what the code gives: {string.Join(", ", stale)}; ORCHESTRATOR_UPDATE_DOCS=1 dotnet test --filter {nameof(GeneratedDocsTests)} rewrites them");
        Assert.Empty(Strays(files, activities));
    }

    private static IEnumerable<string> Strays(IReadOnlyDictionary<string, string> files, string folder) =>
        Directory.GetFiles(folder).Select(file => Path.GetRelativePath(GeneratedDocs.Folder, file)).Where(file => !files.ContainsKey(file)).ToArray();

    private static string? Read(string file) => File.Exists(file) ? File.ReadAllText(file) : null;
}
