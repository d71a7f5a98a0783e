using System.Diagnostics;
using System.Diagnostics.Metrics;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;

namespace Orchestrator.Server.Metrics;

/// <summary>What a server counts, and what it reads from the store to show it.</summary>
internal sealed class ServerMeter
{
    /// <summary>What can become of a delivery to <c>/hooks</c>.</summary>
    public static readonly IReadOnlyList<string> DeliveryOutcomes = ["accepted", "replayed", "ignored", "pong", "unknown", "stopped", "unproven", "tooLarge", "reused", "rejected"];

    // However often somebody asks: a scrape must not cost more than it tells.
    private static readonly TimeSpan CountsAge = TimeSpan.FromSeconds(10);

    private readonly ServerOptions _options;
    private readonly Counter<long> _deliveries;
    private StoreCounts? _counts;
    private DateTimeOffset _countedAt = DateTimeOffset.MinValue;
    private double? _lag;

    /// <summary>Makes its instruments on the server's meter.</summary>
    public ServerMeter(ServerOptions options)
    {
        _options = options;
        var meter = options.Meter;
        _deliveries = meter.CreateCounter<long>("orchestrator.hook.deliveries");
        meter.CreateObservableGauge("orchestrator.runs.open", OpenRuns);
        Counted("orchestrator.timers", static counts => counts.Timers);
        Counted("orchestrator.bookmarks", static counts => counts.Bookmarks);
        Counted("orchestrator.inbox.messages", static counts => counts.Inbox);
        Counted("orchestrator.stimuli.kept", static counts => counts.KeptStimuli);
        Counted("orchestrator.dead.letters", static counts => counts.DeadLetters);
        meter.CreateObservableGauge("orchestrator.timer.lag", () => _lag is { } lag ? [new Measurement<double>(lag)] : Array.Empty<Measurement<double>>(), "s");
        meter.CreateObservableGauge("orchestrator.build", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", options.Version)));
        using var process = Process.GetCurrentProcess();
        var started = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        meter.CreateObservableGauge("orchestrator.process.start", () => started, "s");

        void Counted(string name, Func<StoreCounts, long> read) =>
            meter.CreateObservableGauge(name, () => _counts is { } counts ? [new Measurement<long>(read(counts))] : Array.Empty<Measurement<long>>());
    }

    /// <summary>A delivery came to one of <see cref="DeliveryOutcomes"/>.</summary>
    public void Delivered(string outcome) => _deliveries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>Reads from the store what is asked next. When it cannot be read its figures are missing, and all others are told: that is when somebody looks.</summary>
    public async Task ReadStoreAsync(CancellationToken cancellationToken)
    {
        var now = _options.Time.GetUtcNow();
        try
        {
            var next = await _options.Store.NextTimerAsync(cancellationToken).ConfigureAwait(false);
            _lag = next < now ? (now - next.Value).TotalSeconds : 0;
            if (_counts is not null && now - _countedAt < CountsAge) return;
            (_counts, _countedAt) = (await _options.Store.CountAsync(cancellationToken).ConfigureAwait(false), now);
        }
        catch (FailureException)
        {
            (_counts, _lag) = (null, null);
        }
    }

    private IEnumerable<Measurement<long>> OpenRuns() => _counts is not { } counts ? [] :
    [
        Of("pending", RunStatus.Pending), Of("running", RunStatus.Running), Of("waiting", RunStatus.Waiting), Of("paused", RunStatus.Paused),
    ];

    private Measurement<long> Of(string word, RunStatus status) => new(_counts!.OpenRuns.GetValueOrDefault(status), new KeyValuePair<string, object?>("status", word));
}
