using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>Evaluates inputs. What is more than an expression is run as a step; until it has its value, the activity waits.</summary>
internal static class ActivityInputs
{
    // Languages that others evaluate and we do not: giving null for them, as for a type nobody knows, would be a wrong result without a word.
    private static readonly string[] Foreign = ["Liquid", "C#", "CSharp", "Python", "Secret"];

    /// <summary>The inputs by property name; null while a script that one needs is run.</summary>
    public static MapValue? Evaluate(Interpreter interpreter, ActivityState activity, Rule rule)
    {
        if (!rule.HasInputs(interpreter.State, activity)) return Value.EmptyMap;
        var values = new List<(string, Value)>();
        foreach (var spec in rule.Inputs)
        {
            if (!activity.Node.Inputs.TryGetValue(spec.Property, out var input))
            {
                if (Bare(activity, spec) is { } bare) values.Add((spec.Property, bare));
                continue;
            }

            if (Evaluate(interpreter, activity, spec.Property, spec.Name, input, spec.Type) is not { } value) return null;
            values.Add((spec.Property, value));
        }

        for (var i = 0; rule.HasCases && i < activity.Node.Cases.Count; i++)
        {
            if (activity.Node.Cases[i].Condition is not { } condition) continue;
            if (Evaluate(interpreter, activity, $"case{i}", activity.Node.Cases[i].Label, condition, "Boolean") is not { } taken) return null;
            values.Add(($"case{i}", taken));
        }

        return Value.Map(values);
    }

    /// <summary>One expression; null while the script that it is runs.</summary>
    public static Value? Evaluate(Interpreter interpreter, ActivityState activity, string key, string name, ElsaInput input, string? type)
    {
        try
        {
            return Evaluate(interpreter, activity, key, input, type ?? input.TypeName);
        }
        catch (FailureException cause)
        {
            throw new FailureException(Failed(name, cause.Failure));
        }
    }

    /// <summary>The failure of an activity whose input could not be had.</summary>
    public static Failure Failed(string name, Failure cause) => new(
        "elsa.input", cause.Kind == FailureKind.Timeout ? FailureKind.Timeout : FailureKind.Permanent, $"Failed to evaluate activity input '{Pascal(name)}'",
        Value.Map(("cause", Value.Of(cause.Message)), ("code", Value.Of(cause.Code))), cause.LogTail);

    /// <summary>What scripts and expressions of an execution see.</summary>
    public static ScriptContext Context(Folding.RunState run, ActivityState activity, DateTimeOffset now)
    {
        var state = run.Elsa!;
        return new ScriptContext
        {
            Variables = Memory.Visible(state, activity),
            Input = run.Inputs,
            Outputs = Value.Map(state.Outputs.Select(entry => (entry.Key, (Value)entry.Value))),
            LastResult = state.LastResult,
            Arguments = activity.Inputs,
            RunId = run.RunId,
            DefinitionId = state.Program.DefinitionId,
            DefinitionVersionId = state.Program.VersionId,
            Version = state.Program.Version,
            CorrelationId = state.CorrelationId,
            Name = state.Name,
            Now = now,
            Seed = SeedOf(run.RunId, activity.Number),
        };
    }

    private static Value? Evaluate(Interpreter interpreter, ActivityState activity, string key, ElsaInput input, string? type)
    {
        switch (input.Syntax)
        {
            case "Literal": return input.Content.IsNull ? Value.Null : ElsaTypes.Convert(input.Content, type);
            case "Object": return ElsaTypes.Convert(input.Content is StringValue { Text: var text } ? Parsed(text) : input.Content, type);
            case "Variable":
                var variable = Parsed(input.Content);
                return ElsaTypes.Convert(Memory.Read(interpreter.State, activity, variable.Get("id")?.AsString() ?? variable.AsString(), variable.Get("name")?.AsString() ?? variable.AsString()) ?? Value.Null, type);
            case "Input":
                var named = Parsed(input.Content);
                return ElsaTypes.Convert(interpreter.Run.Inputs.Get(named.Get("name")?.AsString() ?? named.AsString() ?? "") ?? Value.Null, type);
            case "JavaScript": return Script(interpreter, activity, key, input.Content.AsString() ?? "", type);
            case var other when Foreign.Contains(other): throw new FailureException("expression.unsupported", FailureKind.Permanent, $"expressions in {other} are not run here; use JavaScript");
            default: return Value.Null;
        }
    }

    private static Value? Script(Interpreter interpreter, ActivityState activity, string key, string source, string? type)
    {
        if (string.IsNullOrWhiteSpace(source)) return Value.Null;
        if (activity.Note("script:" + key) is { } known) return ElsaTypes.Convert(known.Get("value") ?? Value.Null, type);
        var script = interpreter.Run.Graph.ScriptOf(source);
        if (script.IsPure || !script.IsValid) return ElsaTypes.Convert(script.Evaluate(Context(interpreter.Run, activity, interpreter.Now)), type);
        interpreter.Script(activity, key, source);
        return null;
    }

    private static Value? Bare(ActivityState activity, InputSpec spec) =>
        activity.Node.Bare.Get(spec.Property) is { IsNull: false } bare ? ElsaTypes.Convert(bare, spec.Type) : spec.Default;

    private static Value Parsed(string text) =>
        PlainJson.TryParse(text) ?? throw new FailureException("expression.json", FailureKind.Permanent, "an Object expression must be JSON");

    // Studio writes a variable or an input as the JSON of its definition, in a string.
    private static Value Parsed(Value content) =>
        content is StringValue text && text.Text.TrimStart().StartsWith('{') ? PlainJson.TryParse(text.Text) ?? content : content;

    private static string Pascal(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    private static long SeedOf(string runId, int number)
    {
        Span<byte> hash = stackalloc byte[32];
        System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{runId}/{number}"), hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadInt64LittleEndian(hash);
    }
}
