using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Orchestrator.Testing.Lab;

/// <summary>A program that runs in the foreground until it is disposed of.</summary>
public sealed class Daemon : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private Daemon(Process process)
    {
        _process = process;
        DataReceivedEventHandler keep = (_, line) =>
        {
            lock (_log) _log.AppendLine(line.Data);
        };
        process.OutputDataReceived += keep;
        process.ErrorDataReceived += keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>True once it ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it wrote so far.</summary>
    public string Log
    {
        get
        {
            lock (_log) return _log.ToString();
        }
    }

    /// <summary>Starts it.</summary>
    public static Daemon Start(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(arguments[0], arguments.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        return new Daemon(Process.Start(start) ?? throw new Win32Exception($"{arguments[0]} did not start"));
    }

    /// <summary>Waits until <paramref name="ready"/> says so; throws with the daemon's words when it ends or takes longer than the limit.</summary>
    public Task ReadyAsync(Func<Task<bool>> ready, int seconds = 20) => Eventually.TrueAsync(
        async () => HasExited ? throw new InvalidOperationException($"{_process.StartInfo.FileName} ended: {Log}") : await ready(), seconds, () => Log);

    /// <summary>Sends TERM, after some seconds KILL, and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        _ = kill(_process.Id, 15);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [DllImport("libc")]
    private static extern int kill(int process, int signal);
}
