namespace Orchestrator.Model.Scripts.Syntax;

internal sealed partial class Parser
{
    private Node ParsePrimary()
    {
        var at = _token.At;
        switch (_token.Kind)
        {
            case TokenKind.Number: return new Literal(at, Advance().Number);
            case TokenKind.Text: return new Literal(at, Advance().Text);
            case TokenKind.Template: return ParseTemplate();
            case TokenKind.Name when _token.Text == "async" && LookAhead() is var next && !next.AfterNewline && (next.Is("function") || next.Is("(")): return ParseAsync();
            case TokenKind.Name: return new Identifier(at, Advance().Text);
            case TokenKind.Keyword: return ParseKeyword();
        }

        if (_token.Is("(")) return ParseParenthesized();
        if (_token.Is("[")) return ParseArray();
        if (_token.Is("{")) return ParseObject();
        if (!_token.Is("/") && !_token.Is("/=")) throw Unexpected("an expression");
        _lexer.Back(_token);
        _token = _lexer.Next(regex: true);
        var regex = Advance();
        return new RegexLiteral(at, regex.Text, regex.Flags ?? "");
    }

    private Node ParseKeyword()
    {
        var at = _token.At;
        switch (_token.Text)
        {
            case "true" or "false": return new Literal(at, Advance().Text == "true");
            case "null":
                Advance();
                return new Literal(at, null);
            case "this":
                Advance();
                return new This(at);
            case "super":
                Advance();
                return _token.Is("(") || _token.Is(".") ? new Super(at) : throw Unexpected("`(` or `.` after super");
            case "function": return ParseFunction(isStatement: false);
            case "class": return ParseClass();
            case "import": throw Fail(at, "modules are not supported: a script sees Elsa's functions only");
            default: throw Unexpected("an expression");
        }
    }

    private Node ParseAsync()
    {
        var name = Advance();
        if (_token.Is("function")) return ParseFunction(isStatement: false);
        var (items, _) = ParseParenthesizedItems();
        return _token.Is("=>") && !_token.AfterNewline ? ParseArrow(name.At, items) : new Call(name.At, new Identifier(name.At, "async"), items);
    }

    private Node ParseParenthesized()
    {
        var at = _token.At;
        var (items, onlyParameters) = ParseParenthesizedItems();
        if (_token.Is("=>") && !_token.AfterNewline) return ParseArrow(at, items);
        if (onlyParameters is { } place) throw Fail(place, items.Count == 0 ? "these parentheses are empty" : "this stands in the parameters of an arrow function only");
        return items.Count == 1 ? items[0] : new Sequence(items[0].At, items);
    }

    // What stands in parentheses is known to be parameters when `=>` follows; until then it is read as expressions.
    private (List<Node> Items, Place? OnlyParameters) ParseParenthesizedItems()
    {
        Take("(");
        Place? onlyParameters = null;
        var items = Within(() =>
        {
            var list = new List<Node>();
            if (_token.Is(")")) onlyParameters = _token.At;
            while (!_token.Is(")"))
            {
                if (_token.Is("...")) onlyParameters = _token.At;
                list.Add(ParseSpreadable());
                if (!_token.Is(",")) break;
                var comma = Take(",");
                if (_token.Is(")")) onlyParameters = comma.At;
            }

            return list;
        });
        Take(")");
        return (items, onlyParameters);
    }

    private FunctionNode ParseArrow(Place at, IReadOnlyList<Node> parameters)
    {
        CheckParameters(parameters);
        _functions++;
        Take("=>");
        if (_token.Is("{")) return new FunctionNode(at, null, parameters, ParseFunctionBody(), true);
        var noIn = _noIn;
        var body = ParseAssignment();
        _noIn = noIn;
        return new FunctionNode(at, null, parameters, new BlockStatement(body.At, [new ReturnStatement(body.At, body)]), true) { Expression = body };
    }

    private FunctionNode ParseFunction(bool isStatement)
    {
        var at = Take("function").At;
        if (_token.Is("*")) throw Fail(_token.At, "generators are not supported");
        var name = isStatement || _token.Kind == TokenKind.Name ? TakeName("a function's name") : null;
        return ParseFunctionRest(at, name, isMethod: false);
    }

    private FunctionNode ParseFunctionRest(Place at, string? name, bool isMethod)
    {
        _functions++;
        var parameters = ParseArguments();
        CheckParameters(parameters);
        return new FunctionNode(at, name, parameters, ParseFunctionBody(), false) { IsMethod = isMethod };
    }

    private BlockStatement ParseFunctionBody() => Within(ParseBlock);

    private TemplateLiteral ParseTemplate()
    {
        var at = _token.At;
        var (texts, parts) = (new List<string> { _token.Text }, new List<Node>());
        while (!_token.IsTail)
        {
            Advance();
            parts.Add(Within(ParseExpression));
            if (!_token.Is("}")) throw Unexpected("`}`");
            _previous = _token;
            _token = _lexer.ContinueTemplate(_token);
            texts.Add(_token.Text);
        }

        Advance();
        return new TemplateLiteral(at, texts, parts);
    }

    private ArrayLiteral ParseArray()
    {
        var at = Take("[").At;
        var items = Within(() =>
        {
            var list = new List<Node?>();
            while (!_token.Is("]"))
            {
                if (TryTake(","))
                {
                    list.Add(null);
                    continue;
                }

                list.Add(ParseSpreadable());
                if (!TryTake(",")) break;
            }

            return list;
        });
        Take("]");
        return new ArrayLiteral(at, items);
    }
}
