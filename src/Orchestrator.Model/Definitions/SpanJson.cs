using System.Text.Json;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Model.Definitions;

/// <summary>A stretch of source as <c>[line, column, offset, length]</c>.</summary>
internal static class SpanJson
{
    public static void Write(Utf8JsonWriter writer, SourceSpan span)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(span.Line);
        writer.WriteNumberValue(span.Column);
        writer.WriteNumberValue(span.Offset);
        writer.WriteNumberValue(span.Length);
        writer.WriteEndArray();
    }

    public static SourceSpan Read(JsonElement json) => new(json[0].GetInt32(), json[1].GetInt32(), json[2].GetInt32(), json[3].GetInt32());
}

/// <summary>Names of enum members in camelCase.</summary>
internal static class Names
{
    public static string Of<T>(T member)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(member.ToString());

    public static T Read<T>(JsonElement json)
        where T : struct, Enum =>
        Enum.TryParse<T>(json.GetString(), ignoreCase: true, out var member) && Enum.IsDefined(member)
            ? member : throw new FormatException($"`{json.GetString()}` is none of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");
}
