using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Model.Scripts.Syntax;

namespace Orchestrator.Model.Scripts.Lowering;

/// <summary>
/// Writes a script as ECMAScript 5. Every variable becomes a <c>var</c> of its function, under a name of its own where blocks shadow; in a loop that makes functions the variables live in an
/// object per iteration, which each function keeps.
/// </summary>
internal sealed partial class Lowerer
{
    private Scope _scope;
    private FunctionScope _function;
    private int _names;

    private Lowerer()
    {
        _function = new FunctionScope(null, isArrow: false);
        _scope = new Scope(null, _function);
    }

    /// <summary>Lowers a script. Throws <see cref="ScriptSyntaxException"/> for what is not supported.</summary>
    public static LoweredScript Lower(IReadOnlyList<Statement> statements)
    {
        var lowering = new Lowerer();
        var body = lowering.LowerBody(statements, lowering.DeclareVars(statements));
        var locals = new StringBuilder("var $c");
        foreach (var local in lowering._function.Locals) locals.Append(", ").Append(local);
        if (lowering._function.UsesThis) locals.Append(", $this");
        if (lowering._function.UsesArguments) locals.Append(", $arguments = []");
        return LoweredScript.Of($"{locals};{body}\nreturn $c;");
    }

    private bool IsTop => _function.Outer is null;

    private static string Text(string text) => JsonSerializer.Serialize(text); // escapes all that is not plain ASCII

    private string Temporary()
    {
        var name = "$t" + (_names++).ToString(CultureInfo.InvariantCulture);
        _function.Locals.Add(name);
        return name;
    }

    // A name that nothing else in the lowered code has.
    private string Local(string name)
    {
        var legal = name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$') ? name : "v";
        var local = $"{legal}$_{(_names++).ToString(CultureInfo.InvariantCulture)}";
        _function.Locals.Add(local);
        return local;
    }

    private void Declare(string name, bool isConstant)
    {
        if (_scope.Object is { } owner) _scope.Add(name, $"{owner}[{Text(name)}]", isConstant);
        else _scope.Add(name, Local(name), isConstant);
    }

    private string Reference(string name, bool write = false)
    {
        if (name == "undefined") return "(void 0)";
        if (_scope.Find(name) is not { } binding)
        {
            if (name != "arguments") return name;
            var owner = _function;
            for (; owner is { IsArrow: true, Outer: not null }; owner = owner.Outer) { }
            if (owner == _function) return "arguments";
            owner.UsesArguments = true;
            return "$arguments";
        }

        if (write && binding.IsConstant) return $"$.constant({Text(name)}).x";
        if (binding.Owner.Object is { } kept)
            for (var function = _function; function != binding.Owner.Function && function is not null; function = function.Outer) function.Kept.Add(kept);
        return binding.Reference;
    }

    private string LowerThis()
    {
        var owner = _function;
        for (; owner is { IsArrow: true, Outer: not null }; owner = owner.Outer) { }
        if (owner == _function && owner.Outer is not null) return "this";
        owner.UsesThis = true;
        return "$this";
    }

    // Opens a block: declares what it declares, and lowers its body within.
    private string WithScope(IReadOnlyList<Node> declared, Func<string> lower)
    {
        var outer = _scope;
        _scope = new Scope(outer, _function);
        var names = declared.SelectMany(Declared).ToList();
        var start = "";
        if (_function.InLoop && names.Count > 0)
        {
            _scope.Object = Local("$s");
            start = $"{_scope.Object} = {{}};";
        }

        foreach (var (name, isConstant) in names) Declare(name, isConstant);
        var body = start + lower();
        _scope = outer;
        return body;
    }

    // Names that a statement gives its block.
    private static IEnumerable<(string Name, bool IsConstant)> Declared(Node statement) => statement switch
    {
        VariableStatement { Kind: not "var" } variables => variables.Declarators.SelectMany(one => Names(one.Target)).Select(name => (name, variables.Kind == "const")),
        FunctionStatement function => [(function.Function.Name!, false)],
        ClassStatement type => [(type.Class.Name!, false)],
        _ => [],
    };

    private static IEnumerable<string> Names(Node? pattern) => pattern switch
    {
        Identifier name => [name.Name],
        Assign withDefault => Names(withDefault.Target),
        Spread rest => Names(rest.Value),
        ArrayLiteral list => list.Items.SelectMany(Names),
        ObjectLiteral map => map.Properties.SelectMany(property => Names(property.Value)),
        _ => [],
    };

    // `var` belongs to the function, wherever it stands.
    private HashSet<string> DeclareVars(IReadOnlyList<Statement> statements)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var statement in statements) CollectVars(statement, names);
        foreach (var name in names)
            if (!_scope.Bindings.ContainsKey(name)) Declare(name, isConstant: false);
        return names;
    }

    private static void CollectVars(Node? node, HashSet<string> names)
    {
        switch (node)
        {
            case VariableStatement { Kind: "var" } variables: names.UnionWith(variables.Declarators.SelectMany(one => Names(one.Target))); break;
            case BlockStatement block: foreach (var one in block.Statements) CollectVars(one, names); break;
            case IfStatement choice:
                CollectVars(choice.Then, names);
                CollectVars(choice.Else, names);
                break;
            case ForStatement loop:
                CollectVars(loop.Start, names);
                CollectVars(loop.Body, names);
                break;
            case ForEachStatement loop:
                CollectVars(loop.Left, names);
                CollectVars(loop.Body, names);
                break;
            case WhileStatement loop: CollectVars(loop.Body, names); break;
            case DoWhileStatement loop: CollectVars(loop.Body, names); break;
            case LabeledStatement labeled: CollectVars(labeled.Body, names); break;
            case TryStatement attempt:
                CollectVars(attempt.Body, names);
                CollectVars(attempt.Catch, names);
                CollectVars(attempt.Finally, names);
                break;
            case SwitchStatement choice: foreach (var one in choice.Cases.SelectMany(one => one.Body)) CollectVars(one, names); break;
        }
    }
}
