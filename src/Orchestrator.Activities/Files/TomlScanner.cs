using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>The characters of a TOML text: blanks, comments, keys and scalars.</summary>
internal sealed partial class TomlScanner(string text)
{
    public string Text { get; } = text;

    public int Position { get; private set; } = text.StartsWith('\uFEFF') ? 1 : 0;

    /// <summary>The character at the position; NUL at the end.</summary>
    public char Current => Position < Text.Length ? Text[Position] : '\0';

    public MergeException Fail(int at, string problem) => new(TextEdits.LineNumber(Text, at), problem);

    public void SkipBlanks()
    {
        while (Current is ' ' or '\t') Position++;
    }

    /// <summary>Skips blanks, line ends and comments.</summary>
    public void SkipLines()
    {
        while (true)
        {
            while (Current is ' ' or '\t' or '\r' or '\n') Position++;
            if (Current != '#') return;
            while (Position < Text.Length && Current != '\n') Position++;
        }
    }

    /// <summary>Goes to the next key or header; false at the end of the text.</summary>
    public bool SkipToStatement()
    {
        SkipLines();
        return Position < Text.Length;
    }

    /// <summary>Only blanks and a comment may follow on the line. Stays on it.</summary>
    public void EndOfLine()
    {
        SkipBlanks();
        if (Position < Text.Length && Current is not ('#' or '\r' or '\n')) throw Fail(Position, $"unexpected `{Current}` after the value; one key or header stands on a line");
    }

    public bool Take(char wanted)
    {
        SkipBlanks();
        if (Current != wanted || Position >= Text.Length) return false;
        Position++;
        return true;
    }

    public void Expect(char wanted)
    {
        if (!Take(wanted)) throw Fail(Position, $"expected `{wanted}`, found {Found()}");
    }

    public string[] DottedKey()
    {
        var keys = new List<string>();
        do
        {
            SkipBlanks();
            if (Current is '"' or '\'')
            {
                keys.Add(QuotedString(Current));
                continue;
            }

            var start = Position;
            while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '-') Position++;
            if (Position == start) throw Fail(Position, $"expected a key, found {Found()}");
            keys.Add(Text[start..Position]);
        }
        while (Take('.'));
        return [.. keys];
    }

    public Value Scalar()
    {
        if (Current is '"' or '\'')
        {
            var triple = new string(Current, 3);
            return Value.Of(string.CompareOrdinal(Text, Position, triple, 0, 3) == 0 ? MultilineString(Current) : QuotedString(Current));
        }

        var match = Word().Match(Text, Position);
        var word = match.Value;
        if (word.Length == 0) throw Fail(Position, $"expected a value, found {Found()}");
        var value = Number(word) ?? (word is "true" or "false" ? Value.Of(word == "true") : DateTime().IsMatch(word) ? Value.Of(word) : null);
        if (value is null) throw Fail(Position, $"`{word}` is no value; strings need quotes");
        Position += word.Length;
        return value;
    }

    private static Value? Number(string word)
    {
        var digits = word.Replace("_", "", StringComparison.Ordinal);
        if (Integer().IsMatch(word)) return Value.Of(double.Parse(digits, CultureInfo.InvariantCulture));
        if (Float().IsMatch(word)) return Value.Of(double.Parse(digits, CultureInfo.InvariantCulture));
        if (Radix().IsMatch(word))
            return Value.Of(digits[2..].Aggregate(0.0, (sum, digit) => (sum * (word[1] switch { 'x' => 16, 'o' => 8, _ => 2 })) + Convert.ToInt32(digit.ToString(), 16)));
        return word.TrimStart('+', '-') switch
        {
            "inf" => Value.Of(word[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity),
            "nan" => Value.Of(double.NaN),
            _ => null,
        };
    }

    private string QuotedString(char quote)
    {
        var start = Position++;
        var result = new StringBuilder();
        while (Current != quote)
        {
            if (Position >= Text.Length || Current is '\n' or '\r') throw Fail(start, "the string is not closed on its line");
            if (quote == '"' && Current == '\\') Escape(result);
            else result.Append(Text[Position++]);
        }

        Position++;
        return result.ToString();
    }

    private string MultilineString(char quote)
    {
        var start = Position;
        Position += 3;
        if (Current == '\r') Position++;
        if (Current == '\n') Position++;
        var closing = new string(quote, 3);
        var result = new StringBuilder();
        while (string.CompareOrdinal(Text, Position, closing, 0, 3) != 0)
        {
            if (Position >= Text.Length) throw Fail(start, $"the string is not closed by {closing}");
            if (quote == '"' && Current == '\\') Escape(result);
            else result.Append(Text[Position++]);
        }

        Position += 3;
        for (var extra = 0; extra < 2 && Current == quote; extra++, Position++) result.Append(quote); // up to two quotes may stand before the closing three
        return result.ToString();
    }

    private void Escape(StringBuilder result)
    {
        var at = Position++;
        var letter = Current;
        if (letter is 'u' or 'U')
        {
            var length = letter == 'u' ? 4 : 8;
            var hex = Text.AsSpan(Math.Min(Position + 1, Text.Length));
            if (hex.Length < length || !int.TryParse(hex[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
                throw Fail(at, $"`\\{letter}` needs {length} hexadecimal digits of a character");
            result.Append(new Rune(code).ToString());
            Position += 1 + length;
            return;
        }

        if (letter is ' ' or '\t' or '\r' or '\n')
        {
            // A backslash at the end of a line of a multi-line string swallows the line end and the blanks after it.
            while (Current is ' ' or '\t' or '\r' or '\n') Position++;
            return;
        }

        var index = "btnfr\"\\".IndexOf(letter, StringComparison.Ordinal);
        if (index < 0 || Position >= Text.Length) throw Fail(at, $"`\\{letter}` is no escape of TOML; write `\\\\` for a backslash");
        result.Append("\b\t\n\f\r\"\\"[index]);
        Position++;
    }

    private string Found() => Position >= Text.Length ? "the end of the file" : Current is '\n' or '\r' ? "the end of the line" : $"`{Current}`";

    [GeneratedRegex(@"\G[A-Za-z0-9_+\-.:]*(?: \d\d:\d\d[0-9:.+\-Zz]*)?")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[+-]?(?:0|[1-9](?:_?\d)*)$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[+-]?(?:0|[1-9](?:_?\d)*)(?:\.\d(?:_?\d)*)?(?:[eE][+-]?\d(?:_?\d)*)?$")]
    private static partial Regex Float();

    [GeneratedRegex(@"^0(?:x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$")]
    private static partial Regex Radix();

    [GeneratedRegex(@"^(?:\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)?)?|\d\d:\d\d:\d\d(?:\.\d+)?)$")]
    private static partial Regex DateTime();
}
