using System.Diagnostics;
using Orchestrator.Model.Scripts;

namespace Orchestrator.Activities.Scripting;

/// <summary>One worker, seen from the host.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private const string HeapLimit = "0xC000000"; // 192 MB, in the runtime's own hexadecimal

    private readonly Process _process;
    private readonly Task<string> _complaint;

    private WorkerProcess(Process process)
    {
        _process = process;
        _complaint = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>When it became idle, on the pool's clock.</summary>
    public long IdleSince { get; set; }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a worker and waits until it is warm.</summary>
    public static async Task<WorkerProcess> StartAsync(WorkerCommand command, TimeSpan patience, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command.Executable)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/",
        };
        foreach (var argument in command.Arguments) start.ArgumentList.Add(argument);
        // Nothing of the engine's environment reaches a script's process.
        start.Environment.Clear();
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        if (command.RuntimeRoot is { } root) start.Environment["DOTNET_ROOT"] = root;
        var worker = new WorkerProcess(Process.Start(start)!);
        try
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(patience);
            if (await Frames.ReadAsync(worker._process.StandardOutput.BaseStream, late.Token).ConfigureAwait(false) is not null) return worker;
            throw ScriptFailures.Threw(0, 0, $"no worker could be started from {command.Executable}: {await worker._complaint.ConfigureAwait(false)}");
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <summary>Runs one script. Throws when the worker must not be used again too: see <see cref="HasExited"/>.</summary>
    public async Task<ScriptResult> RunAsync(byte[] request, TimeSpan deadline, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(deadline + TimeSpan.FromMilliseconds(250)); // the worker says so itself where it can
        byte[]? answer = null;
        try
        {
            await Frames.WriteAsync(_process.StandardInput.BaseStream, request, late.Token).ConfigureAwait(false);
            answer = await Frames.ReadAsync(_process.StandardOutput.BaseStream, late.Token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It is gone; below says why.
        }
        catch (OperationCanceledException)
        {
            Kill();
            cancellationToken.ThrowIfCancellationRequested();
            throw ScriptFailures.Timeout(deadline);
        }

        if (answer is not null) return ScriptAnswer.Read(answer);
        Kill();
        var complaint = await _complaint.ConfigureAwait(false);
        throw complaint.Contains("memory", StringComparison.OrdinalIgnoreCase)
            ? ScriptFailures.Memory("the script needed more memory than it may have")
            : ScriptFailures.Threw(0, 0, $"its worker process ended in the middle of it (exit code {_process.ExitCode})");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private void Kill()
    {
        try
        {
            _process.Kill();
            _process.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }
}
