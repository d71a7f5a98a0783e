using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orchestrator.Model.Definitions;

/// <summary>
/// Definitions as Elsa 3 workflow definition JSON. The bytes are canonical: equal definitions give equal bytes. What Elsa has no place for stands in
/// <c>customProperties.orchestrator</c>; positions for the designer are computed, so a graph is readable without anybody having drawn it.
/// </summary>
public static class DefinitionJson
{
    internal const string SchemaUri = "https://elsaworkflows.io/schemas/workflow-definition/v3.0.0/schema.json";
    internal const string Ours = "orchestrator";

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The canonical bytes, UTF-8, indented, ending with a line end; of a workflow made in Studio the bytes it was read from.</summary>
    public static byte[] Write(Definition definition)
    {
        if (definition.Elsa is { } made) return made.Json.ToArray();
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Options)) new DefinitionWriter(writer).Write(definition);
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Reads a definition; throws <see cref="FormatException"/> when it is none.</summary>
    public static Definition Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return DefinitionReader.Read(document.RootElement, json);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"this is no workflow definition: {wrong.Message}", wrong);
        }
    }

    /// <summary>SHA-256 over the canonical bytes of the definition without its hash, lower-case hex.</summary>
    public static string ContentHash(Definition definition) => Convert.ToHexStringLower(SHA256.HashData(Write(definition with { Hash = "" })));

    /// <summary>The definition with <see cref="Definition.Hash"/> set.</summary>
    public static Definition Sealed(Definition definition) => definition with { Hash = ContentHash(definition) };

    /// <summary>
    /// The property of an Elsa activity that holds an input. It is the input's name, except for names that the activity itself has: input <c>name</c> stands in
    /// <c>withName</c>.
    /// </summary>
    public static string PropertyName(string input) =>
        Reserved.Contains(input) || (input.StartsWith("with", StringComparison.Ordinal) && input.Length > 4 && char.IsAsciiLetterUpper(input[4]))
            ? "with" + char.ToUpperInvariant(input[0]) + input[1..]
            : input;

    /// <summary>The input that a property holds: the inverse of <see cref="PropertyName"/>.</summary>
    public static string InputName(string property) =>
        property.StartsWith("with", StringComparison.Ordinal) && property.Length > 4 && char.IsAsciiLetterUpper(property[4])
            ? char.ToLowerInvariant(property[4]) + property[5..]
            : property;

    internal static bool IsReserved(string property) => Reserved.Contains(property);

    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "id", "nodeId", "name", "type", "version", "customProperties", "metadata", "activities", "connections", "variables", "body", "rescue", "always",
    };
}
