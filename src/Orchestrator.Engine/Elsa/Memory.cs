using Orchestrator.Engine.Runs;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>Variables: by id from the scope that declares it, by name from the nearest scope up.</summary>
internal static class Memory
{
    /// <summary>The execution that declares a variable id; null when none does.</summary>
    public static ActivityState? Holder(ElsaState state, ActivityState at, string id)
    {
        foreach (var scope in Scopes(state, at))
            if (scope.Variables.ContainsKey(id)) return scope;
        return null;
    }

    /// <summary>A variable's value by id, else by name; null when there is no such variable.</summary>
    public static Value? Read(ElsaState state, ActivityState at, string? id, string? name)
    {
        if (id is not null && Holder(state, at, id) is { } holder) return holder.Variables[id].Value;
        return name is not null && Visible(state, at).Get(name) is { } value ? value : null;
    }

    /// <summary>All variables that are seen from an execution, by name; the nearest scope's win.</summary>
    public static MapValue Visible(ElsaState state, ActivityState at)
    {
        var seen = new Dictionary<string, Value>(StringComparer.Ordinal);
        foreach (var scope in Scopes(state, at))
            foreach (var (variable, value) in scope.Variables.Values) seen.TryAdd(variable.Name, value);
        return Value.Map(seen.Select(entry => (entry.Key, entry.Value)));
    }

    /// <summary>Sets a variable, converted to its type.</summary>
    public static void Assign(Interpreter interpreter, ActivityState holder, string id, Value value)
    {
        var made = holder.Variables.TryGetValue(id, out var known) ? ElsaTypes.Convert(value, known.Variable.TypeName, known.Variable.IsArray) : value;
        interpreter.Do(Journal.MoveKind.Assigned, holder, id, interpreter.Decider.Seal(made, $"elsa/{holder.Number}/variable/{id}"));
    }

    /// <summary>Sets the nearest variable of a name; one that nobody declared is made in the nearest container.</summary>
    public static void AssignByName(Interpreter interpreter, ActivityState at, string name, Value value)
    {
        foreach (var scope in Scopes(interpreter.State, at))
            foreach (var (id, (variable, _)) in scope.Variables)
                if (variable.Name == name)
                {
                    Assign(interpreter, scope, id, value);
                    return;
                }

        Assign(interpreter, interpreter.State.OwnerOf(at) ?? at, name, value);
    }

    // From the innermost out. One whose owner has ended and is forgotten still sees the workflow.
    private static IEnumerable<ActivityState> Scopes(ElsaState state, ActivityState at)
    {
        var last = at;
        for (var scope = at; scope is not null; scope = state.OwnerOf(scope))
        {
            last = scope;
            yield return scope;
        }

        if (last.Number != 1 && state.Find(1) is { } workflow) yield return workflow;
    }
}
