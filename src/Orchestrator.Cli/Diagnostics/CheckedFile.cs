using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Cli.Diagnostics;

/// <summary>A file and what the compiler has to say about it.</summary>
/// <param name="File">Its name as the user gave it.</param>
/// <param name="Text">Its text, whole.</param>
/// <param name="Diagnostics">In order of the source.</param>
internal sealed record CheckedFile(string File, string Text, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>How many errors.</summary>
    public int Errors => Diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);

    /// <summary>How many warnings.</summary>
    public int Warnings => Diagnostics.Count - Errors;
}
