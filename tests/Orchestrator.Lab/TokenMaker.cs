using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orchestrator.Lab;

/// <summary>
/// Signs and reads ES384 tokens. Written without the product's own code on purpose: a mistake made twice the same way would not show.
/// </summary>
internal sealed class TokenMaker(ECDsa key, TimeProvider time)
{
    private const string KeyId = "lab";

    /// <summary>A token with these claims, good for <paramref name="validity"/> seconds.</summary>
    public string Make(JsonObject claims, long validity)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        claims["iat"] = now;
        claims["exp"] = now + validity;
        claims["iss"] = "itsyouonline";
        var text = $"{Encode(new JsonObject { ["alg"] = "ES384", ["typ"] = "JWT", ["kid"] = KeyId })}.{Encode(claims)}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA384))}";
    }

    /// <summary>The claims of a token of ours, also when it has ended; null for any other.</summary>
    public JsonObject? Read(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || !Base64Url.IsValid(parts[1]) || !Base64Url.IsValid(parts[2])) return null;
        return key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA384)
            ? JsonNode.Parse(Base64Url.DecodeFromChars(parts[1])) as JsonObject
            : null;
    }

    /// <summary>The public key as RFC 7517 has it.</summary>
    public JsonObject KeySet()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "EC", ["crv"] = "P-384", ["use"] = "sig", ["alg"] = "ES384", ["kid"] = KeyId, ["x"] = Base64Url.EncodeToString(point.X), ["y"] = Base64Url.EncodeToString(point.Y),
            }),
        };
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(json));
}
