namespace Orchestrator.Model.Scripts.Syntax;

/// <summary>1-based line and column in a script's source.</summary>
internal readonly record struct Place(int Line, int Column)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>A script is no JavaScript that we take; ends the parse.</summary>
internal sealed class ScriptSyntaxException(Place at, string message) : Exception(message)
{
    public Place At { get; } = at;
}
