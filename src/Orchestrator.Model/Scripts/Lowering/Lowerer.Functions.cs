using System.Globalization;
using System.Text;
using Orchestrator.Model.Scripts.Syntax;

namespace Orchestrator.Model.Scripts.Lowering;

internal sealed partial class Lowerer
{
    // Body of a function or script: its block's names live beside its `var`s.
    private string LowerBody(IReadOnlyList<Statement> statements, HashSet<string> vars)
    {
        foreach (var (name, isConstant) in statements.SelectMany(Declared))
            if (!vars.Contains(name) || !_scope.Bindings.ContainsKey(name)) Declare(name, isConstant);
        return LowerAll(statements);
    }

    private string LowerFunction(FunctionNode function)
    {
        var (outerScope, outerFunction) = (_scope, _function);
        string? name = null;
        _function = new FunctionScope(outerFunction, function.IsArrow);
        _scope = new Scope(outerScope, _function);
        if (function is { Name: { } given } && outerScope.Find(given) is null)
        {
            // A named function expression sees itself.
            name = $"f$_{(_names++).ToString(CultureInfo.InvariantCulture)}";
            _scope.Add(given, name, isConstant: false);
            _scope = new Scope(_scope, _function);
        }

        var parameters = LowerParameters(function.Parameters, out var prologue);
        var body = LowerBody(function.Body.Statements, DeclareVars(function.Body.Statements));
        var head = new StringBuilder();
        foreach (var local in _function.Locals) head.Append(head.Length == 0 ? "var " : ", ").Append(local);
        if (_function.UsesThis) head.Append(head.Length == 0 ? "var " : ", ").Append("$this = this");
        if (_function.UsesArguments) head.Append(head.Length == 0 ? "var " : ", ").Append("$arguments = arguments");
        var text = $"function {name}({parameters}) {{ {head}; {prologue}{body}\n}}";
        var kept = _function.Kept;
        (_scope, _function) = (outerScope, outerFunction);
        if (kept.Count == 0) return $"({text})";
        var names = string.Join(", ", kept);
        return $"(function ({names}) {{ return {text}; }})({names})";
    }

    private string LowerParameters(IReadOnlyList<Node> parameters, out string prologue)
    {
        var names = new List<string>();
        foreach (var name in parameters.SelectMany(Names)) Declare(name, isConstant: false);
        var start = new StringBuilder();
        for (var i = 0; i < parameters.Count; i++)
        {
            if (parameters[i] is Spread rest)
            {
                start.Append(Assigned(rest.Value, $"$.slice(arguments, {i.ToString(CultureInfo.InvariantCulture)})", declare: true)).Append("; ");
                break;
            }

            var given = $"$p{i.ToString(CultureInfo.InvariantCulture)}";
            names.Add(given);
            start.Append(Assigned(parameters[i], given, declare: true)).Append("; ");
        }

        prologue = start.ToString();
        return string.Join(", ", names);
    }

    // Expressions, joined by commas, that give a pattern its values.
    private string Assigned(Node pattern, string value, bool declare)
    {
        switch (pattern)
        {
            case Identifier name: return $"{Reference(name.Name, write: !declare)} = {value}";
            case Member or Chain: return $"{Lower(pattern)} = {value}";
            case Assign withDefault:
                var given = Temporary();
                return $"{given} = {value}, {Assigned(withDefault.Target, $"({given} === void 0 ? {Lower(withDefault.Value)} : {given})", declare)}";
            case ArrayLiteral list:
                var items = Temporary();
                var parts = new List<string> { $"{items} = $.items({value})" };
                for (var i = 0; i < list.Items.Count; i++)
                {
                    var at = i.ToString(CultureInfo.InvariantCulture);
                    if (list.Items[i] is Spread rest) parts.Add(Assigned(rest.Value, $"{items}.slice({at})", declare));
                    else if (list.Items[i] is { } item) parts.Add(Assigned(item, $"{items}[{at}]", declare));
                }

                return string.Join(", ", parts);
            case ObjectLiteral map: return AssignedProperties(map, value, declare);
            default: throw new ScriptSyntaxException(pattern.At, "this cannot be assigned to");
        }
    }

    private string AssignedProperties(ObjectLiteral map, string value, bool declare)
    {
        var source = Temporary();
        var parts = new List<string> { $"{source} = $.thing({value})" };
        var keys = new List<string>();
        foreach (var property in map.Properties)
        {
            if (property.Kind == PropertyKind.Spread)
            {
                parts.Add(Assigned(property.Value, $"$.rest({source}, [{string.Join(", ", keys)}])", declare));
                continue;
            }

            var key = Lower(property.Key!);
            if (property.Computed)
            {
                var computed = Temporary();
                parts.Add($"{computed} = {key}");
                key = computed;
            }

            keys.Add(key);
            parts.Add(Assigned(property.Value, $"{source}[{key}]", declare));
        }

        return string.Join(", ", parts);
    }
}
