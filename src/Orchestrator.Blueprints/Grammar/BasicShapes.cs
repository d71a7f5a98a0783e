namespace Orchestrator.Blueprints.Grammar;

/// <summary>Shapes that every part of the grammar uses.</summary>
internal static class BasicShapes
{
    /// <summary>A name in expressions: no hyphen, so that <c>a-b</c> is never ambiguous.</summary>
    public static readonly TextShape Name = new("^[a-z][A-Za-z0-9_]*$", "a name: a lower-case letter, then letters, digits and `_`");

    /// <summary>Constant text.</summary>
    public static readonly TextShape Text = new();
}
