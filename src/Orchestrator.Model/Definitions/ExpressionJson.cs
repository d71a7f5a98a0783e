using System.Text.Json;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>
/// Expressions as Elsa writes them: <c>{type, value}</c>. Constants are <c>Literal</c> (scalars) or <c>Object</c> (JSON text), everything else is <c>JavaScript</c> source.
/// </summary>
internal static class ExpressionJson
{
    public static void Write(Utf8JsonWriter writer, string property, Expression expression)
    {
        writer.WriteStartObject(property);
        switch (expression.ConstantValue)
        {
            case null:
                writer.WriteString("type", "JavaScript");
                writer.WriteString("value", expression.ToString());
                break;
            case ListValue or MapValue or SecretValue or UnknownValue:
                writer.WriteString("type", "Object");
                writer.WriteString("value", PlainJson.Serialize(expression.ConstantValue));
                break;
            default:
                writer.WriteString("type", "Literal");
                writer.WritePropertyName("value");
                PlainJson.Write(writer, expression.ConstantValue);
                break;
        }

        writer.WriteEndObject();
    }

    public static void WriteInput(Utf8JsonWriter writer, string property, Expression expression)
    {
        writer.WriteStartObject(property);
        writer.WriteString("typeName", expression.ConstantValue switch
        {
            StringValue => "String",
            BoolValue => "Boolean",
            NumberValue { IsInteger: true } => "Int64",
            NumberValue => "Double",
            _ => "Object",
        });
        Write(writer, "expression", expression);
        writer.WriteEndObject();
    }

    public static void WriteNamed(Utf8JsonWriter writer, string property, IReadOnlyList<NamedExpression> list)
    {
        if (list.Count == 0) return;
        writer.WriteStartArray(property);
        foreach (var (name, expression) in list)
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            Write(writer, "expression", expression);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Reads an expression; null for a type that is not ours or a script that is no expression of ours.</summary>
    public static Expression? TryRead(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("type", out var type) || !json.TryGetProperty("value", out var value)) return null;
        switch (type.GetString())
        {
            case "Literal": return Expression.Constant(PlainJson.Read(value));
            case "Object" when value.ValueKind == JsonValueKind.String: return TryParseObject(value.GetString()!);
            case "JavaScript" when value.ValueKind == JsonValueKind.String: return ExpressionParser.Parse(value.GetString()!, (_, _) => default, []);
            default: return null;
        }
    }

    public static Expression Read(JsonElement json) => TryRead(json) ?? throw new FormatException($"this is no expression of ours: {json.GetRawText()}");

    public static IReadOnlyList<NamedExpression> ReadNamed(JsonElement parent, string property) =>
        parent.TryGetProperty(property, out var list)
            ? [.. list.EnumerateArray().Select(item => new NamedExpression(item.GetProperty("name").GetString()!, Read(item.GetProperty("expression"))))]
            : [];

    private static Expression? TryParseObject(string text)
    {
        try
        {
            return Expression.Constant(PlainJson.Parse(text));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
