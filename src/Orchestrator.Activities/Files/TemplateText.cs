using System.Text;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>Text with <c>{{name}}</c> or <c>{{a.b}}</c> in it. No logic: a place is filled or it is a mistake. <c>\{{</c> is a plain <c>{{</c>.</summary>
internal static class TemplateText
{
    /// <param name="template">The text.</param>
    /// <param name="values">What the names mean; may hold secrets.</param>
    /// <param name="source">What to call the template in a failure.</param>
    public static string Fill(string template, MapValue values, string source)
    {
        var result = new StringBuilder();
        for (var at = 0; at < template.Length;)
        {
            var open = template.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0) return result.Append(template, at, template.Length - at).ToString();
            if (open > at && template[open - 1] == '\\')
            {
                result.Append(template, at, open - 1 - at).Append("{{");
                at = open + 2;
                continue;
            }

            var close = template.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0 || template.IndexOf('\n', open, close - open) >= 0) throw Fail(template, open, source, "`{{` is not closed by `}}` on its line; write `\\{{` for plain braces");
            var name = template[(open + 2)..close].Trim();
            result.Append(template, at, open - at).Append(Text(Find(template, open, source, name, values), template, open, source, name));
            at = close + 2;
        }

        return result.ToString();
    }

    private static Value Find(string template, int at, string source, string name, MapValue values)
    {
        Value? value = values;
        foreach (var key in name.Split('.')) value = value?.Get(key);
        if (value is { IsNull: false }) return value;
        var known = values.Entries.Keys.OrderBy(key => Distance(key, name)).FirstOrDefault();
        throw Fail(template, at, source, $"`{name}` has no value{(known is null ? "; `values` is empty" : $"; the nearest name is `{known}`")}");
    }

    private static string Text(Value value, string template, int at, string source, string name) => value switch
    {
        SecretValue secret => secret.Secret.Reveal(),
        StringValue or NumberValue or BoolValue => value.ToString(),
        _ => throw Fail(template, at, source, $"`{name}` is a {value.Kind.ToString().ToLowerInvariant()}; only text, numbers and booleans can be filled in"),
    };

    private static FailureException Fail(string template, int at, string source, string problem)
    {
        var line = TextEdits.LineNumber(template, at);
        return new FailureException(new Failure("file.template", FailureKind.Permanent, $"{source} line {line}: {problem}", Value.Map(("line", Value.Of(line)))));
    }

    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
        }

        return row[^1];
    }
}
