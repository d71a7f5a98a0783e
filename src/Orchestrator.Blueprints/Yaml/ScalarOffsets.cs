using System.Globalization;
using System.Text;

namespace Orchestrator.Blueprints.Yaml;

/// <summary>
/// Finds the source offset of every character of a scalar by decoding it a second time. Where the second decoding disagrees with the parser's
/// (exotic line breaks), there are no offsets and diagnostics point at the whole scalar.
/// </summary>
internal static class ScalarOffsets
{
    /// <param name="source">The whole text.</param>
    /// <param name="start">Offset of the scalar's first character: its quote or block indicator when it has one.</param>
    /// <param name="end">Offset behind it, as the parser says.</param>
    /// <param name="text">The decoded text.</param>
    /// <param name="style">How it is written.</param>
    public static int[]? Find(SourceText source, int start, int end, string text, YamlStyle style) => style switch
    {
        YamlStyle.Literal => Literal(source, start, text),
        YamlStyle.Folded => Folded(source, start, text),
        _ => Flow(source.Text, start, end, text, style),
    };

    private static int[]? Flow(string source, int start, int end, string text, YamlStyle style)
    {
        var decoded = new StringBuilder(text.Length);
        var offsets = new List<int>(text.Length);
        var quote = style switch { YamlStyle.SingleQuoted => '\'', YamlStyle.DoubleQuoted => '"', _ => '\0' };
        var i = quote == '\0' ? start : start + 1;
        void Add(string piece, int at)
        {
            decoded.Append(piece);
            for (var k = 0; k < piece.Length; k++) offsets.Add(at);
        }

        while (i < end && i < source.Length)
        {
            var c = source[i];
            if (c == quote)
            {
                if (quote == '"' || i + 1 >= source.Length || source[i + 1] != '\'') break;
                Add("'", i);
                i += 2;
            }
            else if (c == '\\' && quote == '"')
            {
                i = Escape(source, i, Add);
                if (i < 0) return null;
            }
            else if (c is ' ' or '\t' or '\r' or '\n')
            {
                var run = i;
                i = Blanks(source, i, end, out var breaks);
                if (quote == '\0' && i >= end) break;
                if (breaks == 0) for (var k = run; k < i; k++) Add(source[k].ToString(), k);
                else Add(breaks == 1 ? " " : new string('\n', breaks - 1), run);
            }
            else
            {
                Add(c.ToString(), i++);
            }
        }

        return decoded.ToString() == text ? [.. offsets] : null;
    }

    private static int Blanks(string source, int i, int end, out int breaks)
    {
        breaks = 0;
        for (; i < end && i < source.Length && source[i] is ' ' or '\t' or '\r' or '\n'; i++)
        {
            if (source[i] == '\n' || (source[i] == '\r' && (i + 1 >= source.Length || source[i + 1] != '\n'))) breaks++;
        }

        return i;
    }

    private static int Escape(string source, int at, Action<string, int> add)
    {
        if (at + 1 >= source.Length) return -1;
        var c = source[at + 1];
        if (c is '\r' or '\n')
        {
            var next = Blanks(source, at + 1, source.Length, out var breaks);
            if (breaks > 1) add(new string('\n', breaks - 1), at);
            return next;
        }

        var digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (at + 2 + digits > source.Length || !int.TryParse(source.AsSpan(at + 2, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var point)) return -1;
            add(point is > 0xFFFF and <= 0x10FFFF ? char.ConvertFromUtf32(point) : ((char)point).ToString(), at);
            return at + 2 + digits;
        }

        const string From = "0abt\tnvfre \"/\\N_LP";
        const string To = "\0\a\b\t\t\n\v\f\r\x1b \"/\\\x85\xa0\u2028\u2029";
        var index = From.IndexOf(c, StringComparison.Ordinal);
        if (index < 0) return -1;
        add(To[index].ToString(), at);
        return at + 2;
    }

    // Each decoded line is the tail of its source line, so the indentation need not be known.
    private static int[]? Literal(SourceText source, int start, string text)
    {
        var offsets = new int[text.Length];
        var line = source.LineAt(start);
        for (var i = 0; i < text.Length;)
        {
            if (++line > source.LineCount) return null;
            var end = text.IndexOf('\n', i);
            if (end < 0) end = text.Length;
            var from = source.LineEnd(line) - (end - i);
            if (from < source.LineStart(line) || string.CompareOrdinal(source.Text, from, text, i, end - i) != 0) return null;
            for (; i < end; i++) offsets[i] = from++;
            if (i < text.Length) offsets[i++] = from;
        }

        return offsets;
    }

    private static int[]? Folded(SourceText source, int start, string text)
    {
        var offsets = new int[text.Length];
        var line = source.LineAt(start) + 1;
        var (i, indent) = (0, -1);
        for (; i < text.Length && line <= source.LineCount; line++)
        {
            var content = source.Line(line);
            if (string.IsNullOrWhiteSpace(content) && (indent < 0 || content.Length <= indent))
            {
                if (indent < 0 && text[i] == '\n') offsets[i++] = source.LineEnd(line);
                continue;
            }

            if (indent < 0) indent = Leading(content, 0) - Leading(text, i);
            if (indent < 0 || content.Length < indent) return null;
            var from = source.LineStart(line) + indent;
            var length = content.Length - indent;
            if (i + length > text.Length || string.CompareOrdinal(source.Text, from, text, i, length) != 0) return null;
            for (var k = 0; k < length; k++) offsets[i++] = from++;
            if (i < text.Length && text[i] == ' ') offsets[i++] = from;
            else for (; i < text.Length && text[i] == '\n'; i++) offsets[i] = from;
        }

        return i == text.Length ? offsets : null;
    }

    private static int Leading(string text, int from)
    {
        var i = from;
        while (i < text.Length && text[i] == ' ') i++;
        return i - from;
    }
}
