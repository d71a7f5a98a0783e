namespace Orchestrator.Model.Scripts.Syntax;

internal sealed partial class Parser
{
    private Statement ParseStatement()
    {
        Deeper();
        var functions = _functions;
        var statement = _token.Kind == TokenKind.Keyword ? ParseKeywordStatement() : ParseOtherStatement();
        _depth--;
        return _functions > functions ? statement with { HasFunctions = true } : statement;
    }

    private Statement ParseKeywordStatement()
    {
        var at = _token.At;
        switch (_token.Text)
        {
            case "var" or "const":
                var declared = ParseDeclarations(Advance());
                EndStatement();
                return declared;
            case "function": return new FunctionStatement(at, ParseFunction(isStatement: true));
            case "class": return ParseClass() is { Name: not null } named ? new ClassStatement(at, named) : throw Fail(at, "this class has no name");
            case "return": return ParseReturn();
            case "if": return ParseIf();
            case "for": return ParseFor();
            case "while":
                Advance();
                return new WhileStatement(at, ParseHead(), ParseStatement());
            case "do": return ParseDo();
            case "break" or "continue": return ParseJump();
            case "throw":
                Advance();
                if (_token.AfterNewline) throw Fail(at, "what is thrown must stand on the same line");
                var thrown = new ThrowStatement(at, ParseExpression());
                EndStatement();
                return thrown;
            case "try": return ParseTry();
            case "switch": return ParseSwitch();
            case "debugger":
                Advance();
                EndStatement();
                return new EmptyStatement(at);
            case "with": throw Fail(at, "`with` is not supported");
            case "import" or "export": throw Fail(at, "modules are not supported: a script sees Elsa's functions only");
            default: return ParseExpressionStatement();
        }
    }

    private Statement ParseOtherStatement()
    {
        var at = _token.At;
        if (_token.Is("{")) return ParseBlock();
        if (TryTake(";")) return new EmptyStatement(at);
        if (_token.Kind != TokenKind.Name) return ParseExpressionStatement();
        var next = LookAhead();
        if (next.Is(":"))
        {
            var label = Advance().Text;
            Advance();
            return new LabeledStatement(at, label, ParseStatement());
        }

        if (IsLet(next))
        {
            var declared = ParseDeclarations(Advance());
            EndStatement();
            return declared;
        }

        if (_token.Text != "async" || !next.Is("function") || next.AfterNewline) return ParseExpressionStatement();
        Advance();
        return new FunctionStatement(at, ParseFunction(isStatement: true));
    }

    private bool IsLet(Token next) => _token.Kind == TokenKind.Name && _token.Text == "let" && (next.Kind == TokenKind.Name || next.Is("[") || next.Is("{"));

    private ExpressionStatement ParseExpressionStatement()
    {
        var expression = ParseExpression();
        EndStatement();
        return new ExpressionStatement(expression.At, expression);
    }

    private BlockStatement ParseBlock()
    {
        var at = Take("{").At;
        var statements = new List<Statement>();
        while (!_token.Is("}"))
        {
            if (_token.Kind == TokenKind.End) throw Unexpected($"`}}` for the `{{` at {at}");
            statements.Add(ParseStatement());
        }

        Take("}");
        return new BlockStatement(at, statements);
    }

    private VariableStatement ParseDeclarations(Token kind, bool inHead = false)
    {
        var declarators = new List<Declarator>();
        do
        {
            var at = _token.At;
            Node target = _token.Is("[") ? ParseArray() : _token.Is("{") ? ParseObject() : new Identifier(at, TakeName("a variable's name"));
            CheckPattern(target, binding: true);
            var value = TryTake("=") ? ParseAssignment() : null;
            if (value is null && !inHead && (kind.Text == "const" || target is not Identifier))
                throw Fail(at, kind.Text == "const" ? "a const needs a value" : "a pattern needs a value");
            declarators.Add(new Declarator(at, target, value));
        }
        while (TryTake(","));
        return new VariableStatement(kind.At, kind.Text, declarators);
    }

    private ReturnStatement ParseReturn()
    {
        var at = Advance().At;
        var value = _token.Is(";") || _token.Is("}") || _token.Kind == TokenKind.End || _token.AfterNewline ? null : ParseExpression();
        EndStatement();
        return new ReturnStatement(at, value);
    }

    private Node ParseHead()
    {
        Take("(");
        var head = Within(ParseExpression);
        Take(")");
        return head;
    }

    private IfStatement ParseIf()
    {
        var at = Advance().At;
        var test = ParseHead();
        var then = ParseStatement();
        return new IfStatement(at, test, then, TryTake("else") ? ParseStatement() : null);
    }

    private DoWhileStatement ParseDo()
    {
        var at = Advance().At;
        var body = ParseStatement();
        Take("while");
        var test = ParseHead();
        TryTake(";");
        return new DoWhileStatement(at, body, test);
    }

    private JumpStatement ParseJump()
    {
        var jump = Advance();
        var label = _token.Kind == TokenKind.Name && !_token.AfterNewline ? Advance().Text : null;
        EndStatement();
        return new JumpStatement(jump.At, jump.Text == "break", label);
    }

    private TryStatement ParseTry()
    {
        var at = Advance().At;
        var body = ParseBlock();
        Node? parameter = null;
        BlockStatement? caught = null;
        if (TryTake("catch"))
        {
            if (TryTake("("))
            {
                parameter = ParsePrimary();
                CheckPattern(parameter, binding: true);
                Take(")");
            }

            caught = ParseBlock();
        }

        var last = TryTake("finally") ? ParseBlock() : null;
        if (caught is null && last is null) throw Unexpected("`catch` or `finally`");
        return new TryStatement(at, body, parameter, caught, last);
    }

    private SwitchStatement ParseSwitch()
    {
        var at = Advance().At;
        var value = ParseHead();
        Take("{");
        var cases = new List<SwitchCase>();
        while (!TryTake("}"))
        {
            var place = _token.At;
            var test = TryTake("case") ? ParseExpression() : null;
            if (test is null) Take("default");
            Take(":");
            var body = new List<Statement>();
            while (!_token.Is("case") && !_token.Is("default") && !_token.Is("}")) body.Add(ParseStatement());
            cases.Add(new SwitchCase(place, test, body));
        }

        if (cases.Count(one => one.Test is null) > 1) throw Fail(at, "this switch has more than one default");
        return new SwitchStatement(at, value, cases);
    }

    private Statement ParseFor()
    {
        var at = Advance().At;
        if (_token.Is("await")) throw Fail(_token.At, "`for await` is not supported; nothing here is asynchronous: use `for … of`");
        Take("(");
        Node? start = null;
        if (!_token.Is(";"))
        {
            _noIn = true;
            start = _token.Is("var") || _token.Is("const") || IsLet(LookAhead()) ? ParseDeclarations(Advance(), inHead: true) : ParseExpression();
            _noIn = false;
        }

        if (start is not null && (_token.Is("in") || (_token.Kind == TokenKind.Name && _token.Text == "of"))) return ParseForEach(at, start);
        foreach (var declarator in (start as VariableStatement)?.Declarators ?? [])
            if (declarator.Value is null && declarator.Target is not Identifier) throw Fail(declarator.At, "a pattern needs a value");
        Take(";");
        var test = _token.Is(";") ? null : ParseExpression();
        Take(";");
        var next = _token.Is(")") ? null : ParseExpression();
        Take(")");
        return new ForStatement(at, start, test, next, ParseStatement());
    }

    private ForEachStatement ParseForEach(Place at, Node left)
    {
        if (left is VariableStatement { Declarators: not [{ Value: null }] }) throw Fail(left.At, "declare one name or pattern here, without a value");
        if (left is not VariableStatement) CheckPattern(left, binding: false);
        var isOf = Advance().Text == "of";
        var right = isOf ? ParseAssignment() : ParseExpression();
        Take(")");
        return new ForEachStatement(at, isOf, left, right, ParseStatement());
    }
}
