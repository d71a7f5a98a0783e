namespace Orchestrator.Cli.Terminals;

/// <summary>Columns as wide as their widest cell, two blanks apart; the last one is cut at the edge.</summary>
internal sealed class Table(params IReadOnlyList<string> headers)
{
    private readonly List<(string Text, Style Style)[]> _rows = [];

    /// <summary>Adds a row with one cell a column.</summary>
    public void Add(params (string Text, Style Style)[] cells) => _rows.Add(cells);

    /// <summary>The lines, headers first.</summary>
    public IEnumerable<TextLine> Lines()
    {
        var starts = new int[headers.Count];
        for (var column = 1; column < headers.Count; column++)
            starts[column] = starts[column - 1] + 2 + _rows.Select(row => Cells.Width(row[column - 1].Text)).Append(headers[column - 1].Length).Max();
        yield return Line(starts, headers.Select(header => (header, Style.Faint)));
        foreach (var row in _rows) yield return Line(starts, row);
    }

    private static TextLine Line(int[] starts, IEnumerable<(string Text, Style Style)> cells)
    {
        var line = new TextLine();
        foreach (var (column, (text, style)) in cells.Index())
        {
            if (column > 0) line.PadTo(starts[column]);
            line.Add(text, style);
        }

        return line;
    }
}
