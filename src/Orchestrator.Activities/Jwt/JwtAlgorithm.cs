using System.Security.Cryptography;
using System.Text;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Jwt;

/// <summary>Signature algorithms of RFC 7518 that are spoken here. There is no <c>none</c>, so no token can ask for it.</summary>
internal enum JwtAlgorithm
{
    /// <summary>ECDSA, P-256, SHA-256.</summary>
    ES256,

    /// <summary>ECDSA, P-384, SHA-384.</summary>
    ES384,

    /// <summary>RSA, PKCS#1 v1.5, SHA-256.</summary>
    RS256,

    /// <summary>HMAC, SHA-256; both sides share one secret.</summary>
    HS256,
}

/// <summary>Signs and verifies with keys as text. A key only ever works with the algorithm it was made for.</summary>
internal static class JwtSignature
{
    /// <summary>Signs; fails with <c>jwt.key</c> when the key does not fit.</summary>
    /// <param name="algorithm">How.</param>
    /// <param name="key">Private key as PEM; for HS256 the shared secret, at least 32 bytes.</param>
    /// <param name="data">What.</param>
    public static byte[] Sign(JwtAlgorithm algorithm, string key, byte[] data) => WithKey(algorithm, () =>
    {
        switch (algorithm)
        {
            case JwtAlgorithm.HS256: return HMACSHA256.HashData(Shared(key), data);
            case JwtAlgorithm.RS256:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportFromPem(key);
                    return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }

            default:
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportFromPem(key);
                    RequireCurve(algorithm, ecdsa);
                    return ecdsa.SignData(data, Hash(algorithm)); // IEEE P1363 is the default here and what JWS wants
                }
        }
    });

    /// <summary>True when the signature is right; fails with <c>jwt.key</c> when the key does not fit the algorithm.</summary>
    /// <param name="algorithm">How; the caller has checked it against what it allows.</param>
    /// <param name="key">Public key as PEM or as base64 of a SubjectPublicKeyInfo; for HS256 the shared secret.</param>
    /// <param name="data">What was signed.</param>
    /// <param name="signature">The signature.</param>
    public static bool Verify(JwtAlgorithm algorithm, string key, byte[] data, byte[] signature) => WithKey(algorithm, () =>
    {
        switch (algorithm)
        {
            case JwtAlgorithm.HS256: return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(Shared(key), data), signature);
            case JwtAlgorithm.RS256:
                using (var rsa = RSA.Create())
                {
                    rsa.ImportFromPem(PublicPem(key));
                    return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }

            default:
                using (var ecdsa = ECDsa.Create())
                {
                    ecdsa.ImportFromPem(PublicPem(key));
                    RequireCurve(algorithm, ecdsa);
                    return ecdsa.VerifyData(data, signature, Hash(algorithm));
                }
        }
    });

    private static T WithKey<T>(JwtAlgorithm algorithm, Func<T> use)
    {
        try
        {
            return use();
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or FormatException)
        {
            // The library's words may quote the key.
            throw new FailureException("jwt.key", FailureKind.Permanent, $"the key does not fit {algorithm}: {Expected(algorithm)} is needed");
        }
    }

    private static string Expected(JwtAlgorithm algorithm) => algorithm switch
    {
        JwtAlgorithm.ES256 => "an EC key on P-256, as PEM",
        JwtAlgorithm.ES384 => "an EC key on P-384, as PEM",
        JwtAlgorithm.RS256 => "an RSA key, as PEM",
        _ => "a shared secret of at least 32 bytes that is no PEM",
    };

    private static HashAlgorithmName Hash(JwtAlgorithm algorithm) => algorithm == JwtAlgorithm.ES256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384;

    private static void RequireCurve(JwtAlgorithm algorithm, ECDsa key)
    {
        if (key.KeySize != (algorithm == JwtAlgorithm.ES256 ? 256 : 384)) throw new CryptographicException();
    }

    /// <summary>A PEM text as shared secret is the classic confusion: a public key that everybody has, taken for a secret.</summary>
    private static byte[] Shared(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        return bytes.Length >= 32 && !key.Contains("-----BEGIN", StringComparison.Ordinal) ? bytes : throw new CryptographicException();
    }

    private static string PublicPem(string key) =>
        key.Contains("-----BEGIN", StringComparison.Ordinal) ? key : PemEncoding.WriteString("PUBLIC KEY", Convert.FromBase64String(key.Trim()));
}
