using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Activities.Proxies;

/// <summary>Caddy's configuration as JSON.</summary>
internal static class CaddyConfiguration
{
    /// <summary>
    /// True when two mean the same. Lists of texts (names, listeners) are sets: caddy writes the names of a site that has several in another order each time it reads the same file.
    /// </summary>
    public static bool AreSame(JsonNode? one, JsonNode? other) => (one, other) switch
    {
        (JsonObject a, JsonObject b) => a.Count == b.Count && a.All(member => b.TryGetPropertyValue(member.Key, out var value) && AreSame(member.Value, value)),
        (JsonArray a, JsonArray b) when a.All(IsText) && b.All(IsText) => Sorted(a).SequenceEqual(Sorted(b), StringComparer.Ordinal),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => AreSame(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(one, other),
    };

    private static bool IsText(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;

    private static IEnumerable<string> Sorted(JsonArray texts) => texts.Select(text => text!.GetValue<string>()).Order(StringComparer.Ordinal);
}
