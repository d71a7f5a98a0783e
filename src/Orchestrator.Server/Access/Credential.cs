using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Server.Access;

/// <summary>Random texts that open something. Each has 256 bits, so a plain SHA-256 of it can be stored: nobody finds it by trying, and a lookup by hash tells nothing about near misses.</summary>
internal static class Credential
{
    /// <summary>Longer ones are never looked at.</summary>
    public const int LongestText = 256;

    /// <summary>A new one.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>What is stored of it.</summary>
    public static string Hash(string credential) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(credential)));

    /// <summary>Whether two texts are the same, in a time that does not depend on where they differ.</summary>
    public static bool Same(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(one)), SHA256.HashData(Encoding.UTF8.GetBytes(other)));
}
