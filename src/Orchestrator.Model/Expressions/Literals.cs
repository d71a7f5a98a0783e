using System.Globalization;
using System.Text;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>Prints values as JavaScript literals.</summary>
internal static class Literals
{
    public static void Print(StringBuilder text, Value value)
    {
        switch (value)
        {
            case BoolValue flag: text.Append(flag.Flag ? "true" : "false"); break;
            case NumberValue number: text.Append(double.IsFinite(number.Number) ? number.ToText() : "null"); break;
            case StringValue chars: PrintString(text, chars.Text); break;
            case ListValue list:
                text.Append('[');
                for (var i = 0; i < list.Items.Count; i++)
                {
                    if (i > 0) text.Append(", ");
                    Print(text, list.Items[i]);
                }

                text.Append(']');
                break;
            case MapValue map: PrintMap(text, map); break;
            // Not source that means the same, but the only safe thing to show: neither is ever compiled from a blueprint.
            case SecretValue or UnknownValue: PrintString(text, value.ToString()); break;
            default: text.Append("null"); break;
        }
    }

    public static void PrintKey(StringBuilder text, string key)
    {
        if (IsName(key)) text.Append(key);
        else PrintString(text, key);
    }

    public static void PrintTemplateText(StringBuilder text, string chars)
    {
        for (var i = 0; i < chars.Length; i++)
        {
            var c = chars[i];
            if (c is '`' or '\\' || (c == '$' && i + 1 < chars.Length && chars[i + 1] == '{') || (c == '$' && i + 1 == chars.Length)) text.Append('\\').Append(c);
            else if (c == '\r' || (char.IsControl(c) && c != '\n' && c != '\t')) PrintCode(text, c);
            else text.Append(c);
        }
    }

    public static bool IsName(string key)
    {
        if (key.Length == 0 || !(char.IsAsciiLetter(key[0]) || key[0] is '_' or '$')) return false;
        foreach (var c in key)
            if (!(char.IsAsciiLetterOrDigit(c) || c is '_' or '$'))
                return false;
        return true;
    }

    private static void PrintMap(StringBuilder text, MapValue map)
    {
        text.Append('{');
        var first = true;
        foreach (var (key, entry) in map.Entries)
        {
            if (!first) text.Append(", ");
            first = false;
            PrintKey(text, key);
            text.Append(": ");
            Print(text, entry);
        }

        text.Append('}');
    }

    private static void PrintString(StringBuilder text, string chars)
    {
        text.Append('\'');
        foreach (var c in chars)
        {
            switch (c)
            {
                case '\'' or '\\': text.Append('\\').Append(c); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                default:
                    if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029') PrintCode(text, c);
                    else text.Append(c);
                    break;
            }
        }

        text.Append('\'');
    }

    private static void PrintCode(StringBuilder text, char c) => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}
