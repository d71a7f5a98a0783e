using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
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
    private const int LargestPipe = 1024 * 1024; // fs.pipe-max-size

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
        // Not the caller's: what a program says when it is told to end is still heard.
        using var over = new CancellationTokenSource();
        var reading = Task.WhenAll(
            ReadAsync(process.StandardOutput.BaseStream, output, over.Token), ReadAsync(process.StandardError.BaseStream, error, over.Token),
            WriteAsync(process, command.StandardInput, input, over.Token));
        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            // A daemon that the program left behind may hold its output open for ever. What the program itself wrote is in the pipes by now, and is read whole however slow the reading is.
            await Task.WhenAny(reading, Task.Delay(Drain, TimeProvider.System, cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(process).ConfigureAwait(false);
            throw;
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await reading.ConfigureAwait(false);
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

    private static async Task ReadAsync(Stream stream, CapturedOutput output, CancellationToken over)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int count; (count = await stream.ReadAsync(buffer, over).ConfigureAwait(false)) > 0;) output.Add(buffer.AsSpan(0, count));
        }
        catch (OperationCanceledException)
        {
            ReadRest((AnonymousPipeClientStream)stream, output, buffer);
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // The process is gone, and a daemon that kept the pipe has been given up on.
        }

        output.End();
    }

    /// <summary>What lies in the pipe now, without waiting for more; no more than a pipe holds, for a daemon may fill it as fast as it is emptied.</summary>
    private static void ReadRest(AnonymousPipeClientStream pipe, CapturedOutput output, byte[] buffer)
    {
        for (int count, rest = LargestPipe; rest > 0 && (count = Libc.ReadNow(pipe.SafePipeHandle, buffer)) > 0; rest -= count) output.Add(buffer.AsSpan(0, count));
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
