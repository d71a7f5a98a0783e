using System.Globalization;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Elsa;

/// <summary>Values turned into the types that inputs and variables declare, as leniently as Elsa does it: what cannot be converted becomes the type's default, without error.</summary>
public static class ElsaTypes
{
    /// <summary>A value as a type.</summary>
    public static Value Convert(Value value, string? typeName, bool isArray = false)
    {
        if (value is SecretValue or UnknownValue) return value;
        if (isArray || IsList(typeName)) return ToList(value);
        return Short(typeName) switch
        {
            "String" => ToText(value),
            "Int32" or "Int64" or "Int16" or "Byte" or "UInt32" or "UInt64" or "int" or "long" => ToNumber(value) is { } whole ? Value.Of(Math.Round(whole)) : Value.Of(0),
            "Single" or "Double" or "Decimal" or "float" or "double" or "decimal" => Value.Of(ToNumber(value) ?? 0),
            "Boolean" or "bool" => Value.Of(ToFlag(value)),
            "ObjectDictionary" or "HttpHeaders" or "JsonObject" or "ExpandoObject" => value is StringValue text ? PlainJson.TryParse(text.Text) is MapValue map ? map : Value.Null : value,
            _ => value,
        };
    }

    /// <summary>False when a value would become the type's default only because it cannot be converted. Null fits every type.</summary>
    public static bool Fits(Value value, string? typeName, bool isArray = false)
    {
        if (value is NullValue or SecretValue or UnknownValue || isArray || IsList(typeName)) return true;
        return Short(typeName) switch
        {
            "Int32" or "Int64" or "Int16" or "Byte" or "UInt32" or "UInt64" or "int" or "long" or "Single" or "Double" or "Decimal" or "float" or "double" or "decimal" => ToNumber(value) is not null,
            "Boolean" or "bool" => value is BoolValue or NumberValue || (value is StringValue text && bool.TryParse(text.Text, out _)),
            "ObjectDictionary" or "HttpHeaders" or "JsonObject" or "ExpandoObject" => value is MapValue || (value is StringValue text && PlainJson.TryParse(text.Text) is MapValue),
            _ => true,
        };
    }

    /// <summary>True or false as an input of that type reads it.</summary>
    public static bool ToFlag(Value value) => value switch
    {
        BoolValue flag => flag.Flag,
        StringValue text => bool.TryParse(text.Text, out var parsed) && parsed,
        NumberValue number => number.Number is not 0,
        _ => false,
    };

    /// <summary>A span: <c>[d.]hh:mm:ss</c>, one of our durations such as <c>90s</c>, or a number of seconds; null when it is none.</summary>
    public static TimeSpan? ToSpan(Value value) => value switch
    {
        NumberValue number => TimeSpan.FromSeconds(number.Number),
        StringValue text when TimeSpan.TryParse(text.Text, CultureInfo.InvariantCulture, out var span) => span,
        StringValue text when Schemas.Durations.TryParse(text.Text, out var span) => span,
        _ => null,
    };

    /// <summary>An instant, UTC; null when it is none.</summary>
    public static DateTimeOffset? ToInstant(Value value) =>
        value is StringValue text && DateTimeOffset.TryParse(text.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private static ListValue ToList(Value value) => value switch
    {
        ListValue list => list,
        NullValue => Value.EmptyList,
        StringValue text when text.Text.TrimStart().StartsWith('[') && PlainJson.TryParse(text.Text) is ListValue parsed => parsed,
        _ => Value.List([value]),
    };

    private static Value ToText(Value value) => value switch
    {
        NullValue or StringValue => value,
        BoolValue flag => Value.Of(flag.Flag ? "True" : "False"),
        NumberValue number => Value.Of(number.ToText()),
        { HasSecret: true } => value,
        _ => Value.Of(PlainJson.Serialize(value)),
    };

    private static double? ToNumber(Value value) => value switch
    {
        NumberValue number => number.Number,
        StringValue text when double.TryParse(text.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) => parsed,
        BoolValue flag => flag.Flag ? 1 : 0,
        _ => null,
    };

    private static bool IsList(string? typeName) =>
        typeName is not null && (typeName.StartsWith("List<", StringComparison.Ordinal) || typeName.EndsWith("[]", StringComparison.Ordinal) || typeName.Contains("ICollection", StringComparison.Ordinal));

    // `System.Int32, System.Private.CoreLib` means the same as `Int32`.
    private static string? Short(string? typeName)
    {
        if (typeName is null) return null;
        var end = typeName.IndexOf(',', StringComparison.Ordinal);
        var name = end < 0 ? typeName : typeName[..end];
        return name[(name.LastIndexOf('.') + 1)..];
    }
}
