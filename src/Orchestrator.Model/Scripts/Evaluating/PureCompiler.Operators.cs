using Orchestrator.Model.Scripts.Syntax;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

internal sealed partial class PureCompiler
{
    private Evaluator CompileUnary(Unary unary)
    {
        if (unary.Operator == "typeof" && unary.Operand is FunctionNode) return Constant(Value.Of("function"));
        var operand = Compile(unary.Operand);
        return unary.Operator switch
        {
            "!" => frame => Value.Of(!Coercion.Truthy(operand(frame))),
            "-" => frame => Value.Of(-Coercion.ToNumber(operand(frame))),
            "+" => frame => Value.Of(Coercion.ToNumber(operand(frame))),
            "~" => frame => Value.Of((double)~Coercion.ToInt32(operand(frame))),
            "typeof" => frame => Value.Of(Coercion.TypeOf(operand(frame))),
            "void" => frame => operand(frame) is not null ? Undefined.It : Undefined.It,
            _ => Impure(),
        };
    }

    private Evaluator CompileBinary(Binary binary)
    {
        var (left, right) = (Compile(binary.Left), Compile(binary.Right));
        switch (binary.Operator)
        {
            case "&&": return frame => left(frame) is var value && Coercion.Truthy(value) ? right(frame) : value;
            case "||": return frame => left(frame) is var value && Coercion.Truthy(value) ? value : right(frame);
            case "??": return frame => Coercion.Known(left(frame)) is var value && value is NullValue or Undefined ? right(frame) : value;
        }

        if (Operations.Find(binary.Operator) is not { } operation) return Impure();
        var at = binary.At;
        return frame =>
        {
            frame.Step();
            var (a, b) = (left(frame), right(frame));
            frame.At = at;
            return operation(a, b);
        };
    }

    private Evaluator CompileConditional(Conditional choice)
    {
        var (test, then, otherwise) = (Compile(choice.Test), Compile(choice.Then), Compile(choice.Else));
        return frame => Coercion.Truthy(test(frame)) ? then(frame) : otherwise(frame);
    }

    // A link of a chain: null when a `?.` in it found nothing.
    private Func<Frame, Value?> CompileChain(Node node)
    {
        switch (node)
        {
            case Member member when Constants.Find(member) is { } constant: return _ => constant;
            case Member member: return CompileMember(member);
            case Call call: return CompileCall(call);
            default: return new Func<Frame, Value?>(Compile(node));
        }
    }

    private Func<Frame, Value?> CompileMember(Member member)
    {
        var (at, optional) = (member.At, member.IsOptional);
        if (!member.Computed && member.Target is Identifier { Name: "variables" or "args" } root && !_slots.ContainsKey(root.Name))
        {
            var (name, isVariable) = ((string)((Literal)member.Key).Value!, root.Name == "variables");
            return frame => isVariable ? Frame.Read("variable", name, frame.Context.Variables.Get(name)) : Frame.Read("argument", name, frame.Context.Arguments.Get(name));
        }

        var (target, key) = (CompileChain(member.Target), Compile(member.Key));
        return frame =>
        {
            frame.Step();
            if (target(frame) is not { } value) return null;
            if (optional && Coercion.Known(value) is NullValue or Undefined) return null;
            var name = key(frame);
            frame.At = at;
            return Get(value, name);
        };
    }

    private static Value Get(Value target, Value key)
    {
        switch (Coercion.Known(target))
        {
            case NullValue or Undefined: throw ScriptThrowException.Type($"Cannot read properties of {Coercion.ToText(target)} (reading '{Coercion.ToText(key)}')");
            case MapValue map:
                var name = Coercion.ToText(key);
                return map.TryGetValue(name, out var value) ? Frame.Read("property", name, value) : Undefined.It;
            case ListValue list:
                if (key is StringValue { Text: "length" }) return Value.Of(list.Items.Count);
                return Index(key) is { } i && i < list.Items.Count ? Frame.Read("item", Numbers.ToText(i), list.Items[i]) : Undefined.It;
            case StringValue text:
                if (key is StringValue { Text: "length" }) return Value.Of(text.Text.Length);
                return Index(key) is { } at && at < text.Text.Length ? new StringValue(text.Text[at].ToString()) : Undefined.It;
            default: return Undefined.It;
        }
    }

    private static int? Index(Value key)
    {
        if (key is NumberValue { IsInteger: true, Number: >= 0 and < int.MaxValue } number) return (int)number.Number;
        return key is StringValue text && Numbers.Parse(text.Text) is >= 0 and < int.MaxValue and var index && Numbers.ToText(index) == text.Text && Math.Floor(index) == index ? (int)index : null;
    }

    // An arrow function as an argument.
    private Func<Frame, Callback>? CompileCallback(FunctionNode function)
    {
        if (!function.IsArrow || function.Expression is null || function.Parameters.Count > 3) return null;
        var before = new Dictionary<string, int>(_slots, StringComparer.Ordinal);
        var binds = function.Parameters.Select(CompileBind).ToArray();
        var body = Compile(function.Expression);
        _slots.Clear();
        foreach (var (name, slot) in before) _slots[name] = slot;
        return frame => new Callback((first, second, third) =>
        {
            frame.Step();
            if (binds.Length > 0) binds[0](frame, first);
            if (binds.Length > 1) binds[1](frame, second);
            if (binds.Length > 2) binds[2](frame, third);
            return body(frame);
        });
    }

    private Action<Frame, Value> CompileBind(Node pattern)
    {
        switch (pattern)
        {
            case Identifier name:
                var slot = _slots[name.Name] = _slotCount++;
                return (frame, value) => frame.Slots[slot] = value;
            case Assign withDefault:
                var (bind, otherwise) = (CompileBind(withDefault.Target), Compile(withDefault.Value));
                return (frame, value) => bind(frame, value is Undefined ? otherwise(frame) : value);
            case ArrayLiteral list when list.Items.All(item => item is not Spread):
                var items = list.Items.Select(item => item is null ? (_, _) => { } : CompileBind(item)).ToArray();
                return (frame, value) =>
                {
                    var found = Items(value, frame, list.At).Take(items.Length).ToArray();
                    for (var i = 0; i < items.Length; i++) items[i](frame, i < found.Length ? found[i] : Undefined.It);
                };
            case ObjectLiteral map when map.Properties.All(property => property is { Kind: PropertyKind.Value, Computed: false }):
                var parts = map.Properties.Select(property => (Name: Compile(property.Key!), Bind: CompileBind(property.Value))).ToArray();
                return (frame, value) =>
                {
                    frame.At = map.At;
                    if (Coercion.Known(value) is NullValue or Undefined) throw ScriptThrowException.Type($"Cannot destructure '{Coercion.ToText(value)}' as it is {Coercion.ToText(value)}.");
                    foreach (var (name, part) in parts) part(frame, Get(value, name(frame)));
                };
            default:
                Impure();
                return (_, _) => { };
        }
    }
}
