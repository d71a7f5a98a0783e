using System.Text;
using System.Text.Json;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>A request and its answer, recorded from an Elsa 3.8 server.</summary>
internal sealed record Sample(string Name, JsonElement Recorded)
{
    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Elsa", "Samples");

    public static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public string Address => Recorded.GetProperty("request").GetProperty("path").GetString()!;

    public int Status => Recorded.GetProperty("response").GetProperty("status").GetInt32();

    public static Sample Read(string name) => new(name, JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json"))).RootElement.Clone());

    /// <summary>The request, with the ids of our server in place of the recorded ones.</summary>
    public HttpRequestMessage Request(IReadOnlyDictionary<string, string> ids)
    {
        var request = Recorded.GetProperty("request");
        var message = new HttpRequestMessage(new HttpMethod(request.GetProperty("method").GetString()!), Replace(Address, ids));
        if (request.TryGetProperty("body", out var body) && body.ValueKind != JsonValueKind.Null)
            message.Content = new StringContent(Replace(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText(), ids), Encoding.UTF8, "application/json");
        return message;
    }

    /// <summary>Every way in which an answer differs from the recorded one.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(HttpResponseMessage answer)
    {
        var differences = new List<string>();
        var response = Recorded.GetProperty("response");
        if ((int)answer.StatusCode != Status) differences.Add($"status: {(int)answer.StatusCode} where {Status} was recorded");
        var text = await answer.Content.ReadAsStringAsync();
        if (!response.TryGetProperty("body", out var body) || body.ValueKind == JsonValueKind.Null)
        {
            if (text.Length > 0) differences.Add("body: not empty");
            return differences;
        }

        foreach (var header in response.GetProperty("headers").EnumerateObject())
        {
            var recorded = header.Value.GetString()!;
            var ours = answer.Headers.Concat(answer.Content.Headers).Where(one => one.Key.Equals(header.Name, StringComparison.OrdinalIgnoreCase)).SelectMany(one => one.Value).FirstOrDefault();
            if (ours is null) differences.Add($"header {header.Name}: missing");
            else if (header.Name == "Content-Type" && ours.Split(';')[0] != recorded.Split(';')[0]) differences.Add($"header {header.Name}: {ours.Split(';')[0]} where {recorded.Split(';')[0]} was recorded");
        }

        if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("_text", out _)) return differences;
        try
        {
            differences.AddRange(SampleShape.Of(body).Differences(JsonDocument.Parse(text).RootElement).Distinct());
        }
        catch (JsonException)
        {
            differences.Add($"body: no JSON: {text}");
        }

        return differences;
    }

    private static string Replace(string text, IReadOnlyDictionary<string, string> ids) => ids.Aggregate(text, (now, id) => now.Replace(id.Key, id.Value, StringComparison.Ordinal));
}
