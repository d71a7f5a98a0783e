using System.Diagnostics;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Targets;

/// <summary>A program's standard output and input as one stream. A program that fails before it gave a byte is a connection that could not be made.</summary>
internal sealed class ProcessStream : Stream
{
    private readonly Process _process;
    private readonly string _address;
    private readonly Task<string> _said;
    private bool _answered;

    public ProcessStream(Process process, string address)
    {
        _process = process;
        _address = address;
        _said = process.StandardError.ReadToEndAsync();
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (count > 0) _answered = true;
        if (count > 0 || _answered) return count;
        await _process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        if (_process.ExitCode == 0) return 0;
        throw new FailureException("target.unreachable", FailureKind.Transient, $"cannot connect to {_address}: {(await _said.ConfigureAwait(false)).Trim()}");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _process.StandardInput.BaseStream.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        await _process.StandardInput.BaseStream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (!_process.HasExited) Libc.SignalGroup(_process.Id, Libc.Kill);
            _process.Dispose();
        }

        base.Dispose(disposing);
    }
}
