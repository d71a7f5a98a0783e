using System.Globalization;
using System.Text;

namespace Orchestrator.Model.Scripts.Syntax;

internal sealed partial class Lexer
{
    private Token Number(Place at, bool newline)
    {
        var start = _position;
        var number = Peek(0) == '0' && char.ToLowerInvariant(Peek(1)) is 'x' or 'o' or 'b' ? Radix(at) : Decimal(at);
        if (Peek(0) == 'n') throw new ScriptSyntaxException(at, "BigInt is not supported; use a number");
        if (_position < source.Length && IsNamePart(source[_position])) throw new ScriptSyntaxException(Here, "a name cannot begin right after a number");
        return new Token(TokenKind.Number, source[start.._position], at, start, _position, newline) { Number = number };
    }

    private double Radix(Place at)
    {
        var radix = char.ToLowerInvariant(Peek(1)) switch { 'x' => 16, 'o' => 8, _ => 2 };
        _position += 2;
        var (number, digits) = (0.0, 0);
        for (; _position < source.Length && (char.IsAsciiHexDigit(source[_position]) || source[_position] == '_'); _position++)
        {
            if (source[_position] == '_') continue;
            var digit = Convert.ToInt32(source[_position].ToString(), 16);
            if (digit >= radix) throw new ScriptSyntaxException(Here, $"`{source[_position]}` is no digit here");
            number = (number * radix) + digit;
            digits++;
        }

        return digits > 0 ? number : throw new ScriptSyntaxException(at, "this number has no digits");
    }

    private double Decimal(Place at)
    {
        var start = _position;
        Digits();
        if (Peek(0) == '.')
        {
            _position++;
            Digits();
        }

        if (Peek(0) is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))))
        {
            _position += 2;
            Digits();
        }

        var text = source[start.._position].Replace("_", "", StringComparison.Ordinal);
        if (text.Length > 1 && text[0] == '0' && char.IsAsciiDigit(text[1])) throw new ScriptSyntaxException(at, "a number does not begin with 0; octal is written 0o17");
        return double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private void Digits()
    {
        while (char.IsAsciiDigit(Peek(0)) || (Peek(0) == '_' && char.IsAsciiDigit(Peek(1)))) _position++;
    }

    private Token Text(Place at, bool newline)
    {
        var start = _position;
        var quote = source[_position++];
        var text = new StringBuilder();
        while (Peek(0) != quote || _position >= source.Length)
        {
            if (_position >= source.Length || source[_position] is '\n' or '\r') throw new ScriptSyntaxException(at, "this string does not end on its line");
            if (source[_position] == '\\') Escape(text);
            else text.Append(source[_position++]);
        }

        _position++;
        return new Token(TokenKind.Text, text.ToString(), at, start, _position, newline);
    }

    private Token Template(Place at, bool newline)
    {
        var start = _position++;
        var text = new StringBuilder();
        while (true)
        {
            if (_position >= source.Length) throw new ScriptSyntaxException(at, "this template string does not end");
            var c = source[_position];
            if (c == '`')
            {
                _position++;
                return new Token(TokenKind.Template, text.ToString(), at, start, _position, newline) { IsTail = true };
            }

            if (c == '$' && Peek(1) == '{')
            {
                _position += 2;
                return new Token(TokenKind.Template, text.ToString(), at, start, _position, newline);
            }

            if (c == '\\') Escape(text);
            else if (IsLineEnd(c))
            {
                text.Append(c is '\r' ? '\n' : c); // a line ends with one character in a template
                Newline();
            }
            else
            {
                text.Append(c);
                _position++;
            }
        }
    }

    private void Escape(StringBuilder text)
    {
        var at = Here;
        _position++;
        if (_position >= source.Length) throw new ScriptSyntaxException(at, "the script ends within an escape");
        var c = source[_position];
        if (IsLineEnd(c))
        {
            Newline();
            return;
        }

        _position++;
        switch (c)
        {
            case 'n': text.Append('\n'); break;
            case 't': text.Append('\t'); break;
            case 'r': text.Append('\r'); break;
            case 'b': text.Append('\b'); break;
            case 'f': text.Append('\f'); break;
            case 'v': text.Append('\v'); break;
            case '0' when !char.IsAsciiDigit(Peek(0)): text.Append('\0'); break;
            case >= '0' and <= '9': throw new ScriptSyntaxException(at, "octal escapes are not supported; write \\x or \\u");
            case 'x': text.Append((char)Hex(at, 2)); break;
            case 'u' when Peek(0) == '{': text.Append(CodePoint(at)); break;
            case 'u': text.Append((char)Hex(at, 4)); break;
            default: text.Append(c); break;
        }
    }

    private string CodePoint(Place at)
    {
        var end = source.IndexOf('}', _position);
        if (end < 0 || !int.TryParse(source.AsSpan(_position + 1, end - _position - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || point > 0x10ffff)
            throw new ScriptSyntaxException(at, "\\u{…} takes a hexadecimal code point up to 10FFFF");
        _position = end + 1;
        return point is >= 0xd800 and <= 0xdfff ? ((char)point).ToString() : char.ConvertFromUtf32(point);
    }

    private int Hex(Place at, int digits)
    {
        if (_position + digits > source.Length || !int.TryParse(source.AsSpan(_position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new ScriptSyntaxException(at, $"this escape needs {digits} hexadecimal digits");
        _position += digits;
        return code;
    }
}
