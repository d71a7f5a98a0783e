using System.Text;
using System.Text.Json;

namespace Orchestrator.Model.Values;

/// <summary>
/// Values as our own JSON: journals, messages, APIs. A secret is <c>{"$secret": "reference"}</c> (with <c>"expiresAt"</c> when it has one), an unknown is
/// <c>{"$unknown": "step"}</c>; everything else is plain JSON. Plain text of a secret is never written. A map of the user's that has such a key gets it with one more
/// <c>$</c> (<c>$$secret</c>) and loses it on reading, so that data can never turn into a reference. JSON that anybody else wrote is read by <see cref="PlainJson"/>.
/// </summary>
public static class ValueJson
{
    private const string SecretKey = "$secret";
    private const string UnknownKey = "$unknown";

    /// <summary>Finds the plain text of a secret by its reference; given by whoever reads values back from a store.</summary>
    public delegate string ResolveSecret(string reference);

    /// <summary>Writes a value.</summary>
    public static void Write(Utf8JsonWriter writer, Value value) => Write(writer, value, plain: false);

    internal static void Write(Utf8JsonWriter writer, Value value, bool plain)
    {
        switch (value)
        {
            case NullValue: writer.WriteNullValue(); break;
            case BoolValue flag: writer.WriteBooleanValue(flag.Flag); break;
            case NumberValue { IsInteger: true } number: writer.WriteNumberValue((long)number.Number); break;
            case NumberValue number when double.IsFinite(number.Number): writer.WriteNumberValue(number.Number); break;
            case NumberValue: writer.WriteNullValue(); break; // JSON has no NaN or infinity; JavaScript writes null too
            case StringValue text: writer.WriteStringValue(text.Text); break;
            case ListValue list:
                writer.WriteStartArray();
                foreach (var item in list.Items) Write(writer, item, plain);
                writer.WriteEndArray();
                break;
            case MapValue map:
                writer.WriteStartObject();
                foreach (var (key, entry) in map.Entries)
                {
                    writer.WritePropertyName(!plain && IsMarker(key) ? "$" + key : key);
                    Write(writer, entry, plain);
                }
                writer.WriteEndObject();
                break;
            case SecretValue or UnknownValue when plain: throw new InvalidOperationException("plain JSON has no form for a secret or an unknown value");
            case SecretValue secret:
                writer.WriteStartObject();
                writer.WriteString(SecretKey, secret.Secret.Reference);
                if (secret.Secret.ExpiresAt is { } expires) writer.WriteString("expiresAt", expires);
                writer.WriteEndObject();
                break;
            case UnknownValue unknown:
                writer.WriteStartObject();
                writer.WriteString(UnknownKey, unknown.After);
                writer.WriteEndObject();
                break;
        }
    }

    /// <summary>Reads a value. Secrets come back lazy: their plain text is looked up through <paramref name="resolve"/> when revealed.</summary>
    public static Value Read(JsonElement json, ResolveSecret? resolve = null)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.True: return Value.Of(true);
            case JsonValueKind.False: return Value.Of(false);
            case JsonValueKind.Number: return Value.Of(json.GetDouble());
            case JsonValueKind.String: return Value.Of(json.GetString());
            case JsonValueKind.Array: return Value.List(json.EnumerateArray().Select(item => Read(item, resolve)));
            case JsonValueKind.Object:
                if (json.TryGetProperty(SecretKey, out var reference) && reference.ValueKind == JsonValueKind.String)
                {
                    var name = reference.GetString()!;
                    DateTimeOffset? expires = json.TryGetProperty("expiresAt", out var at) ? at.GetDateTimeOffset() : null;
                    return new SecretValue(new Secret(
                        name, () => resolve is null ? throw new InvalidOperationException($"secret {name} has no resolver here") : resolve(name), expires));
                }

                if (json.TryGetProperty(UnknownKey, out var after) && after.ValueKind == JsonValueKind.String)
                    return new UnknownValue(after.GetString()!);
                return Value.Map(json.EnumerateObject().Select(entry => (IsMarker(entry.Name) && entry.Name[1] == '$' ? entry.Name[1..] : entry.Name, Read(entry.Value, resolve))));
            default: return Value.Null;
        }
    }

    /// <summary>Parses JSON text; throws <see cref="JsonException"/> when it is no JSON.</summary>
    public static Value Parse(string json, ResolveSecret? resolve = null)
    {
        using var document = JsonDocument.Parse(json);
        return Read(document.RootElement, resolve);
    }

    /// <summary>Compact JSON, secrets by reference: what goes into journals and APIs.</summary>
    public static string Serialize(Value value) => Serialize(value, plain: false);

    internal static string Serialize(Value value, bool plain)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(writer, value, plain);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Compact JSON for people: secrets as <c>***</c>, unknowns as <c>(known after step)</c>, top-level strings without quotes.</summary>
    public static string Display(Value value) => value switch
    {
        StringValue text => text.Text,
        SecretValue => "***",
        UnknownValue unknown => $"(known after {unknown.After})",
        _ => PlainJson.Serialize(Masked(value)),
    };

    // Our two keys with any number of `$` before them: one is the mark itself, more are a key of the user's.
    private static bool IsMarker(string key) => key.StartsWith('$') && key.AsSpan().TrimStart('$') is ("secret" or "unknown");

    private static Value Masked(Value value) => value switch
    {
        ListValue list => Value.List(list.Items.Select(Masked)),
        MapValue map => Value.Map(map.Entries.Select(entry => (entry.Key, Masked(entry.Value)))),
        SecretValue or UnknownValue => Value.Of(Display(value)),
        _ => value,
    };
}
