using System.Collections.Concurrent;
using Orchestrator.Model.Scripts;

namespace Orchestrator.Activities.Scripting;

/// <summary>The workers of an engine: at most a few, each running one script at a time, started when needed and ended when idle. Whatever a script does to its worker, the next one gets another.</summary>
public sealed class ScriptWorkers : IAsyncDisposable
{
    private static readonly TimeSpan LongestDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(2);

    private readonly WorkerCommand _command;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _free;
    private readonly ConcurrentStack<WorkerProcess> _idle = new();
    private readonly ITimer _sweep;
    private volatile bool _disposed;

    /// <summary>Starts nothing yet.</summary>
    /// <param name="command">How a worker is started.</param>
    /// <param name="time">The clock that idle workers are measured by.</param>
    /// <param name="most">How many scripts run at once.</param>
    public ScriptWorkers(WorkerCommand command, TimeProvider time, int most = 2)
    {
        (_command, _time, _free) = (command, time, new SemaphoreSlim(most));
        _sweep = time.CreateTimer(_ => EndIdle(), null, IdleLimit, IdleLimit);
    }

    /// <summary>How many workers wait for a script.</summary>
    internal IEnumerable<int> IdleProcesses => _idle.Select(worker => worker.Id);

    /// <summary>Runs a script: this is the engine's <see cref="RunScript"/>. Its time begins when a worker takes it.</summary>
    public async Task<ScriptResult> RunAsync(ScriptCall call, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var script = Script.Parse(call.Source);
        if (!script.IsValid) throw ScriptFailures.Syntax(script.Diagnostics[0].Span.Line, script.Diagnostics[0].Span.Column, script.Diagnostics[0].Message);
        var deadline = call.Deadline <= TimeSpan.Zero ? DefaultDeadline : call.Deadline > LongestDeadline ? LongestDeadline : call.Deadline;
        var request = new ScriptRequest(call.Source, call.Context, deadline).Write();
        if (request.Length > Frames.Longest) throw ScriptFailures.Memory($"the script and what it sees are larger than {Frames.Longest / 1024 / 1024} MB");
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await RunAsync(request, deadline, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _sweep.DisposeAsync().ConfigureAwait(false);
        while (_idle.TryPop(out var worker)) worker.Dispose();
    }

    private async Task<ScriptResult> RunAsync(byte[] request, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var worker = TakeIdle() ?? await WorkerProcess.StartAsync(_command, StartPatience, cancellationToken).ConfigureAwait(false);
        var usable = false;
        try
        {
            var result = await worker.RunAsync(request, deadline, cancellationToken).ConfigureAwait(false);
            usable = true;
            return result;
        }
        catch (Model.Failures.FailureException trouble)
        {
            usable = trouble.Failure.Code is "script.error" or "script.result" or "script.secret" or "script.syntax" && !worker.HasExited;
            throw;
        }
        finally
        {
            if (usable && !_disposed)
            {
                worker.IdleSince = _time.GetTimestamp();
                _idle.Push(worker);
            }
            else worker.Dispose();
        }
    }

    private WorkerProcess? TakeIdle()
    {
        while (_idle.TryPop(out var worker))
        {
            if (!worker.HasExited) return worker;
            worker.Dispose();
        }

        return null;
    }

    private void EndIdle()
    {
        var kept = new List<WorkerProcess>();
        while (_idle.TryPop(out var worker))
        {
            if (_time.GetElapsedTime(worker.IdleSince) >= IdleLimit || worker.HasExited) worker.Dispose();
            else kept.Add(worker);
        }

        if (kept.Count > 0) _idle.PushRange([.. kept]);
    }
}
