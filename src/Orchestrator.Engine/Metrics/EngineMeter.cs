using System.Diagnostics.Metrics;
using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Running;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Metrics;

/// <summary>
/// What an engine counts, from its opening on: nothing is journaled, and nothing is decided by it. Where nobody listens it costs a look at a flag. Tags have values from fixed sets only, and the names of
/// activities: never a run, never what people wrote.
/// </summary>
internal sealed class EngineMeter
{
    // Most steps take milliseconds; some images are built for an hour.
    private static readonly double[] AttemptSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

    private readonly Counter<long>? _started;
    private readonly Counter<long>? _finished;
    private readonly Counter<long>? _attempts;
    private readonly Counter<long>? _alarms;
    private readonly Histogram<double>? _seconds;

    public EngineMeter(EngineCore core)
    {
        if (core.Options.Meter is not { } meter) return;
        _started = meter.CreateCounter<long>("orchestrator.runs.started");
        _finished = meter.CreateCounter<long>("orchestrator.runs.finished");
        _attempts = meter.CreateCounter<long>("orchestrator.attempts");
        _alarms = meter.CreateCounter<long>("orchestrator.alarms");
        _seconds = meter.CreateHistogram("orchestrator.attempt.duration", "s", null, null, new InstrumentAdvice<double> { HistogramBucketBoundaries = AttemptSeconds });
        meter.CreateObservableGauge("orchestrator.runs.loaded", () => core.Live.Count());
        meter.CreateObservableGauge("orchestrator.attempts.active", () => core.Options.MaxConcurrentActivities - core.Places.Count().Free);
        meter.CreateObservableGauge("orchestrator.attempts.queued", () => core.Places.Count().Queued);
        meter.CreateObservableGauge("orchestrator.attempts.limit", () => core.Options.MaxConcurrentActivities);
        meter.CreateObservableGauge("orchestrator.sweep.time", () => core.Clock.LastSweepAt.ToUnixTimeMilliseconds() / 1000.0, "s");
    }

    /// <summary>A run is on disk.</summary>
    public void RunStarted(RunState state)
    {
        if (_started is { Enabled: true }) _started.Add(1, new KeyValuePair<string, object?>("origin", state.Elsa is null ? "blueprint" : "studio"));
    }

    /// <summary>A run has ended, on disk. One that is reopened and ends again is counted again.</summary>
    public void RunFinished(RunStatus status, Failure? failure)
    {
        if (_finished is not { Enabled: true }) return;
        var (word, why) = status switch { RunStatus.Completed => ("completed", "none"), RunStatus.Failed => ("failed", Word(failure?.Kind ?? FailureKind.Permanent)), _ => ("cancelled", "none") };
        _finished.Add(1, new("status", word), new KeyValuePair<string, object?>("failure", why));
    }

    /// <summary>An attempt has ended; without an outcome when nobody waits for it any more.</summary>
    public void AttemptEnded(Attempt attempt, ReturnedFact? outcome)
    {
        if (_attempts is not { Enabled: true }) return;
        var activity = new KeyValuePair<string, object?>("activity", NameOf(attempt.Plan));
        _attempts.Add(1, activity, new("outcome", OutcomeOf(outcome)));
        _seconds!.Record(attempt.Took.TotalSeconds, activity);
    }

    /// <summary>Something was not as it must be.</summary>
    public void Alarm() => _alarms?.Add(1);

    private static string NameOf(AttemptPlan plan) =>
        plan.Descriptor?.Name ?? (plan.Call is not null ? "call" : plan.Script is not null ? "script" : plan.IsPublication ? "publish" : "none");

    private static string OutcomeOf(ReturnedFact? outcome) => outcome switch
    {
        null => "abandoned",
        { Failure: { } failure } => Word(failure.Kind),
        { Result.Kind: ActivityResultKind.Waiting } => "waiting",
        { Result.Kind: ActivityResultKind.Call } => "called",
        _ => "done",
    };

    private static string Word(FailureKind kind) => kind switch
    {
        FailureKind.Transient => "transient",
        FailureKind.Permanent => "permanent",
        FailureKind.Timeout => "timeout",
        FailureKind.Cancelled => "cancelled",
        _ => "unknownOutcome",
    };
}
