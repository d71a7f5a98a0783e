using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Elsa.Wire;

/// <summary>What a request says: query values (names in any case, lists as repeated keys, empty = not given) and JSON bodies.</summary>
internal static class ElsaRequest
{
    /// <summary>A text of the query; null when absent or empty.</summary>
    public static string? Text(this HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) && values.Count > 0 && !string.IsNullOrEmpty(values[0]) ? values[0] : null;

    /// <summary>A list of the query; null when absent.</summary>
    public static IReadOnlyList<string>? Texts(this HttpContext context, string name) =>
        context.Request.Query.TryGetValue(name, out var values) && values.OfType<string>().Where(value => value.Length > 0).ToList() is { Count: > 0 } list ? list : null;

    /// <summary>A whole number of the query, not negative.</summary>
    public static int? Number(this HttpContext context, string name)
    {
        if (context.Text(name) is not { } text) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ElsaRejectedException(JsonNamingPolicy.CamelCase.ConvertName(name), $"Value [{text}] is not valid for a [Int32] property!");
    }

    /// <summary>A boolean of the query.</summary>
    public static bool? Flag(this HttpContext context, string name)
    {
        if (context.Text(name) is not { } text) return null;
        return bool.TryParse(text, out var flag) ? flag : throw new ElsaRejectedException(JsonNamingPolicy.CamelCase.ConvertName(name), $"Value [{text}] is not valid for a [Boolean] property!");
    }

    /// <summary>A value of the path.</summary>
    public static string Path(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>The body, an object; an empty one when there is none.</summary>
    public static async Task<JsonObject> BodyAsync(this HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted).ConfigureAwait(false);
        if (buffer.Length == 0) return [];
        try
        {
            return JsonNode.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), null, new JsonDocumentOptions { MaxDepth = 128 }) as JsonObject
                ?? throw new ElsaRejectedException(ElsaRejectedException.Whole, "Invalid request body: expected a JSON object.");
        }
        catch (Exception wrong) when (wrong is JsonException or ArgumentException)
        {
            throw new ElsaRejectedException(ElsaRejectedException.Whole, $"Invalid request body. {wrong.Message}");
        }
    }

    /// <summary>A text of an object; null when absent, null or empty.</summary>
    public static string? Text(this JsonObject json, string name) => json[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text.Length == 0 ? null : text,
        _ => throw new ElsaRejectedException(name, $"`{name}` is no text."),
    };

    /// <summary>A flag of an object; null when absent.</summary>
    public static bool? Flag(this JsonObject json, string name) => json[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw new ElsaRejectedException(name, $"`{name}` is neither true nor false."),
    };

    /// <summary>A whole number of an object; null when absent.</summary>
    public static int? Number(this JsonObject json, string name) => json[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => throw new ElsaRejectedException(name, $"`{name}` is no whole number."),
    };

    /// <summary>A list of texts of an object; null when absent or empty, which is no filter.</summary>
    public static IReadOnlyList<string>? Texts(this JsonObject json, string name)
    {
        if (json[name] is not { } node) return null;
        if (node is not JsonArray array) throw new ElsaRejectedException(name, $"`{name}` is no list.");
        return array.Count == 0 ? null : [.. array.Select(item => item is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw new ElsaRejectedException(name, $"`{name}` is no list of texts."))];
    }

    /// <summary>Which versions: <c>Latest</c>, <c>Published</c> … or a number; absent = no filter.</summary>
    public static (Engine.Storage.WorkflowVersions Versions, int? Number) VersionOptions(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Equals("AllVersions", StringComparison.OrdinalIgnoreCase)) return (Engine.Storage.WorkflowVersions.All, null);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return (Engine.Storage.WorkflowVersions.All, number);
        return Enum.TryParse<Engine.Storage.WorkflowVersions>(text, ignoreCase: true, out var versions)
            ? (versions, null)
            : throw new ElsaRejectedException("versionOptions", $"`{text}` is none of Latest, Published, LatestOrPublished, LatestAndPublished, Draft, AllVersions or a number.");
    }
}
