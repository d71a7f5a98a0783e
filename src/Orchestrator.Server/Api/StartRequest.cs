using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Api;

/// <summary>The body of <c>POST /api/v1/runs</c>.</summary>
/// <param name="Blueprint">The YAML, whole; required.</param>
/// <param name="File">Its name for messages. Default <c>blueprint.yaml</c>.</param>
/// <param name="Inputs">Inputs by name. Default none.</param>
/// <param name="Labels">Labels of the run. Default none.</param>
/// <param name="Key">Idempotency key, from the body or the header <c>Idempotency-Key</c>; null = none.</param>
internal sealed record StartRequest(string Blueprint, string File, MapValue Inputs, IReadOnlyDictionary<string, string> Labels, string? Key)
{
    private static readonly string[] Known = ["blueprint", "file", "inputs", "labels", "key"];

    /// <summary>Reads the body; throws <see cref="JsonException"/> with a sentence for people.</summary>
    public static async Task<StartRequest> ReadAsync(HttpContext context)
    {
        using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted).ConfigureAwait(false);
        var body = document.RootElement;
        if (body.ValueKind != JsonValueKind.Object) throw new JsonException("expected an object with `blueprint`, `inputs`, `labels`, `key`");
        foreach (var field in body.EnumerateObject().Where(field => !Known.Contains(field.Name)))
            throw new JsonException($"`{field.Name}` is not known here; known are {string.Join(", ", Known)}");

        var inputs = Field(body, "inputs", JsonValueKind.Object) is { } given ? (MapValue)PlainJson.Read(given) : Value.EmptyMap;
        return new StartRequest(
            Field(body, "blueprint", JsonValueKind.String)?.GetString() ?? throw new JsonException("`blueprint` is missing: the YAML text"),
            Field(body, "file", JsonValueKind.String)?.GetString() ?? "blueprint.yaml",
            inputs,
            Field(body, "labels", JsonValueKind.Object) is { } labels ? labels.EnumerateObject().ToDictionary(label => label.Name, Text) : [],
            Field(body, "key", JsonValueKind.String)?.GetString() ?? (context.Request.Headers.TryGetValue("Idempotency-Key", out var key) ? key.ToString() : null));
    }

    private static JsonElement? Field(JsonElement body, string name, JsonValueKind kind)
    {
        if (!body.TryGetProperty(name, out var field)) return null;
        return field.ValueKind == kind ? field : throw new JsonException($"`{name}` must be {(kind == JsonValueKind.Object ? "an object" : "a string")}");
    }

    private static string Text(JsonProperty label) =>
        label.Value.ValueKind == JsonValueKind.String ? label.Value.GetString()! : throw new JsonException($"`labels.{label.Name}` must be a string");
}
