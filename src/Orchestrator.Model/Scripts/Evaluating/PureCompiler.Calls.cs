using Orchestrator.Model.Scripts.Syntax;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

internal sealed partial class PureCompiler
{
    private Func<Frame, Value?> CompileCall(Call call)
    {
        if (IsBeyond(call)) Impure();
        switch (call.Callee)
        {
            case Identifier name when !_slots.ContainsKey(name.Name) && !call.IsOptional: return CompileFunction(call, name.Name);
            case Member { Target: Identifier owner, Computed: false, IsOptional: false } member when !call.IsOptional && !_slots.ContainsKey(owner.Name)
                && StaticFunctions.Find(owner.Name, (string)((Literal)member.Key).Value!) is { } known:
                return CompileKnown(call, known);
            case Member { Computed: false } member when !call.IsOptional: return CompileMethod(call, member);
            default:
                Impure();
                return Nothing.Invoke;
        }
    }

    // Arguments whose meaning is left to a worker.
    private static bool IsBeyond(Call call) => call.Callee is Member { Computed: false, Key: Literal { Value: string name } } && name switch
    {
        "lastIndexOf" or "split" or "includes" or "indexOf" or "parse" => call.Arguments.Count > 1,
        "toString" => call.Arguments.Count > 0,
        "stringify" => call.Arguments.Count > 1 && call.Arguments[1] is not Literal { Value: null },
        "replace" or "replaceAll" => call.Arguments.Count > 1 && call.Arguments[1] is FunctionNode { Parameters.Count: > 3 },
        _ => false,
    };

    private Func<Frame, Value?> CompileFunction(Call call, string name)
    {
        if (GlobalFunctions.Find(name) is { } known) return CompileKnown(call, known);
        var pascal = name.Length > 3 && name.StartsWith("get", StringComparison.Ordinal) && !char.IsAsciiLetterLower(name[3]) ? name[3..] : null;
        if (pascal is null || call.Arguments.Count > 0)
        {
            Impure();
            return Nothing.Invoke;
        }

        var at = call.At;
        return frame =>
        {
            frame.At = at;
            if (ScriptNames.Find(frame.Context, pascal) is not { } found) throw new ScriptThrowException($"ReferenceError: {name} is not defined: no variable, input or output has that name");
            return found.Value is SecretValue ? throw ScriptFailures.Secret(found.What) : found.Value;
        };
    }

    private Func<Frame, Value?> CompileKnown(Call call, Function function)
    {
        var (arguments, at) = (CompileArguments(call.Arguments), call.At);
        return frame =>
        {
            frame.Step();
            var values = arguments(frame);
            frame.At = at;
            return function(frame, values);
        };
    }

    private Func<Frame, Value?> CompileMethod(Call call, Member member)
    {
        var name = (string)((Literal)member.Key).Value!;
        var forText = TextMethods.Find(name);
        var forList = ListMethods.Find(name);
        var forNumber = NumberMethods.Find(name);
        var forMap = MapMethods.Find(name);
        if (forText is null && forList is null && forNumber is null && forMap is null) Impure();
        var (target, arguments, at, optional) = (CompileChain(member.Target), CompileArguments(call.Arguments), call.At, member.IsOptional);
        return frame =>
        {
            frame.Step();
            if (target(frame) is not { } receiver) return null;
            if (optional && Coercion.Known(receiver) is NullValue or Undefined) return null;
            frame.At = at;
            var method = Coercion.Known(receiver) switch
            {
                StringValue => forText,
                ListValue => forList,
                NumberValue => forNumber,
                MapValue map => map.TryGetValue(name, out _) ? null : forMap,
                BoolValue => name is "toString" ? forMap : null,
                _ => throw ScriptThrowException.Type($"Cannot read properties of {Coercion.ToText(receiver)} (reading '{name}')"),
            };
            if (method is null) throw ScriptThrowException.Type($"{Describe(member)} is not a function");
            var values = arguments(frame);
            frame.At = at;
            return method(frame, receiver, values);
        };
    }

    private static string Describe(Node node) => node switch
    {
        Identifier name => name.Name,
        Member { Computed: false, Key: Literal { Value: string name } } member => $"{Describe(member.Target)}.{name}",
        Member member => $"{Describe(member.Target)}[...]",
        Call call => $"{Describe(call.Callee)}(...)",
        _ => "(intermediate value)",
    };

    private Func<Frame, Value[]> CompileArguments(IReadOnlyList<Node> nodes)
    {
        if (!nodes.Any(node => node is FunctionNode || (node is Identifier name && Callbacks.ContainsKey(name.Name)))) return CompileList(nodes);
        var parts = new List<Func<Frame, Value>>();
        foreach (var node in nodes)
        {
            if (node is Spread) Impure();
            else if (node is FunctionNode function)
            {
                if (CompileCallback(function) is { } callback) parts.Add(callback);
                else Impure();
            }
            else if (node is Identifier name && Callbacks.TryGetValue(name.Name, out var known) && !_slots.ContainsKey(name.Name))
                parts.Add(frame => new Callback((item, _, _) => known(frame, [item])));
            else parts.Add(new Func<Frame, Value>(Compile(node)));
        }

        return frame => [.. parts.Select(part => part(frame))];
    }

    // Functions that people hand over by name, as in `list.filter(Boolean)`.
    private static readonly Dictionary<string, Function> Callbacks = new(StringComparer.Ordinal)
    {
        ["Boolean"] = GlobalFunctions.Find("Boolean")!, ["String"] = GlobalFunctions.Find("String")!, ["Number"] = GlobalFunctions.Find("Number")!,
    };
}
