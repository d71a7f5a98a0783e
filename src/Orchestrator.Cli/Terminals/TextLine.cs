using System.Text;

namespace Orchestrator.Cli.Terminals;

/// <summary>One line of output as pieces with a meaning, so that it can be measured and cut before it is coloured.</summary>
internal sealed class TextLine
{
    private readonly List<(string Text, Style Style)> _pieces = [];

    /// <summary>How many cells it fills on a terminal.</summary>
    public int Width { get; private set; }

    /// <summary>True when it shows something that moves or waits: such a line stays in sight when a window is too small.</summary>
    public bool IsActive { get; init; }

    /// <summary>Adds a piece. Control characters in it are shown as a dot: text of others never steers the terminal.</summary>
    public TextLine Add(string text, Style style = Style.Plain)
    {
        if (text.Length == 0) return this;
        text = Cells.Harmless(text);
        _pieces.Add((text, style));
        Width += Cells.Width(text);
        return this;
    }

    /// <summary>Adds the pieces of another line.</summary>
    public TextLine Add(TextLine other)
    {
        foreach (var (text, style) in other._pieces) Add(text, style);
        return this;
    }

    /// <summary>Adds blanks up to a column, counted from 0; at least one when anything stands before it.</summary>
    public TextLine PadTo(int column) => Add(new string(' ', Math.Max(column - Width, Width == 0 ? 0 : 1)));

    /// <summary>This line, or its beginning and an ellipsis when it is wider than <paramref name="width"/>.</summary>
    public TextLine Clip(int width)
    {
        if (Width <= width) return this;
        var clipped = new TextLine();
        foreach (var (text, style) in _pieces)
        {
            var room = width - 1 - clipped.Width;
            clipped.Add(Cells.Start(text, room), style);
            if (Cells.Width(text) > room) break;
        }

        return clipped.Add("…", Style.Faint);
    }

    /// <summary>The text with colours, or plain.</summary>
    public string ToString(bool colours)
    {
        var text = new StringBuilder();
        foreach (var (piece, style) in _pieces)
        {
            var code = colours ? Code(style) : "";
            text.Append(code).Append(piece);
            if (code.Length > 0) text.Append("\e[0m");
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>The plain text.</summary>
    public override string ToString() => ToString(colours: false);

    private static string Code(Style style) => style switch
    {
        Style.Strong => "\e[1m",
        Style.Faint => "\e[2m",
        Style.Good => "\e[32m",
        Style.Bad => "\e[31m",
        Style.Caution => "\e[33m",
        Style.Active => "\e[36m",
        _ => "",
    };
}
