using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Model.Definitions;

/// <summary>What can be wrong with the inputs of a run: one factory a code, <c>BP45xx</c>. Spans point at the input's declaration.</summary>
internal static class InputDiagnostics
{
    public static Diagnostic Missing(SourceSpan declared, SchemaField field) =>
        Error("BP4501", declared, $"Input `{field.Name}` is missing: expected {SchemaChecker.Expectation(field.Schema)}.", field.Description.Length == 0 ? null : field.Description);

    public static Diagnostic Unknown(string name, IReadOnlyList<string> names, Definition definition)
    {
        var nearest = Spelling.Nearest(name, names);
        var declared = nearest is null ? default : definition.InputSpans.GetValueOrDefault(nearest);
        return Error(
            "BP4502", declared,
            names.Count == 0 ? $"`{definition.Name}` takes no inputs, but `{name}` was given." : $"There is no input `{name}`: expected {string.Join(", ", names)}.{(nearest is null ? "" : $" Did you mean `{nearest}`?")}");
    }

    public static Diagnostic Invalid(SourceSpan declared, SchemaFault fault) =>
        Error("BP4503", declared, $"Input `{(fault.Path.StartsWith("inputs.", StringComparison.Ordinal) ? fault.Path["inputs.".Length..] : fault.Path)}` {fault.Message}.");

    public static Diagnostic CheckFailed(InputCheck check) => Error("BP4504", check.Span, check.Message, $"Required: {check.Require}");

    public static Diagnostic CheckBroken(InputCheck check, Failure failure) =>
        Error("BP4505", check.Span, $"The check `{check.Require}` cannot be evaluated: {failure.Message}.", check.Message);

    public static Diagnostic VariableFailed(SourceSpan span, string name, Failure failure) =>
        Error("BP4506", span, $"Variable `{name}` cannot be evaluated: {failure.Message}.");

    private static Diagnostic Error(string code, SourceSpan span, string message, string? help = null) => new(code, Severity.Error, span, message, help, [], []);
}
