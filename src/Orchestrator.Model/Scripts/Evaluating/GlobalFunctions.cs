using System.Text;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>A function of the script's.</summary>
internal delegate Value Function(Frame frame, Value[] arguments);

/// <summary>Elsa's functions that read, and JavaScript's own.</summary>
internal static class GlobalFunctions
{
    private static readonly Dictionary<string, Function> All = new(StringComparer.Ordinal)
    {
        ["getVariable"] = (frame, given) => Named(given) is var name ? Frame.Read("variable", name, frame.Context.Variables.Get(name)) : Value.Null,
        ["getInput"] = (frame, given) => Named(given) is var name ? Frame.Read("input", name, frame.Context.Input.Get(name)) : Value.Null,
        ["getOutputFrom"] = (frame, given) => OutputFrom(frame.Context, given),
        ["getLastResult"] = (frame, _) => Frame.Read("the", "last result", frame.Context.LastResult),
        ["getWorkflowInstanceId"] = (frame, _) => Value.Of(frame.Context.RunId),
        ["getWorkflowDefinitionId"] = (frame, _) => Value.Of(frame.Context.DefinitionId),
        ["getWorkflowDefinitionVersionId"] = (frame, _) => Value.Of(frame.Context.DefinitionVersionId),
        ["getWorkflowDefinitionVersion"] = (frame, _) => Value.Of(frame.Context.Version),
        ["getCorrelationId"] = (frame, _) => Value.Of(frame.Context.CorrelationId),
        ["getWorkflowInstanceName"] = (frame, _) => Value.Of(frame.Context.Name),
        ["toJson"] = (frame, given) => JsonText.Write(given.At(0), ""),
        ["isNullOrEmpty"] = (_, given) => Value.Of(Blank(given.At(0), string.IsNullOrEmpty)),
        ["isNullOrWhiteSpace"] = (_, given) => Value.Of(Blank(given.At(0), string.IsNullOrWhiteSpace)),
        ["newGuid"] = (frame, _) => Value.Of(ScriptIds.Guid(frame.Context.Seed, frame.Ids++).ToString()),
        ["newGuidString"] = (frame, _) => Value.Of(ScriptIds.Guid(frame.Context.Seed, frame.Ids++).ToString()),
        ["newShortGuid"] = (frame, _) => Value.Of(ScriptIds.Short(ScriptIds.Guid(frame.Context.Seed, frame.Ids++))),
        ["parseGuid"] = (_, given) => System.Guid.TryParse(Coercion.ToText(given.At(0)), out var id) ? Value.Of(id.ToString()) : throw new ScriptThrowException($"Error: '{Coercion.ToText(given.At(0))}' is no GUID"),
        ["bytesToString"] = (_, given) => Value.Of(Encoding.UTF8.GetString(ScriptBytes.Of(given.At(0)))),
        ["stringToBytes"] = (_, given) => ScriptBytes.List(Encoding.UTF8.GetBytes(Coercion.ToText(given.At(0)))),
        ["bytesFromString"] = (_, given) => ScriptBytes.List(Encoding.UTF8.GetBytes(Coercion.ToText(given.At(0)))),
        ["bytesToBase64"] = (_, given) => Value.Of(Convert.ToBase64String(ScriptBytes.Of(given.At(0)))),
        ["bytesFromBase64"] = (_, given) => ScriptBytes.List(ScriptBytes.FromBase64(Coercion.ToText(given.At(0)))),
        ["stringToBase64"] = (_, given) => Value.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(Coercion.ToText(given.At(0))))),
        ["stringFromBase64"] = (_, given) => Value.Of(Encoding.UTF8.GetString(ScriptBytes.FromBase64(Coercion.ToText(given.At(0))))),
        ["String"] = (_, given) => given.Length == 0 ? Value.Of("") : Frame.Bounded(Coercion.ToText(given[0])),
        ["Number"] = (_, given) => Value.Of(given.Length == 0 ? 0 : Coercion.ToNumber(given[0])),
        ["Boolean"] = (_, given) => Value.Of(Coercion.Truthy(given.At(0))),
        ["parseInt"] = (_, given) => Value.Of(Numbers.ParseInt(Coercion.ToText(given.At(0)), Coercion.ToInt32(given.At(1)))),
        ["parseFloat"] = (_, given) => Value.Of(Numbers.ParseFloat(Coercion.ToText(given.At(0)))),
        ["isNaN"] = (_, given) => Value.Of(double.IsNaN(Coercion.ToNumber(given.At(0)))),
        ["isFinite"] = (_, given) => Value.Of(double.IsFinite(Coercion.ToNumber(given.At(0)))),
        ["encodeURIComponent"] = (_, given) => Value.Of(EncodeUri(Coercion.ToText(given.At(0)))),
    };

    public static Function? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>The argument, or undefined.</summary>
    public static Value At(this Value[] arguments, int index) => index < arguments.Length ? arguments[index] : Undefined.It;

    private static string Named(Value[] given) => Coercion.ToText(given.At(0));

    private static Value OutputFrom(ScriptContext context, Value[] given)
    {
        if (context.Outputs.Get(Named(given)) is not MapValue outputs) return Undefined.It;
        if (given.At(1) is not (Undefined or NullValue)) return Frame.Read("output", Coercion.ToText(given[1]), Output(outputs, Coercion.ToText(given[1])));
        // Without a name it is the result, or the only output there is.
        var only = Output(outputs, "Result") ?? (outputs.Entries.Count == 1 ? outputs.Entries.Values.First() : null);
        return Frame.Read("output", "Result", only);
    }

    // Elsa's activities name their outputs as its classes do (ParsedContent); the journal holds them as the definition writes properties (parsedContent).
    private static Value? Output(MapValue outputs, string name) =>
        outputs.Get(name) ?? (name.Length > 0 && char.IsAsciiLetterUpper(name[0]) ? outputs.Get(char.ToLowerInvariant(name[0]) + name[1..]) : null);

    private static bool Blank(Value value, Func<string?, bool> test) => Coercion.Known(value) is NullValue or Undefined || test(Coercion.ToText(value));

    private static string EncodeUri(string text)
    {
        var encoded = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || "-_.!~*'()".Contains((char)rune.Value, StringComparison.Ordinal))) encoded.Append((char)rune.Value);
            else
                foreach (var part in Encoding.UTF8.GetBytes(rune.ToString())) encoded.Append('%').Append(part.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }
}
