using System.Collections;
using System.Reflection;
using System.Text;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Definitions;

/// <summary>
/// Every property of a record and of the records below it, as text: two are equal when all they hold is. Found by reflection, so that a new property which is not
/// written to JSON fails the round trip.
/// </summary>
internal static class Structure
{
    public static string Of(object? value)
    {
        var text = new StringBuilder();
        Print(text, value, 0);
        return text.ToString();
    }

    private static void Print(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case null: text.AppendLine("null"); return;
            case string or ValueType or Expression: text.AppendLine(value.ToString()); return;
            case Value json: text.AppendLine(ValueJson.Serialize(json)); return;
        }

        text.AppendLine();
        var parts = value switch
        {
            IDictionary map => map.Keys.Cast<string>().Order(StringComparer.Ordinal).Select(key => (Name: key, Value: map[key])),
            IEnumerable list => list.Cast<object?>().Select((item, i) => (Name: $"{i}", Value: item)),
            _ => value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(property => (property.Name, Value: property.GetValue(value))),
        };
        foreach (var (name, part) in parts)
        {
            text.Append(' ', depth).Append(name).Append(": ");
            Print(text, part, depth + 2);
        }
    }
}
