namespace Orchestrator.Model.Scripts.Syntax;

internal sealed partial class Parser
{
    private ObjectLiteral ParseObject()
    {
        var at = Take("{").At;
        var properties = Within(() =>
        {
            var list = new List<Property>();
            while (!_token.Is("}"))
            {
                list.Add(ParseProperty());
                if (!TryTake(",")) break;
            }

            return list;
        });
        Take("}");
        return new ObjectLiteral(at, properties);
    }

    private Property ParseProperty()
    {
        var at = _token.At;
        if (TryTake("...")) return new Property(at, PropertyKind.Spread, null, false, ParseAssignment());
        var kind = ParseModifiers();
        var isName = _token.Kind == TokenKind.Name;
        var (key, computed) = ParseKey();
        if (kind != PropertyKind.Value || _token.Is("(")) return new Property(at, kind, key, computed, ParseFunctionRest(at, null, isMethod: true));
        if (TryTake(":")) return new Property(at, kind, key, computed, ParseAssignment());
        if (!isName || computed || key is not Literal { Value: string name }) throw Unexpected("`:`");
        var shorthand = new Identifier(at, name);
        if (!TryTake("=")) return new Property(at, kind, key, false, shorthand);
        return new Property(at, kind, key, false, new Assign(at, "=", shorthand, ParseAssignment())) { PatternOnly = true };
    }

    // `get`, `set` and `async` are modifiers only when a key follows them.
    private PropertyKind ParseModifiers()
    {
        if (_token.Is("*")) throw Fail(_token.At, "generators are not supported");
        if (_token.Kind != TokenKind.Name || _token.Text is not ("get" or "set" or "async")) return PropertyKind.Value;
        var next = LookAhead();
        if (next.Is("*")) throw Fail(next.At, "generators are not supported");
        if (next.Kind is not (TokenKind.Name or TokenKind.Keyword or TokenKind.Text or TokenKind.Number) && !next.Is("[")) return PropertyKind.Value;
        return Advance().Text switch { "get" => PropertyKind.Get, "set" => PropertyKind.Set, _ => PropertyKind.Value };
    }

    private (Node Key, bool Computed) ParseKey()
    {
        var at = _token.At;
        if (TryTake("[")) return (ParseIndex(), true);
        return _token.Kind switch
        {
            TokenKind.Name or TokenKind.Keyword or TokenKind.Text => (new Literal(at, Advance().Text), false),
            TokenKind.Number => (new Literal(at, Evaluating.Numbers.ToText(Advance().Number)), false),
            _ => throw Unexpected("a property name"),
        };
    }

    private ClassNode ParseClass()
    {
        var at = Take("class").At;
        var name = _token.Kind == TokenKind.Name ? Advance().Text : null;
        var super = TryTake("extends") ? ParseChain() : null;
        Take("{");
        var members = Within(() =>
        {
            var list = new List<ClassMember>();
            while (!_token.Is("}"))
                if (!TryTake(";")) list.Add(ParseClassMember());
            return list;
        });
        Take("}");
        return new ClassNode(at, name, super, members);
    }

    private ClassMember ParseClassMember()
    {
        var at = _token.At;
        if (_token.Is("#")) throw Fail(at, "private members (#name) are not supported; use a plain name");
        var isStatic = _token.Kind == TokenKind.Name && _token.Text == "static" && !LookAhead().Is("(") && TryTakeName("static");
        if (isStatic && _token.Is("{")) throw Fail(at, "static blocks are not supported");
        var kind = ParseModifiers();
        var (key, computed) = ParseKey();
        if (kind != PropertyKind.Value || _token.Is("(")) return new ClassMember(at, kind, key, computed, ParseFunctionRest(at, null, isMethod: true), isStatic);
        var value = TryTake("=") ? ParseAssignment() : null;
        EndStatement();
        return new ClassMember(at, kind, key, computed, value, isStatic);
    }

    private static void CheckParameters(IReadOnlyList<Node> parameters)
    {
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i] is Spread && i < parameters.Count - 1) throw Fail(parameters[i].At, "a rest parameter must be the last");
            CheckPattern(parameters[i] is Spread rest ? rest.Value : parameters[i], binding: true);
        }
    }

    // What can be declared (binding) or assigned to.
    private static void CheckPattern(Node node, bool binding)
    {
        switch (node)
        {
            case Identifier: break;
            case Member when !binding: break;
            case Assign { Operator: "=" } withDefault: CheckPattern(withDefault.Target, binding); break;
            case ArrayLiteral list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (list.Items[i] is Spread && i < list.Items.Count - 1) throw Fail(list.Items[i]!.At, "a rest element must be the last");
                    if (list.Items[i] is { } item) CheckPattern(item is Spread rest ? rest.Value : item, binding);
                }

                break;
            case ObjectLiteral map:
                foreach (var property in map.Properties)
                {
                    if (property.Kind is PropertyKind.Get or PropertyKind.Set) throw Fail(property.At, "this cannot be assigned to");
                    CheckPattern(property.Value, binding);
                }

                break;
            default: throw Fail(node.At, binding ? "expected a name or a pattern here" : "this cannot be assigned to");
        }
    }
}
