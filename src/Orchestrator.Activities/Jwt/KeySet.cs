using System.Buffers.Text;
using System.Security.Cryptography;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Jwt;

/// <summary>The public keys of an issuer (RFC 7517).</summary>
internal static class KeySet
{
    /// <summary>The keys that may have made a signature, as base64 of a SubjectPublicKeyInfo: of the right kind and, when the token names one, of that name. Keys that make no sense are passed over.</summary>
    /// <param name="set">The document, <c>{"keys": […]}</c>.</param>
    /// <param name="algorithm">Of the token.</param>
    /// <param name="keyId">Of the token; null = any.</param>
    public static IReadOnlyList<string> Candidates(Value set, JwtAlgorithm algorithm, string? keyId) =>
        set.Get("keys") is ListValue keys
            ? [.. keys.Items.Where(key => keyId is null || key.Get("kid")?.AsString() is not { } id || id == keyId)
                .Where(key => key.Get("use")?.AsString() is null or "sig")
                .Select(key => Read(key, algorithm)).OfType<string>()]
            : [];

    private static string? Read(Value key, JwtAlgorithm algorithm)
    {
        try
        {
            switch (algorithm, key.Get("kty")?.AsString(), key.Get("crv")?.AsString())
            {
                case (JwtAlgorithm.ES256, "EC", "P-256"): return Ec(key, ECCurve.NamedCurves.nistP256);
                case (JwtAlgorithm.ES384, "EC", "P-384"): return Ec(key, ECCurve.NamedCurves.nistP384);
                case (JwtAlgorithm.RS256, "RSA", _):
                    using (var rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key, "n"), Exponent = Bytes(key, "e") }))
                        return Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo());
                default: return null;
            }
        }
        catch (Exception error) when (error is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static string Ec(Value key, ECCurve curve)
    {
        using var ecdsa = ECDsa.Create(new ECParameters { Curve = curve, Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") } });
        return Convert.ToBase64String(ecdsa.ExportSubjectPublicKeyInfo());
    }

    private static byte[] Bytes(Value key, string name) => Base64Url.DecodeFromChars(key.Get(name)?.AsString() ?? throw new FormatException());
}
