using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Server.Hooks;

/// <summary>
/// Whether a delivery comes from who knows the secret. Everything is compared in constant time over the bytes as they came; every secret and every signature is tried, so that neither the number
/// of secrets nor which of them fits shows in the time. A secret may hold several, one a line: both are valid while a key is changed.
/// </summary>
internal static class HookProof
{
    private const string SecretPrefix = "whsec_";

    /// <summary>What the delivery is when it proves itself; null when it does not, whatever the reason.</summary>
    public static Proven? Of(HookSettings hook, string secret, IHeaderDictionary headers, byte[] body, DateTimeOffset now)
    {
        var keys = secret.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (keys.Length == 0) return null;
        return hook.Verify switch
        {
            "standard-webhooks" => StandardWebhooks(hook, keys, headers, body, now),
            "github" => IsSigned(keys, Hex(One(headers, "X-Hub-Signature-256"), "sha256="), body) && One(headers, "X-GitHub-Delivery") is { } id
                ? new Proven(id, One(headers, "X-GitHub-Event") ?? "") : null,
            "gitlab" => IsToken(keys, One(headers, "X-Gitlab-Token")) ? new Proven(One(headers, "X-Gitlab-Event-UUID") ?? Digest(body), One(headers, "X-Gitlab-Event") ?? "") : null,
            "hmac-sha256" => IsSigned(keys, Signature(hook, One(headers, hook.Header ?? "X-Signature-256")), body) ? new Proven(Id(hook, headers) ?? Digest(body), "") : null,
            "token" => IsToken(keys, Token(hook, headers)) ? new Proven(Id(hook, headers) ?? Guid.NewGuid().ToString("n"), "") : null,
            _ => null,
        };
    }

    /// <summary>A delivery that nobody asked for a proof.</summary>
    public static Proven Unproven(HookSettings hook, IHeaderDictionary headers) => new(Id(hook, headers) ?? Guid.NewGuid().ToString("n"), "");

    /// <summary>Does the work of a check for nobody, so that a hook that is not there answers no faster than one that is.</summary>
    public static void Pretend(byte[] body) => IsSigned(["nobody"], new byte[32], body);

    /// <summary>SHA-256, lower-case hex.</summary>
    public static string Digest(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));

    // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    private static Proven? StandardWebhooks(HookSettings hook, string[] keys, IHeaderDictionary headers, byte[] body, DateTimeOffset now)
    {
        if (One(headers, "webhook-id") is not { } id || One(headers, "webhook-timestamp") is not { } time || One(headers, "webhook-signature") is not { } given) return null;
        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253_402_300_799) return null;
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{time}."), .. body];
        var good = false;
        foreach (var signature in given.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(16))
            if (signature.StartsWith("v1,", StringComparison.Ordinal)) good |= IsSigned(keys, Base64(signature[3..]), signed, StandardKey);
        return good && (now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() <= hook.Tolerance ? new Proven(id, "") : null;
    }

    private static byte[] StandardKey(string key) => Base64(key.StartsWith(SecretPrefix, StringComparison.Ordinal) ? key[SecretPrefix.Length..] : key) ?? Encoding.UTF8.GetBytes(key);

    private static bool IsSigned(string[] keys, byte[]? signature, byte[] body, Func<string, byte[]>? read = null)
    {
        var good = false;
        foreach (var key in keys)
            good |= CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData((read ?? Encoding.UTF8.GetBytes)(key), body), signature ?? []);
        return good;
    }

    // Hashes are compared, so that the length of the secret does not show either.
    private static bool IsToken(string[] keys, string? token)
    {
        var good = false;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(token ?? ""));
        foreach (var key in keys) good |= CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(key)), hash);
        return good && token is not null;
    }

    private static string? Token(HookSettings hook, IHeaderDictionary headers)
    {
        if (hook.Header is { } name) return One(headers, name);
        var given = One(headers, "Authorization");
        return given?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true ? given[7..].Trim() : null;
    }

    private static string? Id(HookSettings hook, IHeaderDictionary headers) => hook.IdHeader is { } name ? One(headers, name) : null;

    private static byte[]? Signature(HookSettings hook, string? text) => hook.IsBase64 ? Base64(text?.StartsWith("sha256=", StringComparison.Ordinal) == true ? text[7..] : text) : Hex(text, "sha256=");

    private static byte[]? Hex(string? text, string prefix)
    {
        if (text is null) return null;
        var digits = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
        return digits.Length == 64 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }

    private static byte[]? Base64(string? text)
    {
        var bytes = new byte[text?.Length ?? 0];
        return text is not null && Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    // A header that comes twice is nobody's: two readers could each believe another one.
    private static string? One(IHeaderDictionary headers, string name) => headers.TryGetValue(name, out var values) && values is [{ Length: > 0 and <= 4096 } value] ? value : null;
}

/// <summary>A delivery that proved itself.</summary>
/// <param name="Id">Its id: the sender's, or what stands for it.</param>
/// <param name="Type">What kind of event the sender says it is; may be empty.</param>
internal sealed record Proven(string Id, string Type);
