namespace Orchestrator.Activities.Files;

/// <summary>Why a file cannot be read as its format, or cannot take a value.</summary>
/// <param name="line">1-based line of the file.</param>
/// <param name="problem">What is wrong there, without the line.</param>
/// <param name="isConflict">True when the file is well formed but what it holds stands in the way of the value.</param>
internal sealed class MergeException(int line, string problem, bool isConflict = false) : Exception($"line {line}: {problem}")
{
    public int Line { get; } = line;

    public string Problem { get; } = problem;

    public bool IsConflict { get; } = isConflict;
}
