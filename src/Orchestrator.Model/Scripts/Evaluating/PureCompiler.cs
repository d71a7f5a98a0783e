using Orchestrator.Model.Scripts.Syntax;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>
/// Makes an evaluator of an expression that changes nothing and needs no engine of JavaScript. Gives up on anything whose meaning it would not hit exactly: that goes to a worker.
/// </summary>
internal sealed partial class PureCompiler
{
    private static readonly Evaluator Nothing = _ => Undefined.It;

    private readonly Dictionary<string, int> _slots = new(StringComparer.Ordinal);
    private int _slotCount;
    private bool _impure;

    private PureCompiler()
    {
    }

    /// <summary>The evaluator and the places it needs; null when the script is more than such an expression.</summary>
    public static (Evaluator Evaluate, int Slots)? TryCompile(IReadOnlyList<Statement> statements)
    {
        Node? expression = null;
        foreach (var statement in statements)
        {
            if (statement is EmptyStatement) continue;
            if (expression is not null) return null;
            expression = statement switch
            {
                ExpressionStatement one => one.Expression,
                ReturnStatement { Value: { } value } => value,
                _ => null,
            };
            if (expression is null) return null;
        }

        if (expression is null) return (Nothing, 0);
        var compiler = new PureCompiler();
        var evaluate = compiler.Compile(expression);
        return compiler._impure ? null : (evaluate, compiler._slotCount);
    }

    private Evaluator Compile(Node node) => node switch
    {
        Literal literal => Constant(literal.Value switch { string text => Value.Of(text), double number => Value.Of(number), bool flag => Value.Of(flag), _ => Value.Null }),
        TemplateLiteral template => CompileTemplate(template),
        Identifier name => CompileName(name),
        ArrayLiteral list => CompileArray(list),
        ObjectLiteral map => CompileObject(map),
        Unary unary => CompileUnary(unary),
        Binary binary => CompileBinary(binary),
        Conditional choice => CompileConditional(choice),
        Member or Call => CompileChain(node) is var link ? frame => link(frame) ?? Undefined.It : Nothing,
        Chain chain => CompileChain(chain.Expression) is var links ? frame => links(frame) ?? Undefined.It : Nothing,
        _ => Impure(),
    };

    private static Evaluator Constant(Value value) => _ => value;

    private Evaluator Impure()
    {
        _impure = true;
        return Nothing;
    }

    private Evaluator CompileName(Identifier name)
    {
        if (_slots.TryGetValue(name.Name, out var slot)) return frame => frame.Slots[slot];
        return name.Name switch
        {
            "undefined" => Nothing,
            "NaN" => Constant(Coercion.NaN),
            "Infinity" => Constant(Value.Of(double.PositiveInfinity)),
            "variables" => frame => frame.Context.Variables,
            "args" => frame => frame.Context.Arguments,
            _ => Impure(),
        };
    }

    private Evaluator CompileTemplate(TemplateLiteral template)
    {
        var parts = template.Parts.Select(Compile).ToArray();
        var texts = template.Texts.ToArray();
        return frame =>
        {
            frame.Step();
            var text = new System.Text.StringBuilder(texts[0]);
            for (var i = 0; i < parts.Length; i++)
            {
                text.Append(Coercion.ToText(parts[i](frame))).Append(texts[i + 1]);
                if (text.Length > 1 << 20) Frame.Bounded(text.ToString());
            }

            return Frame.Bounded(text.ToString());
        };
    }

    private Evaluator CompileArray(ArrayLiteral list)
    {
        if (list.Items.Any(item => item is null)) return Impure();
        var items = CompileList(list.Items!);
        return frame => new ListValue(items(frame));
    }

    private Func<Frame, Value[]> CompileList(IReadOnlyList<Node> nodes)
    {
        if (!nodes.Any(node => node is Spread))
        {
            var items = nodes.Select(Compile).ToArray();
            return frame =>
            {
                frame.Step(items.Length + 1);
                var values = new Value[items.Length];
                for (var i = 0; i < values.Length; i++) values[i] = items[i](frame);
                return values;
            };
        }

        var parts = nodes.Select(node => (IsSpread: node is Spread, node.At, Evaluate: Compile(node is Spread spread ? spread.Value : node))).ToArray();
        return frame =>
        {
            var values = new List<Value>();
            foreach (var (isSpread, at, evaluate) in parts)
            {
                var value = evaluate(frame);
                if (isSpread) values.AddRange(Items(value, frame, at));
                else values.Add(value);
                frame.Step(values.Count);
            }

            return [.. values];
        };
    }

    // What an iteration gives: items, or the characters (code points) of a text.
    private static IEnumerable<Value> Items(Value value, Frame frame, Place at)
    {
        frame.At = at;
        return Coercion.Known(value) switch
        {
            ListValue list => list.Items,
            StringValue text => text.Text.EnumerateRunes().Select(rune => (Value)new StringValue(rune.ToString())),
            _ => throw ScriptThrowException.Type($"{Coercion.ToText(value)} is not iterable"),
        };
    }

    private Evaluator CompileObject(ObjectLiteral map)
    {
        var parts = new List<(Evaluator? Key, Evaluator Evaluate)>();
        foreach (var property in map.Properties)
        {
            if (property.PatternOnly || property.Kind is PropertyKind.Get or PropertyKind.Set || property.Key is Literal { Value: "__proto__" }) return Impure();
            parts.Add((property.Kind == PropertyKind.Spread ? null : Compile(property.Key!), Compile(property.Value)));
        }

        return frame =>
        {
            frame.Step(parts.Count + 1);
            var entries = new List<KeyValuePair<string, Value>>(parts.Count);
            foreach (var (key, evaluate) in parts)
            {
                if (key is not null)
                {
                    entries.Add(new(Coercion.ToText(key(frame)), evaluate(frame)));
                    continue;
                }

                switch (Coercion.Known(evaluate(frame)))
                {
                    case MapValue spread: entries.AddRange(spread.Entries); break;
                    case ListValue list: entries.AddRange(list.Items.Select((item, i) => new KeyValuePair<string, Value>(Numbers.ToText(i), item))); break;
                    case StringValue text: entries.AddRange(text.Text.Select((c, i) => new KeyValuePair<string, Value>(Numbers.ToText(i), new StringValue(c.ToString())))); break;
                }

                frame.Step(entries.Count);
            }

            return new MapValue(entries);
        };
    }
}
