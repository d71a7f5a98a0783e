using System.Xml.Linq;

namespace Orchestrator.EndToEnd.Tests.Layout;

/// <summary>Holds the table in ARCHITECTURE.md: which project may reference which. A new edge is a decision, not an accident.</summary>
public sealed class ProjectReferencesTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Model"] = [],
        ["Blueprints"] = ["Model"],
        ["Engine"] = ["Model"],
        ["Stores"] = ["Engine"],
        ["Activities"] = ["Model"],
        ["Server"] = ["Model", "Blueprints", "Engine", "Stores", "Activities"],
        ["Cli"] = ["Model", "Blueprints", "Engine", "Stores", "Activities", "Server"],
    };

    [Fact]
    public void Sources_ReferenceOnlyWhatTheTableAllows()
    {
        var found = Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!).Order().ToArray();
        Assert.Equal(Allowed.Keys.Select(name => $"Orchestrator.{name}").Order(), found);

        var strays = from name in Allowed.Keys
                     from edge in References(name)
                     where !Allowed[name].Contains(edge)
                     select $"{name} -> {edge}";
        Assert.Empty(strays);
    }

    [Fact]
    public void Engine_HasNoPackages() => Assert.Empty(Packages("Engine"));

    [Fact]
    public void Model_HasNoPackages() => Assert.Empty(Packages("Model"));

    private static IEnumerable<string> References(string name) =>
        Load(name).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))["Orchestrator.".Length..]);

    private static IEnumerable<string> Packages(string name) =>
        Load(name).Descendants("PackageReference").Select(package => package.Attribute("Include")!.Value);

    private static XDocument Load(string name) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", $"Orchestrator.{name}", $"Orchestrator.{name}.csproj"));
}
