namespace Orchestrator.Model.Scripts.Syntax;

internal enum TokenKind
{
    End,
    Name,
    Keyword,
    Punctuator,
    Number,
    Text,
    Template,
    Regex,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">The name, operator, text (decoded) or pattern; for a template the text up to its next part or end.</param>
/// <param name="At">Where it begins.</param>
/// <param name="Start">Offset of its first character.</param>
/// <param name="End">Offset behind its last.</param>
/// <param name="AfterNewline">True when a line ends before it: a semicolon may be missing there.</param>
internal readonly record struct Token(TokenKind Kind, string Text, Place At, int Start, int End, bool AfterNewline)
{
    /// <summary>Of a number.</summary>
    public double Number { get; init; }

    /// <summary>Of a regular expression.</summary>
    public string? Flags { get; init; }

    /// <summary>Of a template: true when its last text ends here.</summary>
    public bool IsTail { get; init; }

    /// <summary>A name or keyword written with an escape is not supported; this one is plain.</summary>
    public bool Is(string punctuatorOrKeyword) => Kind is TokenKind.Punctuator or TokenKind.Keyword && Text == punctuatorOrKeyword;

    /// <summary>What a message calls it.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "the end of the script",
        TokenKind.Text => "a string",
        TokenKind.Number => "a number",
        TokenKind.Template => "a template string",
        TokenKind.Regex => "a regular expression",
        _ => $"`{Text}`",
    };
}
