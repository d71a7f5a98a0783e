using Orchestrator.Engine.Secrets;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Running;

/// <summary>Lines of one run between the activities and the store: redacted, cut to 4 KiB, capped in number and rate. Safe for concurrent use.</summary>
internal sealed class RunLog(string runId, Redactor redactor)
{
    private const int MaxLines = 100_000;
    private const int MaxLinesPerSecond = 1_000;
    private const int MaxLine = 4096;

    private readonly Lock _lock = new();
    private readonly List<(DateTimeOffset At, string Step, int Attempt, string Line)> _pending = [];
    private long _second;
    private int _inSecond;
    private int _dropped;
    private (DateTimeOffset At, string Step, int Attempt) _lastDropped;

    /// <summary>Number of the last line in the store; negative until it has been asked.</summary>
    public long Last { get; set; } = -1;

    public bool HasPending
    {
        get
        {
            lock (_lock) return _pending.Count > 0;
        }
    }

    /// <summary>A line as it may be shown.</summary>
    public string Clean(string line)
    {
        var clean = redactor.Clean(line.ReplaceLineEndings(" "));
        return clean.Length <= MaxLine ? clean : string.Concat(clean.AsSpan(0, MaxLine - 1), "…");
    }

    /// <summary>Takes a line that is clean already.</summary>
    public void Add(DateTimeOffset at, string step, int attempt, string line)
    {
        lock (_lock)
        {
            var second = at.ToUnixTimeSeconds();
            if (second != _second)
            {
                SayDropped();
                (_second, _inSecond) = (second, 0);
            }

            if (++_inSecond <= MaxLinesPerSecond) _pending.Add((at, step, attempt, line));
            else (_dropped, _lastDropped) = (_dropped + 1, (at, step, attempt));
        }
    }

    /// <summary>Takes out what has gathered, numbered.</summary>
    public List<StoredLogLine> Take()
    {
        lock (_lock)
        {
            SayDropped(); // a run may leave memory before its next line
            var lines = new List<StoredLogLine>(_pending.Count);
            foreach (var (at, step, attempt, line) in _pending)
            {
                if (Last >= MaxLines) break;
                lines.Add(new StoredLogLine(runId, ++Last, at, step, attempt, Last == MaxLines ? $"… the log ends here: a run keeps {MaxLines} lines" : line));
            }

            _pending.Clear();
            return lines;
        }
    }

    private void SayDropped()
    {
        if (_dropped > 0) _pending.Add((_lastDropped.At, _lastDropped.Step, _lastDropped.Attempt, $"… {_dropped} lines were dropped: more than {MaxLinesPerSecond} a second"));
        _dropped = 0;
    }
}
