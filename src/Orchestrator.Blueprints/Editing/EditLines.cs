using System.Text.RegularExpressions;

namespace Orchestrator.Blueprints.Editing;

/// <summary>
/// The lines of a text that somebody is typing. It is no YAML at most moments, so nothing here parses it: where a line stands in the structure is read off its indentation, as people do.
/// </summary>
internal sealed partial class EditLines
{
    private readonly List<EditLine> _lines = [];

    public EditLines(string text)
    {
        var start = 0;
        foreach (var line in text.Split('\n'))
        {
            _lines.Add(Read(line.TrimEnd('\r'), start));
            start += line.Length + 1;
        }
    }

    /// <summary>The line that holds an offset.</summary>
    public int IndexAt(int offset) => Math.Max(0, _lines.FindLastIndex(line => line.Start <= offset));

    public EditLine this[int index] => _lines[index];

    /// <summary>The keys that lead to a key at this column of this line, outermost first; <c>-</c> for an item of a list. Each comes with the line it stands on.</summary>
    public IReadOnlyList<(string Key, int Line)> PathTo(int index, int column, bool isItem)
    {
        var path = new List<(string, int)>();
        var limit = column;
        if (isItem) path.Add(("-", index));
        if (isItem) limit = _lines[index].Dash;
        var wantsKey = isItem;
        for (var i = index - 1; i >= 0 && (limit > 0 || wantsKey); i--)
        {
            var line = _lines[i];
            if (line.IsBlank) continue;
            // The first key of an item of a list: `- id: a` begins the map that the line belongs to.
            if (!wantsKey && line.Dash >= 0 && line.Dash < limit && line.KeyColumn >= limit)
            {
                path.Insert(0, ("-", i));
                (limit, wantsKey) = (line.Dash, true);
                continue;
            }

            if (line.Key is null || line.KeyColumn > limit || (line.KeyColumn == limit && (!wantsKey || line.Dash >= 0))) continue;
            path.Insert(0, (line.Key, i));
            (limit, wantsKey) = (line.KeyColumn, false);
            if (line.Dash < 0) continue;
            path.Insert(0, ("-", i));
            (limit, wantsKey) = (line.Dash, true);
        }

        return path;
    }

    /// <summary>The keys of the map that has a key at this column of this line, with their values as written; the line itself is left out.</summary>
    public Dictionary<string, string> Beside(int index, int column)
    {
        var beside = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_lines[index].Dash < 0) Collect(index - 1, -1, column, beside);
        Collect(index + 1, 1, column, beside);
        return beside;
    }

    private void Collect(int from, int step, int column, Dictionary<string, string> beside)
    {
        for (var i = from; i >= 0 && i < _lines.Count; i += step)
        {
            var line = _lines[i];
            if (line.IsBlank || line.Indent > column) continue;
            var begins = line.Dash >= 0 && line.Dash < column;
            if (line.KeyColumn != column || (begins && step > 0)) return;
            if (line.Key is { } key) beside.TryAdd(key, line.Value);
            if (begins) return;
        }
    }

    private static EditLine Read(string text, int start)
    {
        var match = Shape().Match(text);
        var (indent, dashes, key) = (match.Groups["indent"].Length, match.Groups["dashes"].Length, match.Groups["key"]);
        var isBlank = text.AsSpan().Trim().IsEmpty || text.AsSpan().TrimStart().StartsWith("#");
        return new EditLine(text, start, isBlank, indent, dashes > 0 ? indent : -1, indent + dashes, key.Success ? key.Value : null, match.Groups["value"].Value.Trim());
    }

    [GeneratedRegex(@"^(?<indent> *)(?<dashes>(?:- +|-$)*)(?:(?<key>[A-Za-z_][A-Za-z0-9_.-]*)\s*:(?:\s+(?<value>.*))?$)?")]
    private static partial Regex Shape();
}

/// <summary>A line of a text that is being typed.</summary>
/// <param name="Text">The line.</param>
/// <param name="Start">Its offset.</param>
/// <param name="IsBlank">True when it is empty or a comment.</param>
/// <param name="Indent">Blanks at its beginning.</param>
/// <param name="Dash">Column of the dash of a list item; -1 when there is none.</param>
/// <param name="KeyColumn">Column where its key stands, or would.</param>
/// <param name="Key">Its key; null when it has none.</param>
/// <param name="Value">What stands behind the key.</param>
internal sealed record EditLine(string Text, int Start, bool IsBlank, int Indent, int Dash, int KeyColumn, string? Key, string Value);
