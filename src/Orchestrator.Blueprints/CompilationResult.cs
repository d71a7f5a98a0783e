using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints;

/// <summary>What compiling came to.</summary>
/// <param name="Definition">The definition; null when there is any error.</param>
/// <param name="Diagnostics">All errors and warnings in order of the text, at most 100.</param>
/// <param name="Symbols">The names the blueprint declares, in order of the text; also there when it has errors.</param>
public sealed record CompilationResult(Definition? Definition, IReadOnlyList<Diagnostic> Diagnostics, IReadOnlyList<Symbol> Symbols);

/// <summary>A name that a blueprint declares.</summary>
/// <param name="Kind"><c>input</c>, <c>var</c>, <c>secret</c>, <c>target</c>, <c>trigger</c>, <c>step</c> or <c>output</c>.</param>
/// <param name="Name">The name.</param>
/// <param name="Span">Where the name stands.</param>
/// <param name="Whole">The whole declaration.</param>
public sealed record Symbol(string Kind, string Name, SourceSpan Span, SourceSpan Whole);
