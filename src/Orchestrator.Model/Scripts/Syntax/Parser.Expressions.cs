namespace Orchestrator.Model.Scripts.Syntax;

internal sealed partial class Parser
{
    private static readonly HashSet<string> AssignmentOperators =
        ["=", "+=", "-=", "*=", "/=", "%=", "**=", "<<=", ">>=", ">>>=", "&=", "|=", "^=", "&&=", "||=", "??="];

    private static int PrecedenceOf(string binary) => binary switch
    {
        "??" or "||" => 1,
        "&&" => 2,
        "|" => 3,
        "^" => 4,
        "&" => 5,
        "==" or "!=" or "===" or "!==" => 6,
        "<" or ">" or "<=" or ">=" or "instanceof" or "in" => 7,
        "<<" or ">>" or ">>>" => 8,
        "+" or "-" => 9,
        "*" or "/" or "%" => 10,
        "**" => 11,
        _ => 0,
    };

    private Node ParseExpression()
    {
        var first = ParseAssignment();
        if (!_token.Is(",")) return first;
        var items = new List<Node> { first };
        while (TryTake(",")) items.Add(ParseAssignment());
        return new Sequence(first.At, items);
    }

    private Node ParseAssignment()
    {
        Deeper();
        var node = ParseAssignmentUnguarded();
        _depth--;
        return node;
    }

    private Node ParseAssignmentUnguarded()
    {
        var at = _token.At;
        if (_token.Is("yield")) throw Fail(at, "generators are not supported");
        if (_token.Kind == TokenKind.Name)
        {
            var next = LookAhead();
            if (next.Is("=>") && !next.AfterNewline) return ParseArrow(at, [new Identifier(at, Advance().Text)]);
            if (_token.Text == "async" && next.Kind == TokenKind.Name && !next.AfterNewline)
            {
                Advance();
                return ParseArrow(at, [new Identifier(_token.At, Advance().Text)]);
            }
        }

        var left = ParseConditional();
        if (_token.Kind != TokenKind.Punctuator || !AssignmentOperators.Contains(_token.Text)) return left;
        if (left is FunctionNode { IsArrow: true }) throw Unexpected("the end of the arrow function");
        if (_token.Text == "=") CheckPattern(left, binding: false);
        else if (left is not (Identifier or Member)) throw Fail(left.At, "this cannot be assigned to");
        var symbol = Advance().Text;
        return new Assign(at, symbol, left, ParseAssignment());
    }

    private Node ParseConditional()
    {
        var test = ParseBinary(1);
        if (!_token.Is("?")) return test;
        Advance();
        var then = Within(ParseAssignment);
        Take(":");
        return new Conditional(test.At, test, then, ParseAssignment());
    }

    private Node ParseBinary(int least)
    {
        var left = ParseUnary();
        for (var length = 0; ; length++)
        {
            CheckChain(length);
            var symbol = _token.Kind is TokenKind.Punctuator or TokenKind.Keyword ? _token.Text : "";
            var precedence = symbol == "in" && _noIn ? 0 : PrecedenceOf(symbol);
            if (precedence == 0 || precedence < least) return left;
            if (symbol == "**" && left is Unary && !_previous.Is(")")) throw Fail(left.At, "put parentheses around what stands before `**`");
            var parenthesized = _previous.Is(")");
            Advance();
            Deeper();
            var right = symbol == "**" ? ParseBinary(precedence) : ParseBinary(precedence + 1);
            _depth--;
            CheckCoalesce(symbol, left, parenthesized, right);
            left = new Binary(left.At, symbol, left, right);
        }
    }

    private void CheckCoalesce(string symbol, Node left, bool leftParenthesized, Node right)
    {
        var mixed = symbol switch
        {
            "??" => (left is Binary { Operator: "||" or "&&" } && !leftParenthesized) || (right is Binary { Operator: "||" or "&&" } && !_previous.Is(")")),
            "||" => left is Binary { Operator: "??" } && !leftParenthesized,
            _ => false,
        };
        if (mixed) throw Fail(left.At, "`??` cannot be mixed with `||` or `&&` without parentheses");
    }

    private Node ParseUnary()
    {
        var at = _token.At;
        if (_token.Is("await"))
        {
            Advance();
            return Guarded(ParseUnary); // nothing here is asynchronous: what is awaited is there
        }

        if (_token.Is("++") || _token.Is("--"))
        {
            var step = Advance().Text;
            var target = Guarded(ParseUnary);
            if (target is not (Identifier or Member)) throw Fail(target.At, "this cannot be assigned to");
            return new Update(at, step, true, target);
        }

        foreach (var symbol in (ReadOnlySpan<string>)["!", "-", "+", "~", "typeof", "void", "delete"])
            if (_token.Is(symbol))
            {
                Advance();
                return new Unary(at, symbol, Guarded(ParseUnary));
            }

        var operand = ParseChain();
        if (!(_token.Is("++") || _token.Is("--")) || _token.AfterNewline) return operand;
        if (operand is not (Identifier or Member)) throw Fail(operand.At, "this cannot be assigned to");
        return new Update(at, Advance().Text, false, operand);
    }

    private Node Guarded(Func<Node> parse)
    {
        Deeper();
        var node = parse();
        _depth--;
        return node;
    }

    private Node ParseChain()
    {
        var at = _token.At;
        var node = _token.Is("new") ? ParseNew() : ParsePrimary();
        if (node is FunctionNode { IsArrow: true } && !_previous.Is(")")) return node; // in parentheses it can be called
        var optional = false;
        for (var length = 0; ; length++)
        {
            CheckChain(length);
            if (TryTake("?."))
            {
                optional = true;
                node = _token.Is("(") ? new Call(_token.At, node, ParseArguments(), true)
                    : TryTake("[") ? new Member(at, node, ParseIndex(), true, true)
                    : new Member(_token.At, node, ParseMemberName(), false, true);
            }
            else if (_token.Is(".")) node = ParseMember(node);
            else if (TryTake("[")) node = new Member(at, node, ParseIndex(), true);
            else if (_token.Is("(")) node = new Call(at, node, ParseArguments());
            else if (_token.Kind == TokenKind.Template) throw Fail(_token.At, "tagged template strings are not supported; call the function with arguments");
            else return optional ? new Chain(at, node) : node;
        }
    }

    private Member ParseMember(Node target)
    {
        Take(".");
        return new Member(_token.At, target, ParseMemberName(), false);
    }

    private Literal ParseMemberName()
    {
        if (_token.Is("#")) throw Fail(_token.At, "private members (#name) are not supported; use a plain name");
        if (_token.Kind is not (TokenKind.Name or TokenKind.Keyword)) throw Unexpected("a property name");
        var name = Advance();
        return new Literal(name.At, name.Text);
    }

    private Node ParseIndex()
    {
        var index = Within(ParseExpression);
        Take("]");
        return index;
    }

    private List<Node> ParseArguments()
    {
        Take("(");
        var arguments = Within(() =>
        {
            var items = new List<Node>();
            while (!_token.Is(")"))
            {
                items.Add(ParseSpreadable());
                if (!TryTake(",")) break;
            }

            return items;
        });
        Take(")");
        return arguments;
    }

    private Node ParseSpreadable()
    {
        var at = _token.At;
        return TryTake("...") ? new Spread(at, ParseAssignment()) : ParseAssignment();
    }

    private New ParseNew()
    {
        var at = Take("new").At;
        if (_token.Is(".")) throw Fail(at, "new.target is not supported");
        var callee = _token.Is("new") ? Guarded(ParseNew) : ParsePrimary();
        while (_token.Is(".") || _token.Is("["))
            callee = _token.Is(".") ? ParseMember(callee) : new Member(Advance().At, callee, ParseIndex(), true);
        return new New(at, callee, _token.Is("(") ? ParseArguments() : []);
    }
}
