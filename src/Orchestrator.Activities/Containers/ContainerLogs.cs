using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Activities.Containers;

/// <summary>What a container wrote.</summary>
internal static class ContainerLogs
{
    /// <summary>The last 20 lines, oldest first.</summary>
    public static async Task<IReadOnlyList<string>> TailAsync(DockerClient docker, string id, CancellationToken cancellationToken)
    {
        var framed = await docker.GetBytesAsync($"containers/{id}/logs?stdout=1&stderr=1&tail=20", cancellationToken).ConfigureAwait(false);
        var text = new List<byte>();
        for (var at = 0; at + 8 <= framed.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(framed.AsSpan(at + 4));
            text.AddRange(framed.AsSpan(at + 8, Math.Min(length, framed.Length - at - 8)));
            at += 8 + length;
        }

        return Encoding.UTF8.GetString([.. text]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
