using System.Buffers.Binary;
using System.Globalization;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Containers;

/// <summary>
/// A TCP connection made inside a container, by a program there whose input and output are the two directions: the only way to a port that listens on the container's own loopback
/// when its engine is on another machine.
/// </summary>
internal sealed class ContainerStream : Stream
{
    /// <summary>
    /// Says `c` once it is connected, so that a refused connection is told from a silent one. bash speaks TCP by itself; where only netcat is there, a refused connection shows at
    /// the first read instead.
    /// </summary>
    private const string Connect = """
        if command -v bash >/dev/null; then
          exec bash -c 'exec 3<>"/dev/tcp/$1/$2" || exit 1; printf c; cat <&3 & cat >&3; kill $! 2>/dev/null' connect "$1" "$2"
        fi
        if command -v nc >/dev/null; then printf c; exec nc "$1" "$2"; fi
        echo "neither bash nor nc is in the container" >&2; exit 127
        """;

    private readonly Stream _frames;
    private readonly byte[] _head = new byte[8];
    private int _left;

    private ContainerStream(Stream frames) => _frames = frames;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Connects; fails with <c>target.unreachable</c> when nothing accepts.</summary>
    public static async Task<Stream> OpenAsync(DockerClient docker, string container, StreamAddress address, CancellationToken cancellationToken)
    {
        var command = new Command("sh", "-c", Connect, "connect", address.Host!, address.Port.ToString(CultureInfo.InvariantCulture));
        var stream = new ContainerStream(await ContainerExecution.StartAsync(docker, container, command, cancellationToken).ConfigureAwait(false));
        var greeting = new byte[1];
        if (await stream.ReadAsync(greeting, cancellationToken).ConfigureAwait(false) == 1) return stream;
        await stream.DisposeAsync().ConfigureAwait(false);
        throw new FailureException("target.unreachable", FailureKind.Transient, $"nothing accepts on {address} in container {container} on {docker.Host.Address}");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_left == 0)
        {
            if (await _frames.ReadAtLeastAsync(_head, _head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < _head.Length) return 0;
            _left = BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(4));
            if (_head[0] == 2) await SkipAsync(cancellationToken).ConfigureAwait(false);
        }

        var count = await _frames.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
        _left -= count;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _frames.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => _frames.FlushAsync(cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override void Flush() => _frames.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _frames.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>What the program says on standard error is not part of the stream.</summary>
    private async Task SkipAsync(CancellationToken cancellationToken)
    {
        var sink = new byte[1024];
        while (_left > 0 && await _frames.ReadAsync(sink.AsMemory(0, Math.Min(_left, sink.Length)), cancellationToken).ConfigureAwait(false) is > 0 and var count) _left -= count;
        _left = 0;
    }
}
