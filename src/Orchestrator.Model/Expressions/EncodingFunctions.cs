using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>Functions that turn values into texts of other forms and back.</summary>
internal static class EncodingFunctions
{
    private static readonly FunctionParameter Text = new("text", Schema.String);

    public static IEnumerable<ExpressionFunction> All =>
    [
        Function("json", [new("value", Schema.Any), new("indent", Schema.Int, Required: false)], Schema.String, "The value as JSON, on one line unless `indent` is given.", "json({a: [1, null]}) => '{\"a\":[1,null]}'", ToJson),
        Function("parseJson", [Text], Schema.Any, "The value that the JSON text stands for.", "parseJson('{\"a\": 1}').a => 1", FromJson),
        Function("base64", [Text], Schema.String, "The text as base64 of its UTF-8.", "base64('hi') => 'aGk='", call => Value.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(call.Text(0))))),
        Function("base64Decode", [Text], Schema.String, "The UTF-8 text that the base64 stands for.", "base64Decode('aGk=') => 'hi'", FromBase64),
        Function("sha256", [Text], Schema.String, "The SHA-256 of the text's UTF-8, in lower-case hex.", "sha256('').slice(0, 8) => 'e3b0c442'", call => Value.Of(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(call.Text(0)))))),
        Function("urlEncode", [Text], Schema.String, "The text as a part of a URL.", "urlEncode('a b/c') => 'a%20b%2Fc'", call => Value.Of(Uri.EscapeDataString(call.Text(0)))),
        Function("shellQuote", [Text], Schema.String, "The text as one word of a POSIX shell, quoted where needed.", "shellQuote('it is') => \"'it is'\"", ShellQuote),
        Function("indent", [Text, new("spaces", Schema.Int)], Schema.String, "The text with so many spaces before each line that is not empty.", "indent('a\\nb', 2) => '  a\\n  b'", Indent),
        Function("basename", [Text], Schema.String, "What stands behind the last slash of a path.", "basename('/data/repo') => 'repo'", call => Value.Of(call.Text(0)[(call.Text(0).LastIndexOf('/') + 1)..])),
        Function("dirname", [Text], Schema.String, "What stands before the last slash of a path; `.` when there is none.", "dirname('/data/repo') => '/data'", Dirname),
    ];

    private static ExpressionFunction Function(string name, IReadOnlyList<FunctionParameter> parameters, Schema result, string summary, string example, Func<Invocation, Value> body) =>
        new() { Name = name, Parameters = parameters, Result = result, Summary = summary, Example = example, Body = body };

    private static Value ToJson(Invocation call)
    {
        var compact = PlainJson.Serialize(call[0]);
        var indent = call.Whole(1, 0);
        if (indent == 0) return Value.Of(compact);
        if (indent is < 0 or > 8) throw call.Fail("`json` takes an indent of 0 to 8");
        using var document = JsonDocument.Parse(compact);
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, IndentSize = indent, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, options)) document.RootElement.WriteTo(writer);
        return Value.Of(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static Value FromJson(Invocation call)
    {
        var text = call.Text(0);
        call.Expect(text.Length);
        try
        {
            return PlainJson.Parse(text);
        }
        catch (JsonException wrong)
        {
            throw call.Fail($"`parseJson` was given a text that is no JSON: mistake at line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}");
        }
    }

    private static Value FromBase64(Invocation call)
    {
        try
        {
            return Value.Of(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(call.Text(0))));
        }
        catch (FormatException)
        {
            throw call.Fail("`base64Decode` was given a text that is no base64");
        }
        catch (ArgumentException)
        {
            throw call.Fail("`base64Decode` gives text, but these bytes are no UTF-8");
        }
    }

    private static Value ShellQuote(Invocation call)
    {
        var text = call.Text(0);
        var plain = text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:=@%+,".Contains(c, StringComparison.Ordinal));
        return Value.Of(plain ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'");
    }

    private static Value Indent(Invocation call)
    {
        var (text, spaces) = (call.Text(0), call.Whole(1, 0));
        if (spaces is < 0 or > 100) throw call.Fail("`indent` takes 0 to 100 spaces");
        var lines = text.Split('\n');
        call.Expect(text.Length + ((long)lines.Length * spaces));
        return Value.Of(string.Join('\n', lines.Select(line => line.Length == 0 ? line : new string(' ', spaces) + line)));
    }

    private static Value Dirname(Invocation call)
    {
        var text = call.Text(0);
        var slash = text.LastIndexOf('/');
        return Value.Of(slash < 0 ? "." : slash == 0 ? "/" : text[..slash]);
    }
}
