using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Orchestrator.Activities.Http;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Jwt;

/// <summary>A signed token in compact form (RFC 7515), taken apart and not yet believed.</summary>
/// <param name="Algorithm">What its header says.</param>
/// <param name="KeyId">Which key it says it was signed with; may be null.</param>
/// <param name="Claims">Its claims.</param>
/// <param name="SignedPart">What the signature is over.</param>
/// <param name="Signature">The signature.</param>
internal sealed record JwtToken(string Algorithm, string? KeyId, MapValue Claims, byte[] SignedPart, byte[] Signature)
{
    /// <summary>Longer tokens are refused unread.</summary>
    public const int MaxLength = 16 * 1024;

    // What tells who and for how long; never what itself lets someone in, such as refresh_token.
    private static readonly string[] PublicClaims = ["iss", "sub", "aud", "azp", "exp", "nbf", "iat", "jti", "scope", "username", "globalid", "organization"];

    /// <summary>When it ends; null when it does not say.</summary>
    public DateTimeOffset? ExpiresAt => Instant("exp");

    /// <summary>The claims that are safe to show.</summary>
    public MapValue Public => Value.Map(Claims.Entries.Where(claim => PublicClaims.Contains(claim.Key)).Select(claim => (claim.Key, claim.Value)));

    /// <summary>The scopes: a list claim, or a text claim with spaces or commas.</summary>
    public IReadOnlyList<string> Scopes => Claims.Get("scope") switch
    {
        ListValue list => [.. list.Items.Select(item => item.AsString()).OfType<string>()],
        StringValue text => text.Text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries),
        _ => [],
    };

    /// <summary>Reads a token; fails with <c>jwt.malformed</c>. Messages never quote the token.</summary>
    public static JwtToken Parse(string text)
    {
        if (text.Length > MaxLength) throw Malformed($"it has more than {MaxLength} characters");
        var parts = text.Trim().Split('.');
        if (parts.Length == 5) throw Malformed("it is encrypted (JWE), which is not accepted");
        if (parts.Length != 3) throw Malformed("it does not have three parts");
        var header = Part(parts[0], "header");
        if (header.Get("crit") is not null) throw Malformed("its header demands extensions (`crit`)");
        return new JwtToken(
            header.Get("alg")?.AsString() ?? throw Malformed("its header names no algorithm"), header.Get("kid")?.AsString(), Part(parts[1], "payload"),
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Decode(parts[2], "signature"));
    }

    /// <summary>Reads a token that may as well be opaque; null then.</summary>
    public static JwtToken? TryParse(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (FailureException)
        {
            return null;
        }
    }

    /// <summary>Signs claims.</summary>
    public static string Sign(JwtAlgorithm algorithm, string key, string? keyId, MapValue claims)
    {
        var header = Value.Map(("alg", Value.Of(algorithm.ToString())), ("typ", Value.Of("JWT")));
        if (keyId is not null) header = header.With("kid", Value.Of(keyId));
        var signed = $"{Encode(PlainJson.Serialize(header))}.{Encode(PlainJson.Serialize(claims))}";
        return $"{signed}.{Base64Url.EncodeToString(JwtSignature.Sign(algorithm, key, Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>A claim that holds seconds since 1970; null when absent or not a number.</summary>
    public DateTimeOffset? Instant(string claim) =>
        Claims.Get(claim) is NumberValue { Number: > -6e10 and < 2.5e11 } seconds ? DateTimeOffset.FromUnixTimeSeconds((long)seconds.Number) : null;

    /// <summary>An instant for people.</summary>
    public static string Show(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static MapValue Part(string text, string what) =>
        PlainJson.TryParse(Encoding.UTF8.GetString(Decode(text, what))) as MapValue ?? throw Malformed($"its {what} is no JSON object");

    private static byte[] Decode(string text, string what)
    {
        try
        {
            return Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            throw Malformed($"its {what} is no base64url");
        }
    }

    private static FailureException Malformed(string why) => new("jwt.malformed", FailureKind.Permanent, $"this is no usable JWT: {why}");
}
