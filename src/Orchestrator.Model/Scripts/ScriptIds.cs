using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Orchestrator.Model.Scripts;

/// <summary>Ids that scripts ask for: the same seed gives the same ones, so that a replayed decision does.</summary>
public static class ScriptIds
{
    /// <summary>The id that is asked for as number <paramref name="number"/>.</summary>
    public static Guid Guid(long seed, int number)
    {
        Span<byte> given = stackalloc byte[12];
        BinaryPrimitives.WriteInt64BigEndian(given, seed);
        BinaryPrimitives.WriteInt32BigEndian(given[8..], number);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(given, hash);
        hash[6] = (byte)((hash[6] & 0x0f) | 0x40); // version 4, as others check
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>22 letters instead of 36, fit for addresses.</summary>
    public static string Short(Guid id) => Convert.ToBase64String(id.ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
