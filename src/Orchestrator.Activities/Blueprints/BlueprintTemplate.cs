using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Blueprints;

/// <summary>
/// Blueprint text with <c>{{name}}</c> where values go. A placeholder stands for a whole YAML value and its value is written quoted, so no value can add a key, a step or an
/// expression. <c>${{ … }}</c> stays for the rendered blueprint; in a template that itself stands in a blueprint, where that would be evaluated too early, write
/// <c>@{{ … }}</c>. <c>\{{</c> is a plain <c>{{</c>.
/// </summary>
internal static partial class BlueprintTemplate
{
    /// <summary>Fills the template in; fails with <c>blueprint.template</c>, naming line and column, or <c>blueprint.secret</c>.</summary>
    /// <param name="template">The text.</param>
    /// <param name="values">What placeholders mean.</param>
    public static string Render(string template, MapValue values)
    {
        foreach (var (name, value) in values.Entries) RequirePlain(value, name);
        var result = new StringBuilder();
        var at = 0;
        for (int open; (open = template.IndexOf("{{", at, StringComparison.Ordinal)) >= 0;)
        {
            var lead = open > at ? template[open - 1] : '\0';
            if (lead is '$' or '@' or '\\')
            {
                result.Append(template, at, open - 1 - at).Append(lead == '\\' ? "{{" : "${{");
                at = open + 2;
                continue;
            }

            var match = Placeholder().Match(template, open);
            if (!match.Success) throw Fail(template, open, "`{{` must be followed by a name and `}}`; write `\\{{` for plain braces");
            if (!StandsAlone(template, open, match.Index + match.Length))
                throw Fail(template, open, $"`{match.Value}` must be a whole value, as in `key: {match.Value}`; to put it into a text, make it a `vars` entry and use it in an expression");
            result.Append(template, at, open - at).Append(YamlText.Flow(Find(template, open, match.Groups["name"].Value, values)));
            at = match.Index + match.Length;
        }

        return result.Append(template, at, template.Length - at).ToString();
    }

    /// <summary>Fails for a value that would be more than data in a blueprint: a secret's plain text, or an expression that the next compilation would evaluate.</summary>
    public static void RequirePlain(Value value, string name)
    {
        switch (value)
        {
            case SecretValue:
                throw new FailureException(
                    "blueprint.secret", FailureKind.Permanent, $"`{name}` is secret and a blueprint is a file: pass its reference in `secrets`, or pass it to the run with the `secrets` of blueprint.submit");
            case StringValue text when text.Text.Contains("${{", StringComparison.Ordinal):
                throw new FailureException("blueprint.template", FailureKind.Permanent, $"the value of `{name}` holds `${{{{`: it would be evaluated as an expression of the rendered blueprint");
            case ListValue list:
                foreach (var item in list.Items) RequirePlain(item, name);
                break;
            case MapValue map:
                foreach (var (key, entry) in map.Entries)
                {
                    RequirePlain(Value.Of(key), name);
                    RequirePlain(entry, $"{name}.{key}");
                }

                break;
        }
    }

    private static Value Find(string template, int at, string name, MapValue values)
    {
        Value? value = values;
        foreach (var part in name.Split('.')) value = value?.Get(part);
        return value ?? throw Fail(template, at, $"nothing is called `{name}`; there is {(values.Entries.Count == 0 ? "nothing" : string.Join(", ", values.Entries.Keys))}");
    }

    private static bool StandsAlone(string template, int start, int end)
    {
        var line = template[(template.LastIndexOf('\n', Math.Max(0, start - 1)) + 1)..start];
        var stop = template.IndexOf('\n', end);
        return Before().IsMatch(line) && After().IsMatch(template[end..(stop < 0 ? template.Length : stop)]);
    }

    private static FailureException Fail(string template, int at, string problem)
    {
        var line = template.AsSpan(0, at).Count('\n') + 1;
        var column = at - template.LastIndexOf('\n', Math.Max(0, at - 1));
        return new FailureException("blueprint.template", FailureKind.Permanent, $"template {line}:{column}: {problem}");
    }

    [GeneratedRegex(@"\G\{\{\s*(?<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(?:^|[:-]\s|[\[{,]\s?)\s*$")]
    private static partial Regex Before();

    [GeneratedRegex(@"^\s*(?:$|[,\]}\r]|\s#)")]
    private static partial Regex After();
}
