using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>One attempt under way. All it needs was taken from the run's state before; it hands one fact back, or none when the engine stops.</summary>
internal sealed class Attempt(LiveRun run, AttemptPlan plan, DateTimeOffset startedAt) : IThreadPoolWorkItem
{
    private const int TailLines = 20;

    private readonly Lock _lock = new();
    private readonly Queue<string> _tail = [];
    private CancellationTokenSource? _stop;
    private string? _stopReason;
    private bool _isAbandoned;
    private bool _intentIsOwn;
    private DateTimeOffset _patience = DateTimeOffset.MaxValue;
    private long _lastSign = startedAt.UtcTicks;
    private readonly long _began = run.Core.Time.GetTimestamp(); // its start in the journal may be that of an attempt before a crash

    public AttemptPlan Plan => plan;

    /// <summary>How long it has been under way.</summary>
    public TimeSpan Took => run.Core.Time.GetElapsedTime(_began);

    public string Step => plan.Key;

    public int Number => plan.Attempt;

    public DateTimeOffset StartedAt { get; } = startedAt;

    /// <summary>Runs it to its end.</summary>
    public void Execute() => _ = RunAsync();

    /// <summary>Asks it to stop; the first reason counts.</summary>
    public void Stop(string reason)
    {
        CancellationTokenSource stop;
        lock (_lock)
        {
            if (_stopReason is not null) return;
            _stopReason = reason;
            _patience = run.Core.Now() + Cancelling.DefaultGrace;
            stop = _stop ??= new CancellationTokenSource();
        }

        stop.Cancel();
    }

    /// <summary>Looks at its deadlines; called by the clock's tick.</summary>
    public void Check(DateTimeOffset now)
    {
        if (now >= StartedAt + plan.Policy.AttemptTimeout) Stop(StopReasons.Timeout);
        else if (plan.Policy.HeartbeatTimeout is { } silence && now.UtcTicks - Interlocked.Read(ref _lastSign) >= silence.Ticks) Stop(StopReasons.Heartbeat);
        // One that does not heed its token is left to itself, so that the run can go on.
        if (_stopReason is StopReasons.Timeout or StopReasons.Heartbeat && now >= _patience) Abandon();
    }

    /// <summary>Nobody waits for its outcome any more.</summary>
    public void Abandon()
    {
        lock (_lock)
        {
            if (_isAbandoned) return;
            _isAbandoned = true;
        }

        if (_stopReason is StopReasons.Timeout or StopReasons.Heartbeat) run.Returned(this, Fact() with { Failure = Stopped(_stopReason) });
    }

    private async Task RunAsync()
    {
        ReturnedFact fact;
        try
        {
            fact = await InvokeAsync(Token()).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            fact = Fact() with { Failure = FailureOf(exception) };
        }

        lock (_lock)
        {
            if (_isAbandoned) return;
            _isAbandoned = true;
        }

        run.Returned(this, fact);
    }

    private async Task<ReturnedFact> InvokeAsync(CancellationToken token)
    {
        if (plan.Failure is { } early) return Fact() with { Failure = early };
        if (plan.Call is { } call)
        {
            var definition = call.IsStudio ? await run.Core.FindWorkflowAsync(call, token).ConfigureAwait(false) : await run.Core.Definitions.FindAsync(call.Blueprint).ConfigureAwait(false);
            return await run.WithChildAsync(Fact() with { Result = ActivityResult.Call(definition, call.Inputs) }, call.Detached, call.CorrelationId).ConfigureAwait(false);
        }

        if (plan.Script is { } script) return Fact() with { Result = await ScriptAttempt.RunAsync(run.Core.Options.RunScript, script, token).ConfigureAwait(false) };
        if (plan.IsPublication)
        {
            await Stimuli.SendAsync(run.Core, Stimulus.Read(plan.Input), plan.IdempotencyKey, $"run {run.RunId}", token).ConfigureAwait(false);
            return Fact() with { Result = ActivityResult.Done(Value.EmptyMap, changed: true) };
        }

        var activity = plan.Descriptor!.Activity;
        var context = await ContextAsync(token).ConfigureAwait(false);
        switch (plan.Mode)
        {
            case AttemptMode.Undo:
                await activity.UndoAsync(plan.Input, plan.UndoneOutput!, context, token).ConfigureAwait(false);
                return Fact() with { Result = ActivityResult.Done(Value.EmptyMap, changed: true) };
            case AttemptMode.Verify:
                return Fact() with { Check = await activity.VerifyAsync(plan.Input, context, token).ConfigureAwait(false) };
            default:
                var result = await activity.ExecuteAsync(plan.Input, context, token).ConfigureAwait(false);
                return result.Kind == ActivityResultKind.Call ? await run.WithChildAsync(Fact() with { Result = result }, detached: false).ConfigureAwait(false) : Fact() with { Result = result };
        }
    }

    private async ValueTask<ActivityContext> ContextAsync(CancellationToken token) => new()
    {
        Target = await run.Targets.OpenAsync(plan.Target, token).ConfigureAwait(false),
        Log = Log,
        Redact = run.Redactor.Clean,
        Time = run.Core.Time,
        RunId = run.RunId,
        StepKey = plan.Key,
        Attempt = plan.Attempt,
        IdempotencyKey = plan.IdempotencyKey,
        Effect = plan.Effect,
        Environment = plan.Environment,
        Intend = plan.RecordsIntent ? IntendAsync : null,
        Compile = run.Core.Options.Compile,
        OpenTarget = run.OpenDeclaredTarget(plan),
    };

    private async Task IntendAsync(MapValue? output, CancellationToken token)
    {
        // A test that says when what happens keeps all of it on its own thread.
        var recorded = new TaskCompletionSource<bool>(run.Core.Options.Dispatch is null ? TaskCreationOptions.RunContinuationsAsynchronously : TaskCreationOptions.None);
        if (!run.Post(new IntendedFact(Step, Number, output, recorded) { Now = run.Core.Now(), Draw = 0 })) throw new OperationCanceledException(token);
        _intentIsOwn = await recorded.Task.WaitAsync(token).ConfigureAwait(false);
    }

    private void Log(string line)
    {
        var now = run.Core.Now();
        Interlocked.Exchange(ref _lastSign, now.UtcTicks);
        if (plan.Policy.Log == LogLevel.None) return;
        var clean = run.Log.Clean(line);
        lock (_lock)
        {
            if (_tail.Count == TailLines) _tail.Dequeue();
            _tail.Enqueue(clean);
        }

        if (plan.Policy.Log == LogLevel.Full) run.Log.Add(now, plan.Key, plan.Attempt, clean);
    }

    private CancellationToken Token()
    {
        lock (_lock)
        {
            _stop ??= new CancellationTokenSource();
            return _stop.Token;
        }
    }

    private ReturnedFact Fact() => new(plan.Key, plan.Attempt, StartedAt, StartIsJournaled: true) { Now = run.Core.Now(), Draw = run.Core.Ids.Draw(), IntentIsOwn = _intentIsOwn };

    private Failure FailureOf(Exception exception)
    {
        var failure = exception switch
        {
            _ when _stopReason is { } reason => Stopped(reason),
            FailureException known => known.Failure,
            OperationCanceledException => new Failure("engine.cancelled", FailureKind.Transient, "the activity gave up although nobody asked it to"),
            _ => new Failure("engine.bug", FailureKind.Permanent, $"{exception.GetType().Name}: {exception.Message}", Value.Map(("stack", Value.Of(exception.StackTrace)))),
        };
        lock (_lock)
        {
            if (_tail.Count == 0 || failure.LogTail is { Count: > 0 }) return failure;
            if (plan.Policy.Log == LogLevel.Errors)
                foreach (var line in _tail) run.Log.Add(run.Core.Now(), plan.Key, plan.Attempt, line);
            return failure with { LogTail = [.. _tail] };
        }
    }

    private Failure Stopped(string reason) => reason switch
    {
        StopReasons.Timeout => new Failure("engine.timeout", FailureKind.Timeout, $"the attempt did not end within {Model.Schemas.Durations.Format(plan.Policy.AttemptTimeout)}"),
        StopReasons.Heartbeat => new Failure(
            "engine.heartbeatTimeout", FailureKind.Timeout, $"the attempt gave no sign for {Model.Schemas.Durations.Format(plan.Policy.HeartbeatTimeout ?? TimeSpan.Zero)}"),
        _ => new Failure("run.cancelled", FailureKind.Cancelled, "the attempt was cancelled"),
    };
}

/// <summary>Why an attempt is asked to stop.</summary>
internal static class StopReasons
{
    public const string Timeout = "timeout";
    public const string Heartbeat = "heartbeat";
    public const string Cancelled = "cancelled";
}

/// <summary>What an attempt does.</summary>
internal enum AttemptMode
{
    Run,
    Verify,
    Undo,
}

/// <summary>All that one attempt needs, taken from the state before it starts.</summary>
internal sealed record AttemptPlan(string Key, int Attempt, StepPolicy Policy, MapValue Input, string IdempotencyKey)
{
    public AttemptMode Mode { get; init; }

    public Effect? Effect { get; init; }

    /// <summary>True when the journal must know what it is about to change.</summary>
    public bool RecordsIntent { get; init; }

    public ActivityDescriptor? Descriptor { get; init; }

    /// <summary>Output of the step that is undone.</summary>
    public Value? UndoneOutput { get; init; }

    /// <summary>Where it acts; null = this machine.</summary>
    public TargetSettings? Target { get; init; }

    public IReadOnlyDictionary<string, Secret> Environment { get; init; } = NoEnvironment;

    /// <summary>For the engine's own call; null for activities.</summary>
    public CallPlan? Call { get; init; }

    /// <summary>For a script; null for activities.</summary>
    public Model.Scripts.ScriptCall? Script { get; init; }

    /// <summary>True when it hands out an event.</summary>
    public bool IsPublication { get; init; }

    /// <summary>Why it cannot even begin; null when it can.</summary>
    public Failure? Failure { get; init; }

    /// <summary>Settings of all declared targets by name, computed when asked.</summary>
    public Func<string, TargetSettings>? FindTarget { get; init; }

    private static IReadOnlyDictionary<string, Secret> NoEnvironment { get; } = new Dictionary<string, Secret>();
}

/// <summary>A blueprint to call.</summary>
internal sealed record CallPlan(string Blueprint, MapValue Inputs, bool Detached)
{
    /// <summary>True when a workflow made in Studio calls: by definition id.</summary>
    public bool IsStudio { get; init; }

    /// <summary>Id of the version; null = the published one.</summary>
    public string? VersionId { get; init; }

    /// <summary>The child's correlation id; null = none.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>A target as it is opened.</summary>
internal sealed record TargetSettings(string Name, string Kind, MapValue Settings);
