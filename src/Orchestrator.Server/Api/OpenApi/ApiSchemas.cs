using System.Text.Json;

namespace Orchestrator.Server.Api.OpenApi;

/// <summary>The shapes of what the API takes and gives, from <c>schemas.json</c>.</summary>
internal static class ApiSchemas
{
    private static readonly Lazy<JsonElement> Schemas = new(Read);

    /// <summary>All of them, by name.</summary>
    public static JsonElement All => Schemas.Value;

    /// <summary>The members an object of that name may have.</summary>
    public static IReadOnlyList<string> Members(string name) => [.. All.GetProperty(name).GetProperty("properties").EnumerateObject().Select(member => member.Name)];

    private static JsonElement Read()
    {
        using var stream = typeof(ApiSchemas).Assembly.GetManifestResourceStream("Orchestrator.Server.Api.OpenApi.schemas.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
