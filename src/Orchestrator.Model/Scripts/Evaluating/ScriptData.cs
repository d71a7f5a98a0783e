using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>What a script gave, as data: what JSON would make of it.</summary>
internal static class ScriptData
{
    public static Value Of(Value value) => value switch
    {
        Undefined => Value.Null,
        Callback => throw ScriptFailures.Result("the script gave a function, which is no data"),
        NumberValue number when !double.IsFinite(number.Number) => Value.Null,
        NumberValue { Number: 0 } => Value.Of(0),
        ListValue list when list.Items.Any(IsOdd) => Value.List(list.Items.Select(Of)),
        MapValue map when map.Entries.Values.Any(IsOdd) => Value.Map(map.Entries.Where(entry => entry.Value is not Undefined).Select(entry => (entry.Key, Of(entry.Value)))),
        { HasSecret: true } => throw ScriptFailures.Secret("a part of what the script gives"),
        _ => value,
    };

    // True when it must be made anew; what came in as data goes out as it is.
    private static bool IsOdd(Value value) => value switch
    {
        Undefined or Callback or SecretValue => true,
        NumberValue number => !double.IsFinite(number.Number) || number.Number == 0,
        ListValue list => list.Items.Any(IsOdd),
        MapValue map => map.Entries.Values.Any(IsOdd),
        _ => false,
    };
}
