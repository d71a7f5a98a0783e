using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Http;

/// <summary>JSON that someone else wrote.</summary>
internal static class PlainJson
{
    /// <summary>
    /// The value, or null when the text is no JSON or uses one of the keys by which our own JSON marks secrets and unknowns: an answer must not be able to name a
    /// secret of ours and have it resolved later.
    /// </summary>
    public static Value? TryParse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return IsPlain(document.RootElement) ? ValueJson.Read(document.RootElement) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsPlain(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().All(IsPlain),
        JsonValueKind.Object => json.EnumerateObject().All(entry => entry.Name is not ("$secret" or "$unknown") && IsPlain(entry.Value)),
        _ => true,
    };
}
