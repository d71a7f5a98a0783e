namespace Orchestrator.Model.Diagnostics;

/// <summary>Something the compiler has to say about a source text. Mistakes of users are diagnostics, never exceptions.</summary>
/// <param name="Code">
/// <c>BP####</c>: 1xxx syntax, 2xxx names, 3xxx expressions and types, 4xxx shape, 5xxx secrets. Each code has one factory and one page
/// (<c>orchestrator explain CODE</c>).
/// </param>
/// <param name="Severity">Errors refuse the blueprint; warnings do not.</param>
/// <param name="Span">Where, in the blueprint's text, as exact as possible: inside an expression it points into the YAML scalar.</param>
/// <param name="Message">What is wrong and what was expected, one sentence, with the nearest valid name when there is one.</param>
/// <param name="Help">What to do, or null.</param>
/// <param name="Related">Other places that have a part in it, in source order; may be empty.</param>
/// <param name="Fixes">Edits that would mend it, best first; may be empty.</param>
public sealed record Diagnostic(
    string Code,
    Severity Severity,
    SourceSpan Span,
    string Message,
    string? Help = null,
    IReadOnlyList<RelatedSpan>? Related = null,
    IReadOnlyList<Fix>? Fixes = null);

/// <summary>How much a diagnostic weighs.</summary>
public enum Severity
{
    /// <summary>The blueprint is refused.</summary>
    Error,

    /// <summary>The blueprint is accepted; something deserves a look.</summary>
    Warning,
}

/// <summary>Another place that has a part in a diagnostic.</summary>
/// <param name="Span">The place.</param>
/// <param name="Message">What it has to do with it, a few words, for example <c>first defined here</c>.</param>
public sealed record RelatedSpan(SourceSpan Span, string Message);

/// <summary>One edit that would mend a diagnostic.</summary>
/// <param name="Span">What to replace.</param>
/// <param name="Replacement">The new text; empty deletes.</param>
/// <param name="Title">The edit in words, for example <c>replace with `inputs.repo`</c>.</param>
public sealed record Fix(SourceSpan Span, string Replacement, string Title);
