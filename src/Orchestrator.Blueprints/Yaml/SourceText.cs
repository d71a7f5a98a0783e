using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Yaml;

/// <summary>A source text and where its lines begin: turns offsets (0-based, UTF-16 units) into spans.</summary>
internal sealed class SourceText
{
    private readonly List<int> _lineStarts = [0];

    public SourceText(string text)
    {
        Text = text;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'))) _lineStarts.Add(i + 1);
        }
    }

    public string Text { get; }

    /// <summary>A span from an offset and a length; both are brought into the text.</summary>
    public SourceSpan Span(int offset, int length)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        length = Math.Clamp(length, 0, Text.Length - offset);
        var line = LineAt(offset);
        return new SourceSpan(line, offset - _lineStarts[line - 1] + 1, offset, length);
    }

    public SourceSpan Between(int start, int end) => Span(start, Math.Max(0, end - start));

    /// <summary>1-based number of the line that holds an offset.</summary>
    public int LineAt(int offset)
    {
        var index = _lineStarts.BinarySearch(offset);
        return index >= 0 ? index + 1 : ~index;
    }

    public int LineCount => _lineStarts.Count;

    /// <summary>Offset of a 1-based line's first character.</summary>
    public int LineStart(int line) => _lineStarts[line - 1];

    /// <summary>A line without its break.</summary>
    public string Line(int line)
    {
        var end = line < _lineStarts.Count ? _lineStarts[line] : Text.Length;
        return Text[_lineStarts[line - 1]..end].TrimEnd('\r', '\n');
    }

    /// <summary>The same text with a stretch overwritten by letters: every other place keeps its offset.</summary>
    public SourceText Blank(SourceSpan span) =>
        new(string.Concat(Text.AsSpan(0, span.Offset), new string('x', span.Length), Text.AsSpan(span.End)));

    /// <summary>Offset behind a line's last character, its break not counted.</summary>
    public int LineEnd(int line) => LineStart(line) + Line(line).Length;
}
