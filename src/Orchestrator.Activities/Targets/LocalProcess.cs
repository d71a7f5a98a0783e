using System.ComponentModel;
using System.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Targets;

/// <summary>
/// Runs one program on this machine in a session of its own, so that a signal to its process group reaches what it started too.
/// </summary>
internal static class LocalProcess
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Drain = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs to the end. The arguments go to the program as they are; there is no shell.</summary>
    public static async Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken)
    {
        var lines = command.OnLine is null ? null : OneAtATime(command.OnLine);
        var (output, error) = (new CapturedOutput(lines), new CapturedOutput(lines));
        var code = await RunAsync(command, null, output, error, cancellationToken).ConfigureAwait(false);
        return new CommandResult(code, output.Text, error.Text);
    }

    /// <summary>Likewise, in bytes: <paramref name="input"/> follows what the command has as standard input. Returns the exit code.</summary>
    public static async Task<int> RunAsync(Command command, Stream? input, CapturedOutput output, CapturedOutput error, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var process = Start(command);
        var reading = Task.WhenAll(
            ReadAsync(process.StandardOutput.BaseStream, output), ReadAsync(process.StandardError.BaseStream, error),
            WriteAsync(process, command.StandardInput, input, cancellationToken));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            // A daemon that the program left behind may hold its output open for ever: what the program itself wrote is there by now.
            await Task.WhenAny(reading, Task.Delay(Drain, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process).ConfigureAwait(false);
            throw;
        }

        return process.ExitCode;
    }

    /// <summary>Starts a program with its three streams redirected; the caller owns the process.</summary>
    public static Process Start(Command command)
    {
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            WorkingDirectory = command.WorkingDirectory ?? "",
        };
        start.ArgumentList.Add("--");
        foreach (var argument in command.Arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;
        if (command.WorkingDirectory is { } folder && !Directory.Exists(folder))
            throw new FailureException("command.folderMissing", FailureKind.Permanent, $"cannot run {command} in {folder}: no such folder");
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception problem)
        {
            throw new FailureException("command.notStarted", FailureKind.Permanent, $"cannot run {command}: {problem.Message}", problem);
        }
    }

    /// <summary>TERM to the group, KILL after two seconds to whatever is left of it.</summary>
    public static async Task EndAsync(Process process)
    {
        Libc.SignalGroup(process.Id, Libc.Terminate);
        using var grace = new CancellationTokenSource(Grace, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(grace.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It ignored TERM.
        }

        Libc.SignalGroup(process.Id, Libc.Kill);
        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>For two streams that report lines to one listener.</summary>
    public static Action<string> OneAtATime(Action<string> onLine)
    {
        var gate = new Lock();
        return line =>
        {
            lock (gate) onLine(line);
        };
    }

    private static async Task ReadAsync(Stream stream, CapturedOutput output)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int count; (count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0;) output.Add(buffer.AsSpan(0, count));
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // The process is gone, and a daemon that kept the pipe has been given up on.
        }

        output.End();
    }

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte>? first, Stream? rest, CancellationToken cancellationToken)
    {
        try
        {
            var input = process.StandardInput.BaseStream;
            if (first is { } bytes) await input.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            if (rest is not null) await rest.CopyToAsync(input, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException)
        {
            // The program ended without reading all of it; its exit code says whether that was meant.
        }
    }
}
