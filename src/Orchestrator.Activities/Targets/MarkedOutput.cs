using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Activities.Targets;

/// <summary>The standard error of a program behind <see cref="PosixShell.Wrapper"/>: takes the wrapper's own lines out and keeps what they say.</summary>
internal sealed class MarkedOutput
{
    private readonly TaskCompletionSource<int> _group = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _mark;

    public MarkedOutput(string mark, Action<string>? onLine)
    {
        _mark = mark;
        Output = new CapturedOutput(line => Take(line, onLine));
    }

    /// <summary>Where the bytes go.</summary>
    public CapturedOutput Output { get; }

    /// <summary>The program's process group; known once it starts.</summary>
    public Task<int> Group => _group.Task;

    /// <summary>True when the program itself, and not the connection, ended with 255.</summary>
    public bool Confirmed { get; private set; }

    /// <summary>True when the working directory does not exist.</summary>
    public bool FolderMissing { get; private set; }

    /// <summary>What the program wrote.</summary>
    public string Text => Regex.Replace(Output.Text, $@"{_mark} \d+\n(?<!\n{_mark} 255\n)|\n{_mark} \w+\n", "");

    private void Take(string line, Action<string>? onLine)
    {
        if (!line.StartsWith(_mark, StringComparison.Ordinal)) onLine?.Invoke(line);
        else if (!_group.Task.IsCompleted) _group.TrySetResult(int.Parse(line.AsSpan(_mark.Length + 1), CultureInfo.InvariantCulture));
        else if (line.EndsWith("folder", StringComparison.Ordinal)) FolderMissing = true;
        else Confirmed = true;
    }
}
