using Orchestrator.Activities;
using Orchestrator.Blueprints;
using Orchestrator.EndToEnd.Tests.Layout;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.EndToEnd.Tests.Shipped;

/// <summary>The compiler as it is shipped: with the activities that are shipped.</summary>
internal static class Builtin
{
    /// <summary>What an activity's example, and a step in the guide, may count on.</summary>
    public const string ExampleHead = """
        blueprint: example
        inputs:
          name: {type: string}
        secrets:
          token: store:example/token
        targets:
          node: {local: {}}
        steps:

        """;

    public static ActivityCatalog Catalog { get; } = new(BuiltinActivities.All());

    public static BlueprintCompiler Compiler { get; } = new(Catalog);

    public static string BlueprintFolder { get; } = Path.Combine(Repository.Root, "blueprints");

    /// <summary>The definition of a blueprint that must compile without an error or a warning.</summary>
    public static Definition CompileClean(string file, string text)
    {
        var (definition, diagnostics) = Compiler.CompileBlueprint(file, text);
        Assert.True(definition is not null && diagnostics.Count == 0, Describe(file, diagnostics));
        return definition;
    }

    /// <summary>Compiles steps, which begin with <c>- id:</c>, below <see cref="ExampleHead"/>; what the head declares they need not use.</summary>
    public static void CompileSteps(string name, string steps)
    {
        var (definition, diagnostics) = Compiler.CompileBlueprint($"{name}.yaml", ExampleHead + steps + "\n");
        var own = diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error || diagnostic.Span.Offset >= ExampleHead.Length).ToArray();
        Assert.True(definition is not null && own.Length == 0, Describe(name, own));
    }

    private static string Describe(string file, IEnumerable<Diagnostic> diagnostics) =>
        string.Join('\n', diagnostics.Select(diagnostic => $"{file}:{diagnostic.Span} {diagnostic.Code} {diagnostic.Message}"));
}
