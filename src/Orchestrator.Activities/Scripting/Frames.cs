using System.Buffers.Binary;

namespace Orchestrator.Activities.Scripting;

/// <summary>Messages between host and worker: four bytes of length, then JSON.</summary>
internal static class Frames
{
    /// <summary>Longer ones are refused on both sides.</summary>
    public const int Longest = 16 * 1024 * 1024;

    public static async Task WriteAsync(Stream stream, byte[] message, CancellationToken cancellationToken)
    {
        var frame = new byte[4 + message.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, message.Length);
        message.CopyTo(frame, 4);
        await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The next message; null when the other side is gone.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var length = new byte[4];
        if (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < 4) return null;
        var count = BinaryPrimitives.ReadInt32LittleEndian(length);
        if (count is < 0 or > Longest) throw new InvalidDataException($"a message of {count} bytes");
        var message = new byte[count];
        return await stream.ReadAtLeastAsync(message, count, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < count ? null : message;
    }
}
