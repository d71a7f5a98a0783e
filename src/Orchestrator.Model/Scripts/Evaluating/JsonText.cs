using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary><c>JSON.stringify</c> and <c>JSON.parse</c>.</summary>
internal static class JsonText
{
    /// <summary>The text, or undefined for undefined.</summary>
    public static Value Write(Value value, string indent)
    {
        if (value is Undefined or Callback) return Undefined.It;
        var text = new StringBuilder();
        Write(text, value, indent, "\n");
        return Frame.Bounded(text.ToString());
    }

    public static Value Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 256 });
            return PlainJson.Read(document.RootElement);
        }
        catch (JsonException)
        {
            throw new ScriptThrowException($"SyntaxError: this is no JSON: {(text.Length > 40 ? text[..40] + "…" : text)}");
        }
    }

    private static void Write(StringBuilder text, Value value, string indent, string newline)
    {
        switch (Coercion.Known(value))
        {
            case NumberValue number: text.Append(double.IsFinite(number.Number) ? Numbers.ToText(number.Number) : "null"); break;
            case StringValue one: Quote(text, one.Text); break;
            case BoolValue flag: text.Append(flag.Flag ? "true" : "false"); break;
            case ListValue list: WriteAll(text, '[', ']', [.. list.Items], indent, newline, (item, inner) => Write(text, item, indent, inner)); break;
            case MapValue map:
                WriteAll(text, '{', '}', map.Entries.Where(entry => entry.Value is not (Undefined or Callback)).ToArray(), indent, newline, (entry, inner) =>
                {
                    Quote(text, entry.Key);
                    text.Append(indent.Length > 0 ? ": " : ":");
                    Write(text, entry.Value, indent, inner);
                });
                break;
            default: text.Append("null"); break;
        }
    }

    private static void WriteAll<T>(StringBuilder text, char open, char close, T[] items, string indent, string newline, Action<T, string> write)
    {
        text.Append(open);
        var inner = newline + indent;
        for (var i = 0; i < items.Length; i++)
        {
            if (i > 0) text.Append(',');
            if (indent.Length > 0) text.Append(inner);
            write(items[i], inner);
        }

        if (indent.Length > 0 && items.Length > 0) text.Append(newline);
        text.Append(close);
    }

    private static void Quote(StringBuilder text, string value)
    {
        text.Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            switch (c)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case < ' ': text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)); break;
                default:
                    var paired = char.IsHighSurrogate(c) ? i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]) : !char.IsLowSurrogate(c) || (i > 0 && char.IsHighSurrogate(value[i - 1]));
                    if (paired) text.Append(c);
                    else text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
            }
        }

        text.Append('"');
    }
}
