using System.Globalization;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Schemas;

/// <summary>A way in which a value is not what its schema asks for.</summary>
/// <param name="Path">Where, for example <c>inputs.rules[0].port</c>.</param>
/// <param name="Message">What is wrong and what was expected; completes "<c>path</c> …".</param>
public sealed record SchemaFault(string Path, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"`{Path}` {Message}";
}

/// <summary>Holds values against schemas.</summary>
public static class SchemaChecker
{
    /// <summary>All faults of a value, in order; unknown values are right anywhere. Secret values are never quoted.</summary>
    public static IReadOnlyList<SchemaFault> Check(Schema schema, Value value, string path)
    {
        var faults = new List<SchemaFault>();
        Check(schema, value, path, faults);
        return faults;
    }

    /// <summary>What a schema expects, in words: <c>a whole number</c>, <c>a duration</c>, <c>one of a, b</c>.</summary>
    public static string Expectation(Schema schema)
    {
        if (schema.Enum is { Count: > 0 } allowed) return "one of " + string.Join(", ", allowed.Select(value => value.ToString()));
        return schema.Kind switch
        {
            SchemaKind.Bool => "true or false",
            SchemaKind.Int => "a whole number",
            SchemaKind.Number => "a number",
            SchemaKind.String => schema.Format switch
            {
                null or "multiline" => "a text",
                "duration" => "a duration such as 90s",
                "instant" => "an instant such as 2030-01-31T12:00:00Z",
                _ => $"a text of the form {schema.Format}",
            },
            SchemaKind.List => "a list",
            SchemaKind.Map or SchemaKind.Object => "a map",
            _ => "a value",
        };
    }

    private static void Check(Schema schema, Value value, string path, List<SchemaFault> faults)
    {
        if (value is UnknownValue) return;
        if (value is SecretValue)
        {
            if (!schema.Secret) faults.Add(new(path, "is a secret, which is not accepted here"));
            else if (schema.Kind is not (SchemaKind.String or SchemaKind.Any)) faults.Add(new(path, $"must be {Expectation(schema)}, not a secret"));
            return;
        }

        if (!IsKind(schema.Kind, value))
        {
            faults.Add(new(path, $"must be {Expectation(schema)}, not {Found(schema, value)}{Hint(schema, value)}"));
            return;
        }

        if (schema.Enum is { Count: > 0 } allowed && !allowed.Contains(value))
        {
            var names = allowed.Select(one => one.ToString()).ToList();
            faults.Add(new(path, $"must be one of {string.Join(", ", names)}, not {Found(schema, value)}.{Spelling.DidYouMean(value.ToString(), names)}".TrimEnd('.')));
            return;
        }

        switch (value)
        {
            case StringValue text: CheckText(schema, text.Text, path, faults); break;
            case NumberValue number: CheckBounds(schema, number.Number, number.ToText(), "", path, faults); break;
            case ListValue list: CheckList(schema, list, path, faults); break;
            case MapValue map when schema.Kind == SchemaKind.Object: CheckObject(schema, map, path, faults); break;
            case MapValue map:
                foreach (var (key, entry) in map.Entries) Check(Inner(schema), entry, Join(path, key), faults);
                break;
        }
    }

    // A free-form value that accepts secrets accepts them at any depth.
    private static Schema Inner(Schema schema) => schema.Item ?? Schema.Any with { Secret = schema.Secret };

    private static bool IsKind(SchemaKind kind, Value value) => kind switch
    {
        SchemaKind.Any => true,
        SchemaKind.Bool => value is BoolValue,
        SchemaKind.Int => value is NumberValue { IsInteger: true },
        SchemaKind.Number => value is NumberValue,
        SchemaKind.String => value is StringValue,
        SchemaKind.List => value is ListValue,
        _ => value is MapValue,
    };

    private static void CheckText(Schema schema, string text, string path, List<SchemaFault> faults)
    {
        if (schema.MinLength is { } least && text.Length < least)
            faults.Add(new(path, text.Length == 0 && least == 1 ? "must not be empty" : $"must have at least {least} characters, not {text.Length}"));
        if (schema.MaxLength is { } most && text.Length > most) faults.Add(new(path, $"must have at most {most} characters, not {text.Length}"));
        if (schema.Format is { } format && Formats.Problem(format, text) is { } problem)
        {
            faults.Add(new(path, schema.Secret ? $"is no {format}" : $"{problem}{(text.Length is > 0 and <= 80 ? $", found {Quote(text)}" : "")}"));
            return;
        }

        if (schema.Pattern is { } pattern)
        {
            var (regex, wrong) = Patterns.Compile($"^(?:{pattern})$");
            if (regex is null) faults.Add(new(path, $"cannot be checked: {wrong}"));
            else if (!regex.IsMatch(text) || text.EndsWith('\n')) faults.Add(new(path, $"must match `{pattern}`{(schema.Secret ? "" : $", not {Quote(text)}")}"));
        }

        if (schema.Format == "duration" && Durations.TryParse(text, out var span)) CheckBounds(schema, span.TotalSeconds, text, "s", path, faults);
    }

    private static void CheckBounds(Schema schema, double number, string shown, string unit, string path, List<SchemaFault> faults)
    {
        string Bound(double bound) => unit.Length == 0 ? bound.ToString(CultureInfo.InvariantCulture) : Durations.Format(TimeSpan.FromSeconds(bound));
        if (schema.Min is { } min && schema.Max is { } max && (number < min || number > max)) faults.Add(new(path, $"must be from {Bound(min)} to {Bound(max)}, not {shown}"));
        else if (schema.Min is { } least && number < least) faults.Add(new(path, $"must be at least {Bound(least)}, not {shown}"));
        else if (schema.Max is { } most && number > most) faults.Add(new(path, $"must be at most {Bound(most)}, not {shown}"));
    }

    private static void CheckList(Schema schema, ListValue list, string path, List<SchemaFault> faults)
    {
        var count = list.Items.Count;
        if (schema.MinLength is { } least && count < least) faults.Add(new(path, least == 1 ? "must not be empty" : $"must have at least {least} items, not {count}"));
        if (schema.MaxLength is { } most && count > most) faults.Add(new(path, $"must have at most {most} items, not {count}"));
        for (var i = 0; i < count; i++) Check(Inner(schema), list.Items[i], $"{path}[{i}]", faults);
    }

    private static void CheckObject(Schema schema, MapValue map, string path, List<SchemaFault> faults)
    {
        foreach (var field in schema.Fields)
        {
            if (map.TryGetValue(field.Name, out var value) && !value.IsNull) Check(field.Schema, value, Join(path, field.Name), faults);
            else if (field.Required) faults.Add(new(Join(path, field.Name), $"is required: {Expectation(field.Schema)}"));
        }

        foreach (var key in map.Entries.Keys)
            if (schema.Field(key) is null)
                faults.Add(new(Join(path, key), Stray(key, schema)));
    }

    internal static string Stray(string key, Schema schema)
    {
        var names = schema.Fields.Select(field => field.Name).ToList();
        return names.Count == 0 ? "is not known: nothing is expected here" : $"is not known: expected {string.Join(", ", names)}.{Spelling.DidYouMean(key, names)}".TrimEnd('.');
    }

    internal static string Join(string path, string key) => path.Length == 0 ? key : Literals.IsName(key) ? $"{path}.{key}" : $"{path}['{key}']";

    private static string Found(Schema schema, Value value) => value switch
    {
        _ when schema.Secret => Kind(value),
        StringValue text => Quote(text.Text),
        ListValue or MapValue => Kind(value),
        _ => value.ToString(),
    };

    private static string Kind(Value value) => value switch
    {
        NullValue => "null",
        ListValue => "a list",
        MapValue => "a map",
        StringValue => "a text",
        NumberValue => "a number",
        _ => "a boolean",
    };

    private static string Hint(Schema schema, Value value) => (schema, value) switch
    {
        ({ Format: "duration" }, NumberValue) => ": a duration has a unit",
        ({ Kind: SchemaKind.String }, NumberValue or BoolValue) => ": put it in quotes",
        ({ Kind: SchemaKind.Int or SchemaKind.Number }, StringValue text) when double.TryParse(text.Text, CultureInfo.InvariantCulture, out _) => ": write it without quotes",
        ({ Kind: SchemaKind.Bool }, StringValue { Text: "yes" or "on" or "no" or "off" }) => ": write true or false",
        ({ Kind: SchemaKind.List }, StringValue or NumberValue) => ": write it as a list, `[…]`",
        _ => "",
    };

    private static string Quote(string text) => text.Length <= 60 ? $"`{text}`" : $"`{text[..59]}…`";
}
