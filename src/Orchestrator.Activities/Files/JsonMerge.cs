using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>Puts values into a JSON text: other keys, their order and the indentation survive. Comments are no JSON and are refused. A null value removes its key.</summary>
internal static class JsonMerge
{
    public static MapValue Parse(string text)
    {
        if (text.Trim().Length == 0) return Value.EmptyMap;
        try
        {
            return ValueOf(Root(text)) as MapValue ?? throw new MergeException(1, "the file holds no JSON object");
        }
        catch (JsonException problem)
        {
            throw new MergeException((int)(problem.LineNumber ?? 0) + 1, problem.Message.Split(" Path:")[0].Split(" LineNumber:")[0]);
        }
    }

    public static string Merge(string text, MapValue values)
    {
        var old = Parse(text);
        if (MergedValues.Of(old, values).Equals(old)) return text;
        var root = text.Trim().Length == 0 ? [] : Root(text)!.AsObject();
        Into(root, values);
        var (indentCharacter, indentSize) = Indent(text);
        var options = new JsonSerializerOptions
        {
            WriteIndented = indentSize > 0, IndentCharacter = indentCharacter, IndentSize = Math.Max(1, indentSize), NewLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        return root.ToJsonString(options) + (text.Length == 0 || text.EndsWith('\n') ? options.NewLine : "");
    }

    private static JsonNode? Root(string text)
    {
        var documents = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 };
        return JsonNode.Parse(text, documentOptions: documents);
    }

    private static void Into(JsonObject node, MapValue values)
    {
        foreach (var (key, value) in values.Entries)
        {
            if (value.IsNull) node.Remove(key);
            else if (value is MapValue map && node[key] is JsonObject child) Into(child, map);
            else if (node[key] is not { } old || !ValueOf(old).Equals(value)) node[key] = JsonNode.Parse(Text(value));
        }
    }

    private static string Text(Value value) => PlainJson.Serialize(value is MapValue map ? MergedValues.Of(Value.EmptyMap, map) : value);

    private static Value ValueOf(JsonNode? node) => node switch
    {
        null => Value.Null,
        JsonObject map => Value.Map(map.Select(entry => (entry.Key, ValueOf(entry.Value)))),
        JsonArray list => Value.List(list.Select(ValueOf)),
        _ => PlainJson.Parse(node.ToJsonString()),
    };

    /// <summary>The indentation of the first indented line; none when the object stands on one line.</summary>
    private static (char Character, int Size) Indent(string text)
    {
        if (text.Trim().Length == 0) return (' ', 2);
        var line = text.Split('\n').FirstOrDefault(line => line.Length > 1 && line[0] is ' ' or '\t' && line.Trim().Length > 0);
        if (line is null) return (' ', text.Trim().Contains('\n', StringComparison.Ordinal) ? 2 : 0);
        return (line[0], Math.Min(8, line.TakeWhile(c => c == line[0]).Count()));
    }
}
