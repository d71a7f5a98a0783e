namespace Orchestrator.Model.Scripts.Syntax;

/// <summary>Reads JavaScript as people write it today into a tree. The first mistake ends it with a <see cref="ScriptSyntaxException"/>.</summary>
internal sealed partial class Parser
{
    private const int DeepestNesting = 200;
    private const int LongestChain = 1000;

    private readonly Lexer _lexer;
    private Token _token;
    private Token _previous;
    private int _depth;
    private int _functions; // how many were read
    private bool _noIn; // the head of a `for`: `in` ends the expression

    private Parser(string source)
    {
        _lexer = new Lexer(source);
        _token = _lexer.Next(regex: false);
    }

    /// <summary>Reads a whole script.</summary>
    public static IReadOnlyList<Statement> Parse(string source)
    {
        var parser = new Parser(source);
        var statements = new List<Statement>();
        while (parser._token.Kind != TokenKind.End) statements.Add(parser.ParseStatement());
        return statements;
    }

    private Token Advance()
    {
        _previous = _token;
        _token = _lexer.Next(regex: false);
        return _previous;
    }

    private bool TryTake(string text)
    {
        if (!_token.Is(text)) return false;
        Advance();
        return true;
    }

    private bool TryTakeName(string name)
    {
        if (_token.Kind != TokenKind.Name || _token.Text != name) return false;
        Advance();
        return true;
    }

    private Token Take(string text) => _token.Is(text) ? Advance() : throw Unexpected($"`{text}`");

    private string TakeName(string what)
    {
        if (_token.Kind == TokenKind.Name) return Advance().Text;
        throw _token.Kind == TokenKind.Keyword ? Fail(_token.At, $"`{_token.Text}` is a reserved word and cannot be {what}") : Unexpected(what);
    }

    private Token LookAhead()
    {
        var mark = _lexer.Mark;
        var next = _lexer.Next(regex: false);
        _lexer.Return(mark);
        return next;
    }

    private void EndStatement()
    {
        if (TryTake(";") || _token.Is("}") || _token.Kind == TokenKind.End || _token.AfterNewline) return;
        throw Unexpected("`;` or a new line");
    }

    private void Deeper()
    {
        if (++_depth > DeepestNesting) throw Fail(_token.At, $"nested too deeply: at most {DeepestNesting} levels");
    }

    private void CheckChain(int length)
    {
        if (length > LongestChain) throw Fail(_token.At, $"this expression is too long: at most {LongestChain} operators in one chain");
    }

    // Within brackets `in` is an operator again, also in the head of a `for`.
    private T Within<T>(Func<T> parse)
    {
        var noIn = _noIn;
        _noIn = false;
        Deeper();
        var result = parse();
        _depth--;
        _noIn = noIn;
        return result;
    }

    private ScriptSyntaxException Unexpected(string expected) => Fail(_token.At, $"unexpected {_token.Shown}, expected {expected}");

    private static ScriptSyntaxException Fail(Place at, string message) => new(at, message);
}
