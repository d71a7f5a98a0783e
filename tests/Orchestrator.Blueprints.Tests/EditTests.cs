using Orchestrator.Blueprints.Tests.Catalog;
using Orchestrator.Testing;

namespace Orchestrator.Blueprints.Tests;

/// <summary>The <see cref="EditRule"/> on every baseline that compiles.</summary>
public sealed class EditTests
{
    private static readonly BlueprintCompiler Compiler = new(TestCatalog.Instance);

    public static TheoryData<string> Samples =>
    [
        .. Directory.GetDirectories(BaselineTests.Folder)
            .Where(folder => File.Exists(Path.Combine(folder, "main.definition.json"))).Select(folder => Path.GetFileName(folder)!)
            .Where(name => !name.StartsWith("Warning", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Edit_OfOneCharacter_IsValidOrDiagnosedThere(string name)
    {
        var text = File.ReadAllText(Path.Combine(BaselineTests.Folder, name, "main.yaml"));
        // Of long samples only some characters are edited.
        var step = 1 + (text.Length / 400);
        var offsets = Enumerable.Range(0, (text.Length + step - 1) / step).Select(index => index * step);
        var broken = new EditRule(edited => Compiler.CompileBlueprint("main.yaml", edited)).Broken(text, offsets, name.Length * 7919);
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }
}
