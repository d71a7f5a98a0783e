using Orchestrator.Blueprints.Tests.Catalog;

namespace Orchestrator.Blueprints.Tests;

internal static class Compilation
{
    private static readonly BlueprintCompiler Compiler = new(TestCatalog.Instance);

    public static CompilationResult Compile(string text) => Compiler.Compile("main.yaml", text);

    /// <summary>The codes of a text's diagnostics, in order.</summary>
    public static string[] Codes(string text) => [.. Compile(text).Diagnostics.Select(diagnostic => diagnostic.Code)];

    /// <summary>Steps below a minimal head.</summary>
    public static CompilationResult CompileSteps(string steps, string head = "") =>
        Compile($"blueprint: test\n{head}steps:\n{string.Join('\n', steps.Split('\n').Select(line => "  " + line))}\n");
}
