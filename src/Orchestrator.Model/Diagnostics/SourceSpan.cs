namespace Orchestrator.Model.Diagnostics;

/// <summary>A stretch of a source text.</summary>
/// <param name="Line">1-based line of the first character.</param>
/// <param name="Column">1-based column of the first character, in UTF-16 units.</param>
/// <param name="Offset">0-based offset of the first character, in UTF-16 units.</param>
/// <param name="Length">Length in UTF-16 units; 0 marks a place between characters.</param>
public readonly record struct SourceSpan(int Line, int Column, int Offset, int Length)
{
    /// <summary>0-based offset behind the last character.</summary>
    public int End => Offset + Length;

    /// <summary><c>line:column</c>.</summary>
    public override string ToString() => $"{Line}:{Column}";
}
