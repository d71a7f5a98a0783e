using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Api;

/// <summary>A JSON object that came in. Members that a route does not know are an error, never skipped: a misspelt one would otherwise change nothing and say nothing.</summary>
internal sealed class RequestBody : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    private readonly JsonDocument? _document;

    private RequestBody(JsonDocument? document) => _document = document;

    /// <summary>Reads the body of a route, whose documentation says what may be in it; none at all counts as an empty object. Throws a problem with a sentence for people.</summary>
    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        var known = ApiSchemas.Members(context.GetEndpoint()!.Metadata.GetRequiredMetadata<RouteDoc>().Body!);
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, context.RequestAborted).ConfigureAwait(false);
        if (content.Length == 0) return new RequestBody(null);
        var document = Parse(content);
        try
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw ProblemException.Bad($"expected a JSON object with {Names(known)}");
            foreach (var field in document.RootElement.EnumerateObject().Where(field => !known.Contains(field.Name)))
                throw ProblemException.Bad($"`{field.Name}` is not known here.{Spelling.DidYouMean(field.Name, known)} Known are {Names(known)}.");
            return new RequestBody(document);
        }
        catch
        {
            document.Dispose();
            throw;
        }
    }

    /// <summary>A text; null when it is absent or null.</summary>
    public string? Text(string name) => Field(name, "a string", JsonValueKind.String)?.GetString();

    /// <summary>A text that must be there.</summary>
    public string RequiredText(string name, string what) => Text(name) ?? throw ProblemException.Bad($"`{name}` is missing: {what}");

    /// <summary>True or false; null when it is absent.</summary>
    public bool? Flag(string name) => Field(name, "true or false", JsonValueKind.True, JsonValueKind.False)?.GetBoolean();

    /// <summary>A whole number; null when it is absent.</summary>
    public int? Number(string name) => Field(name, "a whole number", JsonValueKind.Number) is not { } field ? null
        : field.TryGetInt32(out var number) ? number : throw ProblemException.Bad($"`{name}` must be a whole number");

    /// <summary>An instant (ISO 8601 with an offset); null when it is absent.</summary>
    public DateTimeOffset? Instant(string name) => Field(name, "an instant", JsonValueKind.String) is not { } field ? null
        : field.TryGetDateTimeOffset(out var instant) ? instant : throw ProblemException.Bad($"`{name}` must be an instant such as 2030-01-31T12:00:00Z");

    /// <summary>An object as a value; empty when it is absent.</summary>
    public MapValue Map(string name) => Field(name, "an object", JsonValueKind.Object) is { } field ? (MapValue)PlainJson.Read(field) : Value.EmptyMap;

    /// <summary>Any value; null when it is absent.</summary>
    public Value? Any(string name) => _document is { } document && document.RootElement.TryGetProperty(name, out var field) ? PlainJson.Read(field) : null;

    /// <summary>An object of texts; empty when it is absent.</summary>
    public Dictionary<string, string> Texts(string name)
    {
        var texts = new Dictionary<string, string>();
        if (Field(name, "an object", JsonValueKind.Object) is not { } field) return texts;
        foreach (var entry in field.EnumerateObject())
            texts[entry.Name] = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : throw ProblemException.Bad($"`{name}.{entry.Name}` must be a string");
        return texts;
    }

    /// <summary>A list of texts; empty when it is absent.</summary>
    public IReadOnlyList<string> List(string name) => Field(name, "a list of texts", JsonValueKind.Array) is not { } field ? []
        : [.. field.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw ProblemException.Bad($"`{name}` must be a list of texts"))];

    /// <inheritdoc/>
    public void Dispose() => _document?.Dispose();

    private static JsonDocument Parse(MemoryStream content)
    {
        try
        {
            return JsonDocument.Parse(content.GetBuffer().AsMemory(0, (int)content.Length), Options);
        }
        catch (JsonException trouble)
        {
            throw ProblemException.Bad($"The body is no JSON: {trouble.Message}");
        }
    }

    private JsonElement? Field(string name, string what, params ReadOnlySpan<JsonValueKind> kinds)
    {
        if (_document is not { } document || !document.RootElement.TryGetProperty(name, out var field) || field.ValueKind == JsonValueKind.Null) return null;
        return kinds.Contains(field.ValueKind) ? field : throw ProblemException.Bad($"`{name}` must be {what}");
    }

    private static string Names(IReadOnlyList<string> known) => known.Count == 0 ? "nothing in it" : string.Join(", ", known.Select(name => $"`{name}`"));
}
