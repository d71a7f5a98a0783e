using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <content>Lists, maps, arguments and template strings, and the way back to solid ground after a mistake in one.</content>
public sealed partial class ExpressionParser
{
    private static readonly System.Buffers.SearchValues<char> NotInParameters = System.Buffers.SearchValues.Create("('\"`[{");

    private List<Expr> ParseArguments()
    {
        var open = _current;
        Advance();
        return ParseSequence(open, ")", () => Lambda() ?? ParseExpression(Precedence.Lambda));
    }

    private Expr ParseArray()
    {
        var open = _current;
        Advance();
        var items = ParseSequence(open, "]", () => ParseExpression(Precedence.Lambda));
        return ArrayExpr.Of(items, SpanOf(open.Start));
    }

    private Expr ParseObject()
    {
        var open = _current;
        Advance();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var entries = ParseSequence(open, "}", () => ParseEntry(keys));
        return ObjectExpr.Of(entries, SpanOf(open.Start));
    }

    private ObjectEntry ParseEntry(HashSet<string> keys)
    {
        var key = _current;
        if (key.Is("[")) throw Fail(ExpressionDiagnostics.ComputedKey(SpanOf(key)));
        if (key.Is("...")) throw Fail(ExpressionDiagnostics.Spread(SpanOf(key)));
        if (key.Kind is not (TokenKind.Name or TokenKind.String)) throw Unexpected("a key");
        Advance();
        if (!keys.Add(key.Text)) Report(ExpressionDiagnostics.DuplicateKey(SpanOf(key), key.Text));
        if (key.Kind == TokenKind.Name && (_current.Is(",") || _current.Is("}")))
            return new ObjectEntry(key.Text, new NameExpr(key.Text) { Span = SpanOf(key) }) { KeySpan = SpanOf(key) }; // {name} stands for {name: name}
        if (!_current.Is(":")) throw Unexpected($"`:` after the key `{key.Text}`");
        Advance();
        return new ObjectEntry(key.Text, ParseExpression(Precedence.Lambda)) { KeySpan = SpanOf(key) };
    }

    private LambdaExpr? Lambda()
    {
        var start = _current;
        var parameters = new List<string>();
        if (start.Kind == TokenKind.Name && _source.AsSpan(_tokenizer.Position).TrimStart().StartsWith("=>", StringComparison.Ordinal))
        {
            parameters.Add(start.Text);
            Advance();
        }
        else if (start.Is("(") && LooksLikeParameters())
        {
            Advance();
            while (!_current.Is(")"))
            {
                if (_current.Kind != TokenKind.Name) throw Unexpected("the name of a parameter");
                if (parameters.Contains(_current.Text)) Report(ExpressionDiagnostics.DuplicateKey(SpanOf(_current), _current.Text));
                parameters.Add(_current.Text);
                Advance();
                if (_current.Is(",")) Advance();
            }

            Advance();
        }
        else
        {
            return null;
        }

        Advance(); // =>
        if (_current.Is("{")) throw Fail(ExpressionDiagnostics.BlockBody(SpanOf(_current)));
        var body = ParseExpression(Precedence.Lambda);
        return new LambdaExpr(parameters, body) { Span = SpanOf(start.Start) };
    }

    // Only `(a, b) =>` may be a parameter list: its closing parenthesis is the next one.
    private bool LooksLikeParameters()
    {
        var close = _source.IndexOf(')', _tokenizer.Position);
        return close >= 0 && _source.AsSpan(close + 1).TrimStart().StartsWith("=>", StringComparison.Ordinal)
            && !_source.AsSpan(_tokenizer.Position, close - _tokenizer.Position).ContainsAny(NotInParameters);
    }

    private Expr ParseTemplate()
    {
        var open = _current;
        var parts = new List<Expr>();
        while (true)
        {
            var textStart = _tokenizer.Position;
            var (text, ended) = _tokenizer.TemplateText(open.Start);
            if (text is null) throw new Abandon();
            if (text.Length > 0) parts.Add(new ConstantExpr(Value.Of(text)) { Span = _span(textStart, _tokenizer.Position - textStart - (ended ? 1 : 2)) });
            if (ended) break;
            var hole = new Token(TokenKind.Sign, _tokenizer.Position - 2, _tokenizer.Position, "${");
            Advance();
            parts.Add(Guarded("}", list: false, () => ParseExpression(Precedence.Lambda))!);
            if (!_current.Is("}")) throw Fail(ExpressionDiagnostics.NotClosed(SpanOf(hole), "${", "}", Found()));
            _tokenizer.Position = _current.End; // what follows is text again
        }

        _current = open with { End = _tokenizer.Position };
        Advance();
        return TemplateExpr.Of(parts, SpanOf(open.Start));
    }

    private List<T> ParseSequence<T>(Token open, string close, Func<T> parseItem)
        where T : class
    {
        var items = new List<T>();
        while (!_current.Is(close))
        {
            if (_current.Kind == TokenKind.End) throw Fail(ExpressionDiagnostics.NotClosed(SpanOf(open), open.Text, close, Found()));
            if (_current.Is("...")) throw Fail(ExpressionDiagnostics.Spread(SpanOf(_current)));
            if (Guarded(close, list: true, parseItem) is { } item) items.Add(item);
            if (_current.Is(",")) Advance();
            else if (!_current.Is(close)) throw _current.Kind == TokenKind.End ? Fail(ExpressionDiagnostics.NotClosed(SpanOf(open), open.Text, close, Found())) : Unexpected($"`,` or `{close}`");
        }

        Advance();
        return items;
    }

    /// <summary>Parses a part in brackets. After a mistake in it, goes on behind it: at the closing bracket, in lists at the next comma.</summary>
    private T? Guarded<T>(string close, bool list, Func<T> parse)
        where T : class
    {
        var depth = _depth;
        try
        {
            return parse();
        }
        catch (Abandon)
        {
            _depth = depth;
            if (!SkipTo(close, list)) throw;
            return (object)new ConstantExpr(Value.Null) as T; // the whole is refused; this only fills the place
        }
    }

    private bool SkipTo(string close, bool list)
    {
        _quiet = true;
        try
        {
            var nested = 0;
            while (_current.Kind is not (TokenKind.End or TokenKind.Template))
            {
                if (nested == 0 && (_current.Is(close) || (list && _current.Is(",")))) return true;
                if (_current.Is("(") || _current.Is("[") || _current.Is("{")) nested++;
                else if ((_current.Is(")") || _current.Is("]") || _current.Is("}")) && --nested < 0) return false;
                Advance();
            }

            return false;
        }
        finally
        {
            _quiet = false;
        }
    }

    private void Expect(Token open, string close)
    {
        if (_current.Is(close)) Advance();
        else if (_current.Kind == TokenKind.End) throw Fail(ExpressionDiagnostics.NotClosed(SpanOf(open), open.Text, close, Found()));
        else throw Unexpected($"`{close}`");
    }

    private void RefuseForeignOperator()
    {
        if (_current.Is("?")) throw Fail(ExpressionDiagnostics.Ternary(SpanOf(_current)));
        if (_current.Kind is TokenKind.Sign or TokenKind.Name && ExpressionDiagnostics.ForeignOperator(_current.Text, SpanOf(_current)) is { } foreign) throw Fail(foreign);
    }

    private void Advance()
    {
        _previousEnd = _current.End;
        _current = _tokenizer.Next();
    }

    private SourceSpan SpanOf(Token token) => _span(token.Start, token.End - token.Start);

    private SourceSpan SpanOf(int start) => _span(start, _previousEnd - start);

    private void Report(Diagnostic diagnostic)
    {
        if (_quiet) return;
        _failed = true;
        _diagnostics.Add(diagnostic);
    }

    private Abandon Fail(Diagnostic diagnostic)
    {
        Report(diagnostic);
        return new Abandon();
    }

    private Abandon Unexpected(string expected)
    {
        if (_current.Kind == TokenKind.Broken) return new Abandon(); // the tokenizer has said why
        return Fail(ExpressionDiagnostics.Unexpected(SpanOf(_current), expected, Found()));
    }

    private string Found() => _current.Kind == TokenKind.End ? "the end" : $"`{_source[_current.Start.._current.End]}`";

    // How a mistake leaves the part it is in; never leaves the parser.
    private sealed class Abandon : Exception;
}
