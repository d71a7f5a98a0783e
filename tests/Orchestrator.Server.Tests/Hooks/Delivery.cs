using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Server.Tests.Hooks;

/// <summary>Deliveries as the senders of this world sign them.</summary>
internal static class Delivery
{
    public const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public static HttpRequestMessage Standard(string id, string body, DateTimeOffset at, string? signature = null, string key = Key, string path = "standard")
    {
        var time = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = Request(path, body);
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", time);
        request.Headers.TryAddWithoutValidation("webhook-signature", signature ?? "v1," + Convert.ToBase64String(Hmac(Convert.FromBase64String(key["whsec_".Length..]), $"{id}.{time}.{body}")));
        return request;
    }

    public static HttpRequestMessage GitHub(string id, string body, string type = "push", string key = Key)
    {
        var request = Request("github", body);
        request.Headers.Add("X-GitHub-Delivery", id);
        request.Headers.Add("X-GitHub-Event", type);
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(Hmac(Encoding.UTF8.GetBytes(key), body)));
        return request;
    }

    public static HttpRequestMessage Signed(string path, string body, string header, Func<byte[], string> write, string key = Key)
    {
        var request = Request(path, body);
        request.Headers.Add(header, write(Hmac(Encoding.UTF8.GetBytes(key), body)));
        return request;
    }

    public static HttpRequestMessage Bearer(string path, string body, string token = Key, string? id = null)
    {
        var request = Request(path, body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (id is not null) request.Headers.Add("X-Id", id);
        return request;
    }

    public static HttpRequestMessage Request(string path, string body, string type = "application/json") =>
        new(HttpMethod.Post, $"/hooks/{path}") { Content = new StringContent(body, Encoding.UTF8, type) };

    public static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
