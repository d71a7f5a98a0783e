using System.Text;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts;

/// <summary>Names of the functions that read one variable, input or output: <c>getOrderTotal()</c>, <c>getResultFromCheck()</c>.</summary>
public static class ScriptNames
{
    /// <summary><c>order total</c>, <c>order_total</c>, <c>order-total</c> and <c>orderTotal</c> are <c>OrderTotal</c>.</summary>
    public static string Pascal(string name)
    {
        var text = new StringBuilder(name.Length);
        var upper = true;
        foreach (var c in name)
        {
            if (c is ' ' or '_' or '-' or '.')
            {
                upper = true;
                continue;
            }

            text.Append(upper ? char.ToUpperInvariant(c) : c);
            upper = false;
        }

        return text.ToString();
    }

    /// <summary>The value behind <c>get</c> + <paramref name="pascal"/> + <c>()</c>; null when nothing has that name.</summary>
    internal static (string What, Value Value)? Find(ScriptContext context, string pascal)
    {
        if (FindIn(context.Variables, pascal) is { } variable) return ($"variable `{variable.Key}`", variable.Value);
        if (FindIn(context.Input, pascal) is { } input) return ($"input `{input.Key}`", input.Value);
        if (FindIn(context.Arguments, pascal) is { } argument) return ($"argument `{argument.Key}`", argument.Value);
        if (!pascal.Contains("From", StringComparison.Ordinal)) return null;
        foreach (var (activity, outputs) in context.Outputs.Entries)
        {
            var end = "From" + Pascal(activity);
            if (!pascal.EndsWith(end, StringComparison.Ordinal) || outputs is not MapValue map) continue;
            if (FindIn(map, pascal[..^end.Length]) is { } output) return ($"output `{output.Key}` of `{activity}`", output.Value);
        }

        return null;
    }

    private static KeyValuePair<string, Value>? FindIn(MapValue map, string pascal)
    {
        if (pascal.Length == 0) return null;
        if (map.TryGetValue(pascal, out var same)) return new(pascal, same);
        foreach (var entry in map.Entries)
            if (entry.Key.Length >= pascal.Length && char.ToUpperInvariant(entry.Key[0]) == pascal[0] && Pascal(entry.Key) == pascal) return entry;
        return null;
    }
}
