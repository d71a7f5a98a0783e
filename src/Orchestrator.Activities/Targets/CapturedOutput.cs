using System.Runtime.InteropServices;
using System.Text;

namespace Orchestrator.Activities.Targets;

/// <summary>Takes the bytes of one output stream: keeps the end of it and hands out complete lines as they come.</summary>
internal sealed class CapturedOutput(Action<string>? onLine, int limit = CapturedOutput.Limit)
{
    /// <summary>What <see cref="Model.Targets.CommandResult"/> promises to keep.</summary>
    public const int Limit = 1024 * 1024;

    private const int LongestLine = 64 * 1024;
    private readonly List<byte> _line = [];
    private byte[] _kept = new byte[4096];
    private int _length;

    /// <summary>What was kept, as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>What was kept.</summary>
    public ReadOnlyMemory<byte> Bytes => _kept.AsMemory(Math.Max(0, _length - limit).._length);

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Keep(bytes);
        if (onLine is null) return;
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            _line.AddRange(end < 0 ? bytes : bytes[..end]);
            if (end < 0 && _line.Count < LongestLine) return;
            Complete();
            bytes = end < 0 ? [] : bytes[(end + 1)..];
        }
    }

    /// <summary>The stream ended: hands out a last line that has no line break.</summary>
    public void End()
    {
        if (onLine is not null && _line.Count > 0) Complete();
    }

    private void Complete()
    {
        onLine!(Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(_line)).TrimEnd('\r'));
        _line.Clear();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        // Up to twice the limit is held, so that shifting costs one copy per limit and not one per read.
        if (bytes.Length >= limit)
        {
            bytes = bytes[^limit..];
            _length = 0;
        }

        if (_length + bytes.Length > 2L * limit)
        {
            _kept.AsSpan(_length - limit, limit).CopyTo(_kept);
            _length = limit;
        }

        if (_length + bytes.Length > _kept.Length) Array.Resize(ref _kept, (int)Math.Min(2L * limit, Math.Max(_kept.Length * 2L, _length + bytes.Length)));
        bytes.CopyTo(_kept.AsSpan(_length));
        _length += bytes.Length;
    }
}
