using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>
/// Parses the expression part of JavaScript: operator precedence parsing, one diagnostic for each mistake. A mistake inside brackets or a template part costs that
/// part only; the rest is parsed and its mistakes are found too.
/// </summary>
public sealed partial class ExpressionParser
{
    private const int DeepestNesting = 64;
    private const int LongestSource = 64 * 1024;

    private readonly string _source;
    private readonly Func<int, int, SourceSpan> _span;
    private readonly ICollection<Diagnostic> _diagnostics;
    private readonly Tokenizer _tokenizer;
    private readonly HashSet<Expr> _parenthesized = new(ReferenceEqualityComparer.Instance);
    private Token _current;
    private int _previousEnd;
    private int _depth;
    private bool _failed;
    private bool _quiet;

    private ExpressionParser(string source, Func<int, int, SourceSpan> span, ICollection<Diagnostic> diagnostics)
    {
        _source = source;
        _span = span;
        _diagnostics = diagnostics;
        _tokenizer = new Tokenizer(source, (start, length, code, message, help) => Report(ExpressionDiagnostics.Lexical(code, span(start, length), message, help)));
    }

    /// <summary>Parses an expression.</summary>
    /// <param name="text">The text between the marks, without them.</param>
    /// <param name="span">Where a stretch of <paramref name="text"/> (offset, length) stands in the file.</param>
    /// <param name="diagnostics">Gets every mistake.</param>
    /// <returns>Null when there was a mistake.</returns>
    public static Expression? Parse(string text, Func<int, int, SourceSpan> span, ICollection<Diagnostic> diagnostics) =>
        new ExpressionParser(text, span, diagnostics).ParseWhole();

    private Expression? ParseWhole()
    {
        if (_source.Length > LongestSource)
        {
            Report(ExpressionDiagnostics.TooLong(_span(0, _source.Length), LongestSource));
            return null;
        }

        try
        {
            Advance();
            if (_current.Kind == TokenKind.End)
            {
                Report(ExpressionDiagnostics.Empty(_span(0, _source.Length)));
                return null;
            }

            var root = ParseExpression(Precedence.Lambda);
            if (_current.Kind != TokenKind.End) throw Unexpected("the end of the expression");
            return _failed ? null : new Expression(root);
        }
        catch (Abandon)
        {
            return null;
        }
    }

    private Expr ParseExpression(Precedence least)
    {
        if (++_depth > DeepestNesting) throw Fail(ExpressionDiagnostics.TooDeep(SpanOf(_current), DeepestNesting));
        var start = _current.Start;
        var left = ParseOperand();
        while (true)
        {
            RefuseForeignOperator();
            if (BinaryAt(_current) is not { } op || Operators.PrecedenceOf(op) < least) break;
            var sign = _current;
            Advance();
            var right = ParseExpression(Operators.PrecedenceOf(op) + 1);
            if (IsMixed(op, left) || IsMixed(op, right)) Report(ExpressionDiagnostics.Mixed(SpanOf(sign)));
            left = new BinaryExpr(op, left, right) { Span = SpanOf(start) };
        }

        _depth--;
        return left;
    }

    private Expr ParseOperand()
    {
        var start = _current.Start;
        if (_current.Is("!") || _current.Is("-"))
        {
            var not = _current.Is("!");
            Advance();
            if (!not && _current.Kind == TokenKind.Number && _current.Start == start + 1)
            {
                var number = _current.Number;
                Advance();
                return ParseChain(new ConstantExpr(Value.Of(-number)) { Span = SpanOf(start) }, start);
            }

            var operand = ParseExpression(Precedence.Unary);
            return new UnaryExpr(not ? UnaryOperator.Not : UnaryOperator.Negate, operand) { Span = SpanOf(start) };
        }

        return ParseChain(ParseAtom(), start);
    }

    private Expr ParseAtom()
    {
        var token = _current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                Advance();
                return new ConstantExpr(Value.Of(token.Number)) { Span = SpanOf(token) };
            case TokenKind.String:
                Advance();
                return new ConstantExpr(Value.Of(token.Text)) { Span = SpanOf(token) };
            case TokenKind.Template: return ParseTemplate();
            case TokenKind.Name: return ParseName();
            case TokenKind.Sign when token.Text == "(": return ParseParenthesized();
            case TokenKind.Sign when token.Text == "[": return ParseArray();
            case TokenKind.Sign when token.Text == "{": return ParseObject();
            case TokenKind.Sign when token.Text == "/": throw Fail(ExpressionDiagnostics.Regex(SpanOf(token)));
            case TokenKind.Broken: throw new Abandon();
            default: throw Unexpected("a value");
        }
    }

    private Expr ParseName()
    {
        var token = _current;
        Advance();
        var span = SpanOf(token);
        switch (token.Text)
        {
            case "true": return new ConstantExpr(Value.Of(true)) { Span = span };
            case "false": return new ConstantExpr(Value.Of(false)) { Span = span };
            case "null" or "undefined": return new ConstantExpr(Value.Null) { Span = span };
        }

        if (ExpressionDiagnostics.Foreign(token.Text, span) is { } foreign) throw Fail(foreign);
        if (_current.Is("=>")) throw Fail(ExpressionDiagnostics.StrayArrow(SpanOf(_current)));
        if (!_current.Is("(")) return new NameExpr(token.Text) { Span = span };
        var arguments = ParseArguments();
        return new CallExpr(null, token.Text, arguments) { Span = SpanOf(token.Start), NameSpan = span };
    }

    private Expr ParseParenthesized()
    {
        var open = _current;
        Advance();
        var inner = Guarded(")", list: false, () => ParseExpression(Precedence.Lambda))!;
        Expect(open, ")");
        if (_current.Is("=>")) throw Fail(ExpressionDiagnostics.StrayArrow(SpanOf(_current)));
        _parenthesized.Add(inner);
        return inner;
    }

    private Expr ParseChain(Expr target, int start)
    {
        while (true)
        {
            var optional = _current.Is("?.");
            if (_current.Is("[")) target = ParseIndex(target, start, false);
            else if (_current.Is(".") || optional)
            {
                Advance();
                if (optional && _current.Is("[")) target = ParseIndex(target, start, true);
                else if (_current.Kind != TokenKind.Name) throw Unexpected(optional ? "a name or `[` after `?.`" : "a name after `.`");
                else target = ParseMember(target, start, optional);
            }
            else if (_current.Is("(")) throw Fail(ExpressionDiagnostics.NotCallable(SpanOf(_current), target));
            else if (_current.Kind == TokenKind.Template) throw Fail(ExpressionDiagnostics.TaggedTemplate(SpanOf(_current)));
            else return target;
        }
    }

    private Expr ParseMember(Expr target, int start, bool optional)
    {
        var name = _current;
        Advance();
        if (!_current.Is("(")) return new MemberExpr(target, name.Text, optional) { Span = SpanOf(start), NameSpan = SpanOf(name) };
        var arguments = ParseArguments();
        return new CallExpr(target, name.Text, arguments, optional) { Span = SpanOf(start), NameSpan = SpanOf(name) };
    }

    private Expr ParseIndex(Expr target, int start, bool optional)
    {
        var open = _current;
        Advance();
        var index = Guarded("]", list: false, () => ParseExpression(Precedence.Lambda))!;
        Expect(open, "]");
        return new IndexExpr(target, index, optional) { Span = SpanOf(start) };
    }

    // JavaScript refuses `a || b ?? c`: which one binds first is anybody's guess.
    private bool IsMixed(BinaryOperator op, Expr operand) =>
        op == BinaryOperator.Coalesce && operand is BinaryExpr { Operator: BinaryOperator.And or BinaryOperator.Or } && !_parenthesized.Contains(operand);

    private static BinaryOperator? BinaryAt(Token token) => token.Kind switch
    {
        TokenKind.Name => token.Text == "in" ? BinaryOperator.In : null,
        TokenKind.Sign => token.Text switch
        {
            "??" => BinaryOperator.Coalesce,
            "||" => BinaryOperator.Or,
            "&&" => BinaryOperator.And,
            "==" or "===" => BinaryOperator.Equal,
            "!=" or "!==" => BinaryOperator.NotEqual,
            "<" => BinaryOperator.Less,
            "<=" => BinaryOperator.LessOrEqual,
            ">" => BinaryOperator.Greater,
            ">=" => BinaryOperator.GreaterOrEqual,
            "+" => BinaryOperator.Add,
            "-" => BinaryOperator.Subtract,
            "*" => BinaryOperator.Multiply,
            "/" => BinaryOperator.Divide,
            "%" => BinaryOperator.Remainder,
            _ => null,
        },
        _ => null,
    };
}
