using System.Text.Json;

namespace Orchestrator.Model.Values;

/// <summary>
/// JSON that others write or read: what commands print, HTTP bodies, inputs, files, definitions. Every object is a map here, whatever its keys: data from outside can
/// neither name a secret nor pretend to be unknown.
/// </summary>
public static class PlainJson
{
    /// <summary>Reads a value.</summary>
    public static Value Read(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => Value.List(json.EnumerateArray().Select(Read)),
        JsonValueKind.Object => Value.Map(json.EnumerateObject().Select(entry => (entry.Name, Read(entry.Value)))),
        _ => ValueJson.Read(json),
    };

    /// <summary>Parses JSON text; throws <see cref="JsonException"/> when it is no JSON.</summary>
    public static Value Parse(string json)
    {
        using var document = Document(json);
        return Read(document.RootElement);
    }

    private static JsonDocument Document(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (ArgumentException wrong)
        {
            // Half of a surrogate pair: the text cannot even be written as bytes, and so is no JSON.
            throw new JsonException(wrong.Message, null, 0, 0, wrong);
        }
    }

    /// <summary>Parses JSON text; null when it is no JSON.</summary>
    public static Value? TryParse(string json)
    {
        try
        {
            return Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a value as it is; one that holds a secret or an unknown throws, for others could not read it.</summary>
    public static void Write(Utf8JsonWriter writer, Value value) => ValueJson.Write(writer, value, plain: true);

    /// <summary>Compact JSON; the same rule.</summary>
    public static string Serialize(Value value) => ValueJson.Serialize(value, plain: true);
}
