using System.Globalization;
using System.Text;

namespace Orchestrator.Model.Expressions;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    End,
    Number,
    String,
    Name,
    Sign,

    /// <summary>The backtick that opens a template string; the parser goes on with <see cref="Tokenizer.TemplateText"/>.</summary>
    Template,

    /// <summary>Something that is no token; the tokenizer has reported it.</summary>
    Broken,
}

/// <summary>A token. <see cref="Text"/> is the name, the sign or the value of the string.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End, string Text, double Number = 0)
{
    public bool Is(string sign) => Kind == TokenKind.Sign && Text == sign;
}

/// <summary>Cuts source text into tokens, on demand. Mistakes go to <paramref name="report"/> as (start, length, code, message, help).</summary>
internal sealed class Tokenizer(string source, Action<int, int, string, string, string?> report)
{
    // Longest first. The ones that the language does not have are here so that their diagnostics can name them.
    private static readonly string[] Signs =
    [
        ">>>", "===", "!==", "...", "**=", "??=", "&&=", "||=", "?.", "??", "&&", "||", "==", "!=", "<=", ">=", "=>", "++", "--", "**", "+=", "-=", "*=", "/=", "%=", "<<", ">>",
        "(", ")", "[", "]", "{", "}", ",", ":", ".", "?", "!", "<", ">", "=", "+", "-", "*", "/", "%", ";", "&", "|", "^", "~",
    ];

    public int Position { get; set; }

    public Token Next()
    {
        while (Position < source.Length && (char.IsWhiteSpace(source[Position]) || source[Position] == '\ufeff')) Position++;
        var start = Position;
        if (start >= source.Length) return new Token(TokenKind.End, source.Length, source.Length, "");
        var c = source[start];
        if (char.IsAsciiDigit(c)) return Number(start);
        if (char.IsLetter(c) || c is '_' or '$') return Name(start);
        if (c is '\'' or '"') return String(start, c);
        if (c == '`')
        {
            Position++;
            return new Token(TokenKind.Template, start, Position, "`");
        }

        foreach (var sign in Signs)
        {
            if (!source.AsSpan(start).StartsWith(sign, StringComparison.Ordinal)) continue;
            if (sign == "?." && start + 2 < source.Length && char.IsAsciiDigit(source[start + 2])) continue; // `a?.5:b` in JavaScript
            Position = start + sign.Length;
            return new Token(TokenKind.Sign, start, Position, sign);
        }

        Position++;
        if (char.IsHighSurrogate(c) && Position < source.Length && char.IsLowSurrogate(source[Position])) Position++;
        return Broken(start, "BP3005", $"`{source[start..Position]}` is no part of the expression language", c == '#' ? "YAML comments stand outside of expressions" : null);
    }

    /// <summary>
    /// Reads the text of a template string from <see cref="Position"/> to its end or the next <c>${</c>, and goes behind it. <c>Ended</c> is true at the backtick;
    /// null text means that the string is not closed, which has been reported at <paramref name="open"/>.
    /// </summary>
    public (string? Text, bool Ended) TemplateText(int open)
    {
        var text = new StringBuilder();
        while (Position < source.Length)
        {
            var c = source[Position];
            if (c == '`')
            {
                Position++;
                return (text.ToString(), true);
            }

            if (c == '$' && Position + 1 < source.Length && source[Position + 1] == '{')
            {
                Position += 2;
                return (text.ToString(), false);
            }

            if (c == '\\') Escape(text);
            else
            {
                text.Append(c);
                Position++;
            }
        }

        report(open, source.Length - open, "BP3004", "this template string is not closed", "end it with a backtick");
        return (null, true);
    }

    private Token Broken(int start, string code, string message, string? help = null)
    {
        report(start, Position - start, code, message, help);
        return new Token(TokenKind.Broken, start, Position, "");
    }

    private Token Name(int start)
    {
        while (Position < source.Length && (char.IsLetterOrDigit(source[Position]) || source[Position] is '_' or '$')) Position++;
        return new Token(TokenKind.Name, start, Position, source[start..Position]);
    }

    private Token Number(int start)
    {
        while (Position < source.Length && (char.IsAsciiLetterOrDigit(source[Position]) || source[Position] is '.' or '_'
            || (source[Position] is '+' or '-' && source[Position - 1] is 'e' or 'E' && !IsHex(start))))
        {
            // `1..5` and `1.name` stop before the dot that is no fraction.
            if (source[Position] == '.' && (Position + 1 >= source.Length || !char.IsAsciiDigit(source[Position + 1]))) break;
            Position++;
        }

        var text = source[start..Position];
        if (IsHex(start) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) && hex is >= 0 and <= 1L << 53)
            return new Token(TokenKind.Number, start, Position, text, hex);
        var leadingZero = text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1]);
        const NumberStyles Style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!leadingZero && double.TryParse(text, Style, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return new Token(TokenKind.Number, start, Position, text, number);
        return Broken(start, "BP3006", $"`{text}` is no number", leadingZero ? "write it without leading zeros, or as text in quotes" : "numbers look like 42, 1.5, 2e3 or 0xff; durations such as '90s' are text in quotes");
    }

    private bool IsHex(int start) => start + 1 < source.Length && source[start] == '0' && source[start + 1] is 'x' or 'X';

    private Token String(int start, char quote)
    {
        var text = new StringBuilder();
        Position++;
        while (Position < source.Length && source[Position] != quote && source[Position] != '\n')
        {
            if (source[Position] == '\\') Escape(text);
            else text.Append(source[Position++]);
        }

        if (Position >= source.Length || source[Position] == '\n')
            return Broken(start, "BP3004", "this text is not closed", $"end it with {quote}; text over several lines stands in backticks");
        Position++;
        return new Token(TokenKind.String, start, Position, text.ToString());
    }

    private void Escape(StringBuilder text)
    {
        var start = Position++;
        if (Position >= source.Length) return; // the caller reports that the text is not closed
        var c = source[Position++];
        switch (c)
        {
            case 'n': text.Append('\n'); return;
            case 't': text.Append('\t'); return;
            case 'r': text.Append('\r'); return;
            case 'b': text.Append('\b'); return;
            case 'f': text.Append('\f'); return;
            case 'v': text.Append('\v'); return;
            case '0' when Position >= source.Length || !char.IsAsciiDigit(source[Position]): text.Append('\0'); return;
            case '\n': return; // a line that goes on
            case '\'' or '"' or '`' or '\\' or '$' or '{' or '/': text.Append(c); return;
            case 'x' when Code(2) is { } code: text.Append((char)code); return;
            case 'u' when Position < source.Length && source[Position] == '{' && BracedCode() is { } code: text.Append(char.ConvertFromUtf32(code)); return;
            case 'u' when Code(4) is { } code: text.Append((char)code); return;
        }

        report(start, Position - start, "BP3007", $"`\\{c}` is no escape", $"known are \\n \\t \\r \\b \\f \\v \\0 \\\\ \\' \\\" \\` \\$ \\xHH \\uHHHH \\u{{H…}}; a backslash itself is \\\\");
        text.Append(c);
    }

    private int? Code(int digits)
    {
        if (Position + digits > source.Length || !int.TryParse(source.AsSpan(Position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)) return null;
        Position += digits;
        return code;
    }

    private int? BracedCode()
    {
        var end = source.IndexOf('}', Position);
        if (end < 0 || end - Position > 7
            || !int.TryParse(source.AsSpan(Position + 1, end - Position - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code is > 0x10ffff or (>= 0xd800 and <= 0xdfff)) return null;
        Position = end + 1;
        return code;
    }
}
