using Orchestrator.Testing;

namespace Orchestrator.EndToEnd.Tests.Shipped;

/// <summary>The <see cref="EditRule"/> on the shipped blueprints, at places drawn from a seed: the same ones in every run.</summary>
public sealed class EditTests
{
    private const int Places = 150;

    [Theory]
    [MemberData(nameof(BlueprintTests.Files), MemberType = typeof(BlueprintTests))]
    public void Edit_OfOneCharacter_IsValidOrDiagnosedThere(string file)
    {
        var text = File.ReadAllText(Path.Combine(Builtin.BlueprintFolder, file));
        var random = new Random(file.Length);
        var offsets = Enumerable.Range(0, Places).Select(_ => random.Next(text.Length));
        var broken = new EditRule(edited => Builtin.Compiler.CompileBlueprint(file, edited)).Broken(text, offsets, file.Length);
        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }
}
