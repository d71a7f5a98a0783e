using System.Globalization;
using System.Text;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>Methods of texts and numbers, and the functions over patterns.</summary>
internal static class TextFunctions
{
    private static readonly FunctionParameter Part = new("part", Schema.String);
    private static readonly FunctionParameter Pattern = new("pattern", Schema.String);

    public static IEnumerable<ExpressionFunction> All =>
    [
        Method("startsWith", [Part], Schema.Bool, "True when the text begins with the part.", "'node1'.startsWith('node') => true", call => Value.Of(call.Text(0).StartsWith(call.Text(1), StringComparison.Ordinal))),
        Method("endsWith", [Part], Schema.Bool, "True when the text ends with the part.", "'a.json'.endsWith('.json') => true", call => Value.Of(call.Text(0).EndsWith(call.Text(1), StringComparison.Ordinal))),
        Method("includes", [Part], Schema.Bool, "True when the part is somewhere in the text.", "'abc'.includes('b') => true", call => Value.Of(call.Text(0).Contains(call.Text(1), StringComparison.Ordinal))),
        Method("indexOf", [Part], Schema.Int, "Where the part is in the text first, or -1.", "'abc'.indexOf('c') => 2", call => Value.Of(call.Text(0).IndexOf(call.Text(1), StringComparison.Ordinal))),
        Method("trim", [], Schema.String, "The text without white space around it.", "' a '.trim() => 'a'", call => Value.Of(call.Text(0).Trim())),
        Method("trimStart", [], Schema.String, "The text without white space before it.", "' a '.trimStart() => 'a '", call => Value.Of(call.Text(0).TrimStart())),
        Method("trimEnd", [], Schema.String, "The text without white space behind it.", "' a '.trimEnd() => ' a'", call => Value.Of(call.Text(0).TrimEnd())),
        Method("toLowerCase", [], Schema.String, "The text in lower case.", "'Ab'.toLowerCase() => 'ab'", call => Value.Of(call.Text(0).ToLowerInvariant())),
        Method("toUpperCase", [], Schema.String, "The text in upper case.", "'Ab'.toUpperCase() => 'AB'", call => Value.Of(call.Text(0).ToUpperInvariant())),
        Method("split", [new("separator", Schema.String)], Schema.ListOf(Schema.String), "The parts of the text between the separators; an empty separator gives the characters.", "'a,b'.split(',') => ['a', 'b']", Split),
        Method("replaceAll", [Part, new("replacement", Schema.String)], Schema.String, "The text with every occurrence of the part replaced.", "'a-b-c'.replaceAll('-', '/') => 'a/b/c'", ReplaceAll),
        Method("replace", [Part, new("replacement", Schema.String)], Schema.String, "The text with the first occurrence of the part replaced.", "'a-b-c'.replace('-', '/') => 'a/b-c'", Replace),
        Method("slice", [new("start", Schema.Int), new("end", Schema.Int, Required: false)], Schema.String, "The text from `start` up to, not including, `end`; negative counts from the end.", "'abcd'.slice(1, -1) => 'bc'", Slice),
        Method("padStart", [new("length", Schema.Int), new("filler", Schema.String, Required: false)], Schema.String, "The text filled up to the length from the left, with spaces by default.", "'7'.padStart(3, '0') => '007'", call => Pad(call, true)),
        Method("padEnd", [new("length", Schema.Int), new("filler", Schema.String, Required: false)], Schema.String, "The text filled up to the length from the right, with spaces by default.", "'a'.padEnd(3, '.') => 'a..'", call => Pad(call, false)),
        Method("repeat", [new("count", Schema.Int)], Schema.String, "The text so many times over.", "'ab'.repeat(2) => 'abab'", Repeat),
        Method("lines", [], Schema.ListOf(Schema.String), "The lines of the text, without line ends; a last empty line is left out.", "'a\\nb\\n'.lines() => ['a', 'b']", Lines),
        Method("toFixed", [new("digits", Schema.Int, Required: false)], Schema.String, "The number with so many digits behind the point, default none.", "(1.5).toFixed(2) => '1.50'", ToFixed) with { Receiver = Schema.Number },
        Function("matches", [new("text", Schema.String), Pattern], Schema.Bool, "True when the regular expression is found in the text; it runs without backtracking, so without back references and look-around.", "matches('node12', '^node[0-9]+$') => true", call => Value.Of(Patterns.Get(call, 1).IsMatch(call.Text(0)))),
        Function("capture", [new("text", Schema.String), Pattern], Schema.ListOf(Schema.String), "What the groups of the first match hold, the whole match first; null when there is none.", "capture('v1.2', 'v([0-9]+)') => ['v1', '1']", Capture),
        Function("replaceMatches", [new("text", Schema.String), Pattern, new("replacement", Schema.String)], Schema.String, "The text with every match of the regular expression replaced, literally.", "replaceMatches('a1b22', '[0-9]+', '#') => 'a#b#'", ReplaceMatches),
    ];

    private static ExpressionFunction Method(string name, IReadOnlyList<FunctionParameter> parameters, Schema result, string summary, string example, Func<Invocation, Value> body) =>
        new() { Name = name, Receiver = Schema.String, Parameters = parameters, Result = result, Summary = summary, Example = example, Body = body };

    private static ExpressionFunction Function(string name, IReadOnlyList<FunctionParameter> parameters, Schema result, string summary, string example, Func<Invocation, Value> body) =>
        new() { Name = name, Parameters = parameters, Result = result, Summary = summary, Example = example, Body = body };

    private static ListValue Split(Invocation call)
    {
        var (text, separator) = (call.Text(0), call.Text(1));
        return separator.Length == 0 ? Value.List(text.Select(c => Value.Of(c.ToString()))) : Value.List(text.Split(separator).Select(Value.Of));
    }

    private static Value ReplaceAll(Invocation call)
    {
        var (text, part, replacement) = (call.Text(0), call.Text(1), call.Text(2));
        if (part.Length == 0) throw call.Fail("`replaceAll` needs a part that is not empty");
        if (replacement.Length > part.Length) call.Expect(text.Length + ((long)text.AsSpan().Count(part) * (replacement.Length - part.Length)));
        return Value.Of(text.Replace(part, replacement, StringComparison.Ordinal));
    }

    private static Value Replace(Invocation call)
    {
        var (text, part) = (call.Text(0), call.Text(1));
        var at = text.IndexOf(part, StringComparison.Ordinal);
        return at < 0 ? call[0] : Value.Of(string.Concat(text.AsSpan(0, at), call.Text(2), text.AsSpan(at + part.Length)));
    }

    private static Value Slice(Invocation call)
    {
        var text = call.Text(0);
        var (start, end) = ListFunctions.Bounds(call, text.Length);
        return Value.Of(text[start..end]);
    }

    private static Value Pad(Invocation call, bool left)
    {
        var (text, filler) = (call.Text(0), call.Text(2, " "));
        var missing = call.Whole(1, 0) - (long)text.Length;
        if (missing <= 0 || filler.Length == 0) return call[0];
        call.Expect(text.Length + missing);
        var padding = new StringBuilder().Insert(0, filler, (int)((missing / filler.Length) + 1)).ToString(0, (int)missing);
        return Value.Of(left ? padding + text : text + padding);
    }

    private static Value Repeat(Invocation call)
    {
        var (text, count) = (call.Text(0), call.Whole(1, 0));
        if (count < 0) throw call.Fail("`repeat` needs a count of zero or more");
        call.Expect((long)text.Length * count);
        return Value.Of(new StringBuilder().Insert(0, text, text.Length == 0 ? 0 : count).ToString());
    }

    private static ListValue Lines(Invocation call)
    {
        var lines = call.Text(0).Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line).ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        return Value.List(lines.Select(Value.Of));
    }

    private static Value ToFixed(Invocation call)
    {
        var digits = call.Whole(1, 0);
        return digits is < 0 or > 20
            ? throw call.Fail("`toFixed` takes 0 to 20 digits")
            : Value.Of(call.Number(0).ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    private static Value Capture(Invocation call)
    {
        var match = Patterns.Get(call, 1).Match(call.Text(0));
        return match.Success ? Value.List(match.Groups.Values.Select(group => group.Success ? Value.Of(group.Value) : Value.Null)) : Value.Null;
    }

    private static Value ReplaceMatches(Invocation call)
    {
        var (text, replacement) = (call.Text(0), call.Text(2));
        var regex = Patterns.Get(call, 1);
        call.Expect(text.Length + ((long)regex.Count(text) * replacement.Length));
        return Value.Of(regex.Replace(text, _ => replacement));
    }
}
