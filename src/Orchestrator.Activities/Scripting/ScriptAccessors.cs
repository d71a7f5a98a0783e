using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Scripting;

/// <summary>Names of the functions that a context gives a script: <c>getOrderTotal</c> and its like.</summary>
internal static class ScriptAccessors
{
    /// <summary>Per kind, pairs of a name and what it stands for. <c>opaque</c> = variables that hold a secret, which nobody may look into.</summary>
    public static MapValue Of(ScriptContext context) => Value.Map(
        ("variables", Value.List(context.Variables.Entries.Keys.Select(name => Pair(ScriptNames.Pascal(name), name)))),
        ("input", Value.List(context.Input.Entries.Keys.Select(name => Pair("get" + ScriptNames.Pascal(name), name)))),
        ("args", Value.List(context.Arguments.Entries.Keys.Select(name => Pair("get" + ScriptNames.Pascal(name), name)))),
        ("outputs", Value.List(context.Outputs.Entries.SelectMany(activity => activity.Value is MapValue outputs
            ? outputs.Entries.Keys.Select(output => Pair($"get{ScriptNames.Pascal(output)}From{ScriptNames.Pascal(activity.Key)}", activity.Key, output)) : []))),
        ("opaque", Value.List(context.Variables.Entries.Where(entry => entry.Value.HasSecret).Select(entry => Value.Of(entry.Key)))));

    private static Value Pair(params string[] names) => Value.List(names.Select(Value.Of));
}
