using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Blueprints;

/// <summary>A blueprint's text that must compile.</summary>
internal static class CompiledBlueprint
{
    /// <summary>The definition; fails with <c>blueprint.invalid</c>, every diagnostic in message and details.</summary>
    public static Definition Require(CompileBlueprint compile, string file, string text)
    {
        var (definition, diagnostics) = compile(file, text);
        if (definition is not null) return definition;
        var errors = diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).ToList();
        throw new FailureException(new Failure(
            "blueprint.invalid", FailureKind.Permanent,
            $"{file} does not compile: {string.Join("; ", errors.Select(error => $"{error.Span} {error.Code} {error.Message}"))}",
            Value.Map(("file", Value.Of(file)), ("diagnostics", Value.List(errors.Select(Describe))))));
    }

    private static Value Describe(Diagnostic error) => Value.Map(
        ("code", Value.Of(error.Code)), ("line", Value.Of(error.Span.Line)), ("column", Value.Of(error.Span.Column)), ("message", Value.Of(error.Message)), ("help", Value.Of(error.Help)));
}
