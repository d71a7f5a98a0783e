using System.Globalization;

namespace Orchestrator.Model.Scripts.Syntax;

/// <summary>Cuts a script into tokens, one at a time: whether <c>/</c> begins a regular expression is known to the parser only.</summary>
internal sealed partial class Lexer(string source)
{
    private static readonly HashSet<string> Keywords =
    [
        "break", "case", "catch", "class", "const", "continue", "debugger", "default", "delete", "do", "else", "export", "extends", "false", "finally", "for", "function", "if", "import",
        "in", "instanceof", "new", "null", "return", "super", "switch", "this", "throw", "true", "try", "typeof", "var", "void", "while", "with", "enum", "yield", "await",
    ];

    private static readonly string[] Punctuators =
    [
        ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=",
        "&=", "|=", "^=", "<<", ">>", "**", "{", "}", "(", ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "!", "~", "?", ":", "=", ".", "#", "@",
    ];

    private int _position;
    private int _line = 1;
    private int _lineStart;

    /// <summary>Where reading goes on; give it back to <see cref="Return"/> after a look ahead.</summary>
    public (int Position, int Line, int LineStart) Mark => (_position, _line, _lineStart);

    private Place Here => new(_line, _position - _lineStart + 1);

    /// <summary>The next token. <paramref name="regex"/> says whether an operand is expected, so that <c>/</c> begins a regular expression.</summary>
    public Token Next(bool regex)
    {
        var newline = SkipBlank();
        var (at, start) = (Here, _position);
        if (_position >= source.Length) return new Token(TokenKind.End, "", at, start, start, newline);
        var c = source[_position];
        if (IsNameStart(c)) return Name(at, newline);
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1)))) return Number(at, newline);
        if (c is '"' or '\'') return Text(at, newline);
        if (c == '`') return Template(at, newline);
        if (c == '/' && regex) return Regex(at, newline);
        foreach (var punctuator in Punctuators)
        {
            if (string.CompareOrdinal(source, _position, punctuator, 0, punctuator.Length) != 0) continue;
            if (punctuator == "?." && char.IsAsciiDigit(Peek(2))) continue; // a?.5:1
            _position += punctuator.Length;
            return new Token(TokenKind.Punctuator, punctuator, at, start, _position, newline);
        }

        throw new ScriptSyntaxException(at, $"unexpected character `{c}`");
    }

    /// <summary>Goes back to the start of a token, to read it as something else.</summary>
    public void Back(Token token) => (_position, _line, _lineStart) = (token.Start, token.At.Line, token.Start - token.At.Column + 1);

    /// <summary>Goes back to a mark.</summary>
    public void Return((int Position, int Line, int LineStart) mark) => (_position, _line, _lineStart) = mark;

    /// <summary>The rest of a template, behind the brace that closes one of its parts.</summary>
    public Token ContinueTemplate(Token brace)
    {
        Back(brace);
        return Template(brace.At, false);
    }

    private char Peek(int ahead) => _position + ahead < source.Length ? source[_position + ahead] : '\0';

    private static bool IsNameStart(char c) => char.IsLetter(c) || c is '_' or '$' || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.LetterNumber;

    private static bool IsNamePart(char c) => IsNameStart(c) || char.IsDigit(c) || c is '\u200c' or '\u200d' || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;

    private static bool IsLineEnd(char c) => c is '\n' or '\r' or '\u2028' or '\u2029';

    private void Newline()
    {
        if (source[_position] == '\r' && Peek(1) == '\n') _position++;
        _position++;
        _line++;
        _lineStart = _position;
    }

    private bool SkipBlank()
    {
        var newline = _position == 0;
        while (_position < source.Length)
        {
            var c = source[_position];
            if (IsLineEnd(c))
            {
                newline = true;
                Newline();
            }
            else if (char.IsWhiteSpace(c) || c == '\ufeff') _position++;
            else if (c == '/' && Peek(1) == '/')
                while (_position < source.Length && !IsLineEnd(source[_position])) _position++;
            else if (c == '/' && Peek(1) == '*') newline |= SkipComment();
            else break;
        }

        return newline;
    }

    private bool SkipComment()
    {
        var (at, newline) = (Here, false);
        _position += 2;
        while (!(Peek(0) == '*' && Peek(1) == '/'))
        {
            if (_position >= source.Length) throw new ScriptSyntaxException(at, "this comment does not end");
            if (IsLineEnd(source[_position]))
            {
                newline = true;
                Newline();
            }
            else _position++;
        }

        _position += 2;
        return newline;
    }

    private Token Name(Place at, bool newline)
    {
        var start = _position;
        while (_position < source.Length && IsNamePart(source[_position])) _position++;
        var text = source[start.._position];
        return new Token(Keywords.Contains(text) ? TokenKind.Keyword : TokenKind.Name, text, at, start, _position, newline);
    }

    private Token Regex(Place at, bool newline)
    {
        var start = _position++;
        for (var inClass = false; ; _position++)
        {
            var c = Peek(0);
            if (_position >= source.Length || IsLineEnd(c)) throw new ScriptSyntaxException(at, "this regular expression does not end on its line");
            if (c == '/' && !inClass) break;
            if (c == '[') inClass = true;
            else if (c == ']') inClass = false;
            else if (c == '\\') _position++;
        }

        var pattern = source[(start + 1).._position++];
        var flags = _position;
        while (_position < source.Length && IsNamePart(source[_position])) _position++;
        return new Token(TokenKind.Regex, pattern, at, start, _position, newline) { Flags = source[flags.._position] };
    }
}
