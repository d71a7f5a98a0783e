using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Engine;

/// <summary>The inputs of a run do not fit its definition; no run was made.</summary>
public sealed class InputRejectedException(IReadOnlyList<Diagnostic> diagnostics)
    : Exception(string.Join("; ", diagnostics.Select(diagnostic => $"{diagnostic.Code} {diagnostic.Message}")))
{
    /// <summary>Every fault.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; } = diagnostics;
}
