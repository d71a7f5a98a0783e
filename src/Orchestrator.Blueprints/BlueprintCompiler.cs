using System.Text;
using Orchestrator.Blueprints.Ays;
using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Checks;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Lowering;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints;

/// <summary>
/// Compiles blueprint text into a definition: YAML, shape, binding, checks, lowering. Reports everything it finds; never throws for what a user wrote. Pure and
/// deterministic; one compiler may be used by many threads.
/// </summary>
/// <param name="catalog">The activities that steps may use.</param>
public sealed class BlueprintCompiler(ActivityCatalog catalog)
{
    /// <summary>The longest blueprint, in bytes of UTF-8.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>How many diagnostics a result has at most.</summary>
    public const int MaxDiagnostics = 100;

    /// <summary>Compiles the bytes of a file.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="utf8">Its content; a byte order mark is skipped.</param>
    public CompilationResult Compile(string file, ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        if (utf8.Length <= MaxBytes && CharacterCheck.FirstInvalid(utf8) is { } bad) return new CompilationResult(null, [bad], []);
        return Compile(file, Encoding.UTF8.GetString(utf8));
    }

    /// <summary>Compiles blueprint text.</summary>
    /// <param name="file">Its name, for messages; the folder is not kept.</param>
    /// <param name="text">The YAML.</param>
    public CompilationResult Compile(string file, string text)
    {
        var source = new SourceText(text);
        var diagnostics = new List<Diagnostic>();
        var blanked = new List<SourceSpan>();
        if (!CharacterCheck.Run(source, diagnostics) || YamlReader.Read(source, diagnostics, blanked) is not { } document)
        {
            if (diagnostics.Count == 0) diagnostics.Add(SyntaxDiagnostics.Empty(source.Span(0, text.Length)));
            return new CompilationResult(null, Sorted(diagnostics), []);
        }

        if (document is not YamlMapping root)
            return new CompilationResult(null, Sorted([.. diagnostics, SyntaxDiagnostics.NotAMapping(document.Span, document.Describe())]), []);

        return ServiceFile.Is(root) ? CompileServices(file, source, root, diagnostics) : CompileBlueprint(file, source, root, diagnostics, blanked);
    }

    private CompilationResult CompileBlueprint(string file, SourceText source, YamlMapping root, List<Diagnostic> diagnostics, List<SourceSpan> blanked)
    {
        foreach (var service in root.Entries.Where(entry => ServiceFile.IsServiceKey(entry.Name)))
            diagnostics.Add(SyntaxDiagnostics.BothFormats(service.Key.Span, (root.Find("blueprint") ?? root.Entries[0]).Key.Span));
        root = new YamlMapping(root.Span, [.. root.Entries.Where(entry => !ServiceFile.IsServiceKey(entry.Name))]);
        new ShapeCheck(diagnostics).Run(root);
        var plan = Binder.Bind(source, root, catalog, diagnostics);
        foreach (var check in AllChecks) check(plan, diagnostics);
        // What stands where an unreadable expression was blanked out says nothing about the blueprint.
        diagnostics.RemoveAll(diagnostic => !diagnostic.Code.StartsWith("BP10", StringComparison.Ordinal) && blanked.Any(blank => blank.Offset < diagnostic.Span.End && diagnostic.Span.Offset < blank.End));
        Suppressions.Apply(source, root, diagnostics);

        return new CompilationResult(Failed(diagnostics) ? null : DefinitionLowering.Lower(plan, file), Sorted(diagnostics), Symbols.Of(plan));
    }

    private static CompilationResult CompileServices(string file, SourceText source, YamlMapping root, List<Diagnostic> diagnostics)
    {
        ServiceFile.Check(root, diagnostics);
        return new CompilationResult(Failed(diagnostics) ? null : ServiceFile.Lower(source, root, file), Sorted(diagnostics), []);
    }

    private static bool Failed(List<Diagnostic> diagnostics) => diagnostics.Exists(diagnostic => diagnostic.Severity == Severity.Error);

    /// <summary>The same in the form that activities get.</summary>
    public (Definition? Definition, IReadOnlyList<Diagnostic> Diagnostics) CompileBlueprint(string file, string text)
    {
        var result = Compile(file, text);
        return (result.Definition, result.Diagnostics);
    }

    private static readonly Action<BlueprintPlan, ICollection<Diagnostic>>[] AllChecks =
        [StepIdCheck.Run, NeedsCheck.Run, TargetCheck.Run, TriggerCheck.Run, StepReferenceCheck.Run, ExpressionCheck.Run, ForEachCheck.Run, UnusedCheck.Run];

    // Errors come before warnings when only a hundred fit.
    private static IReadOnlyList<Diagnostic> Sorted(IEnumerable<Diagnostic> diagnostics) =>
    [
        .. diagnostics.Distinct().OrderBy(diagnostic => diagnostic.Severity).ThenBy(diagnostic => diagnostic.Span.Offset).Take(MaxDiagnostics)
            .OrderBy(diagnostic => diagnostic.Span.Offset).ThenBy(diagnostic => diagnostic.Code, StringComparer.Ordinal),
    ];
}
