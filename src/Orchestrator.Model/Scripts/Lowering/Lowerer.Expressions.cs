using System.Text;
using Orchestrator.Model.Scripts.Evaluating;
using Orchestrator.Model.Scripts.Syntax;

namespace Orchestrator.Model.Scripts.Lowering;

internal sealed partial class Lowerer
{
    // Every expression comes back in a form that can stand anywhere an operand can.
    private string Lower(Node node) => node switch
    {
        Literal { Value: null } => "null",
        Literal { Value: bool flag } => flag ? "true" : "false",
        Literal { Value: double number } => $"({Numbers.ToText(number)})",
        Literal literal => Text((string)literal.Value!),
        Identifier name => Reference(name.Name),
        This => LowerThis(),
        TemplateLiteral template => LowerTemplate(template),
        RegexLiteral regex => $"$.regex({Text(regex.Pattern)}, {Text(regex.Flags)})",
        ArrayLiteral list => LowerArray(list),
        ObjectLiteral map => LowerObject(map),
        FunctionNode function => LowerFunction(function),
        // The engine's own bit operators are wrong for negative numbers.
        Unary { Operator: "~" } unary => $"$.bits(\"^\", {Lower(unary.Operand)}, -1)",
        Unary unary => $"({unary.Operator} {Lower(unary.Operand)})",
        Update update => LowerUpdate(update),
        Binary binary => LowerBinary(binary),
        Assign assign => LowerAssign(assign),
        Conditional choice => $"({Lower(choice.Test)} ? {Lower(choice.Then)} : {Lower(choice.Else)})",
        Sequence sequence => $"({string.Join(", ", sequence.Items.Select(Lower))})",
        New made => LowerNew(made),
        Member or Call => LowerLink(node, text => text),
        Chain chain => LowerLink(chain.Expression, text => text),
        ClassNode type => throw new ScriptSyntaxException(type.At, "classes are not supported; use functions and objects"),
        Super => throw new ScriptSyntaxException(node.At, "`super` is not supported"),
        _ => throw new ScriptSyntaxException(node.At, "this is not supported here"),
    };

    private string LowerTemplate(TemplateLiteral template)
    {
        var text = new StringBuilder("(").Append(Text(template.Texts[0]));
        for (var i = 0; i < template.Parts.Count; i++)
            text.Append(" + $.text(").Append(Lower(template.Parts[i])).Append(") + ").Append(Text(template.Texts[i + 1]));
        return text.Append(')').ToString();
    }

    private string LowerArray(ArrayLiteral list)
    {
        if (list.Items.Any(item => item is Spread)) return LowerList(list.Items);
        var items = string.Join(", ", list.Items.Select(item => item is null ? "" : Lower(item)));
        return list.Items is [.., null] ? $"[{items},]" : $"[{items}]";
    }

    // Items of which some are spread.
    private string LowerList(IReadOnlyList<Node?> items) =>
        $"$.join([{string.Join(", ", items.Select(item => item is Spread spread ? $"$.items({Lower(spread.Value)})" : $"[{(item is null ? "void 0" : Lower(item))}]"))}])";

    private string LowerObject(ObjectLiteral map)
    {
        if (map.Properties.FirstOrDefault(property => property.PatternOnly) is { } wrong) throw new ScriptSyntaxException(wrong.At, "`name = value` stands in a pattern only; write `name: value`");
        if (map.Properties.All(property => property is { Kind: PropertyKind.Value, Computed: false }))
            return $"({{{string.Join(", ", map.Properties.Select(property => $"{Lower(property.Key!)}: {Lower(property.Value)}"))}}})";
        var made = Temporary();
        var text = new StringBuilder($"({made} = {{}}");
        foreach (var property in map.Properties)
            text.Append(", ").Append(property.Kind switch
            {
                PropertyKind.Spread => $"$.copy({made}, {Lower(property.Value)})",
                PropertyKind.Value => $"{made}[{Lower(property.Key!)}] = {Lower(property.Value)}",
                _ => $"$.accessor({made}, {Lower(property.Key!)}, {(property.Kind == PropertyKind.Get ? "\"get\"" : "\"set\"")}, {Lower(property.Value)})",
            });
        return text.Append($", {made})").ToString();
    }

    private string LowerUpdate(Update update)
    {
        var target = update.Target is Identifier name ? Reference(name.Name, write: true) : Lower(update.Target);
        return update.IsPrefix ? $"({update.Operator}{target})" : $"({target}{update.Operator})";
    }

    private string LowerBinary(Binary binary)
    {
        var (left, right) = (Lower(binary.Left), Lower(binary.Right));
        switch (binary.Operator)
        {
            case "??":
                var value = Temporary();
                return $"(({value} = {left}) != null ? {value} : {right})";
            default: return Operated(binary.Operator, left, right);
        }
    }

    private static string Operated(string symbol, string left, string right) => symbol switch
    {
        "**" => $"Math.pow({left}, {right})",
        "&" or "|" or "^" or "<<" or ">>" or ">>>" => $"$.bits({Text(symbol)}, {left}, {right})",
        _ => $"({left} {symbol} {right})",
    };

    private string LowerAssign(Assign assign)
    {
        if (assign.Operator == "=" && assign.Target is ArrayLiteral or ObjectLiteral)
        {
            var value = Temporary();
            return $"({value} = {Lower(assign.Value)}, {Assigned(assign.Target, value, declare: false)}, {value})";
        }

        var prepare = "";
        string target;
        if (assign.Target is Identifier name) target = Reference(name.Name, write: true);
        else if (assign.Operator != "=" && assign.Target is Member member)
        {
            var (owner, key) = (Temporary(), Temporary());
            prepare = $"{owner} = {Lower(member.Target)}, {key} = {Lower(member.Key)}, ";
            target = $"{owner}[{key}]";
        }
        else target = Lower(assign.Target);
        var given = Lower(assign.Value);
        return assign.Operator switch
        {
            "=" => $"({target} = {given})",
            "&&=" or "||=" => $"({prepare}{target} {assign.Operator[..2]} ({target} = {given}))",
            "??=" => $"({prepare}{target} != null ? {target} : ({target} = {given}))",
            _ => $"({prepare}{target} = {Operated(assign.Operator[..^1], target, given)})",
        };
    }

    private string LowerNew(New made)
    {
        var callee = Lower(made.Callee);
        return made.Arguments.Any(argument => argument is Spread)
            ? $"$.make({callee}, {LowerList(made.Arguments)})"
            : $"(new {(callee.StartsWith('(') || callee.All(c => char.IsAsciiLetterOrDigit(c) || c is '$' or '_') ? callee : $"({callee})")}({Arguments(made.Arguments)}))";
    }

    private string Arguments(IReadOnlyList<Node> arguments) => string.Join(", ", arguments.Select(Lower));

    // A chain, from its root outwards: `then` gets each link's text, so that a `?.` wraps all that follows it.
    private string LowerLink(Node node, Func<string, string> then)
    {
        switch (node)
        {
            case Member member:
                return LowerLink(member.Target, target =>
                {
                    if (!member.IsOptional) return then(target + Access(member));
                    var value = Temporary();
                    return $"(({value} = {target}) == null ? void 0 : {then(value + Access(member))})";
                });
            case Call { Callee: Member method } call:
                return LowerLink(method.Target, target =>
                {
                    if (!method.IsOptional && !call.IsOptional && !call.Arguments.Any(argument => argument is Spread)) return then($"{target}{Access(method)}({Arguments(call.Arguments)})");
                    var owner = Temporary();
                    var invoked = Invoked(call, $"{owner}{Access(method)}", owner, then);
                    return method.IsOptional ? $"(({owner} = {target}) == null ? void 0 : {invoked})" : $"({owner} = {target}, {invoked})";
                });
            case Call { Callee: Super } call: throw new ScriptSyntaxException(call.At, "`super` is not supported");
            case Call call: return LowerLink(call.Callee, callee => Invoked(call, callee, null, then));
            default: return then(Lower(node));
        }
    }

    private string Invoked(Call call, string callee, string? owner, Func<string, string> then)
    {
        var spread = call.Arguments.Any(argument => argument is Spread);
        if (!call.IsOptional) return then(spread ? $"{callee}.apply({owner ?? "void 0"}, {LowerList(call.Arguments)})" : $"{callee}({Arguments(call.Arguments)})");
        var function = Temporary();
        var invoked = spread ? $"{function}.apply({owner ?? "void 0"}, {LowerList(call.Arguments)})"
            : $"{function}.call({owner ?? "void 0"}{string.Concat(call.Arguments.Select(argument => ", " + Lower(argument)))})";
        return $"(({function} = {callee}) == null ? void 0 : {then(invoked)})";
    }

    private string Access(Member member) => $"[{Lower(member.Key)}]";
}
