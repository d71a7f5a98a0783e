using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;
using Orchestrator.Server.Metrics;
using Orchestrator.Server.Tests.Hooks;
using Orchestrator.Testing;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Server.Tests.Metrics;

/// <summary><c>/metrics</c> of a real server.</summary>
public sealed partial class MetricsTests
{
    private const string Good = "blueprint: good\nsteps:\n  - id: hello\n    run: echo hello\n";
    private const string Bad = "blueprint: bad\nsteps:\n  - id: fail\n    run: exit 3\n    retry: {max: 0}\n";
    private const string Naps = "blueprint: naps\nsteps:\n  - id: nap\n    wait: 1h\n";

    [Fact]
    public async Task Metrics_OfAFreshServer_AreWellFormedAndAllThere()
    {
        await using var server = await RunningServer.StartAsync();
        using var viewer = await server.AsAsync("viewer");

        using var answer = await viewer.GetAsync("/metrics");
        var text = PrometheusText.Parse(await answer.Content.ReadAsStringAsync());

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.Equal(MetricFamilies.All.Select(family => family.Name).Order(StringComparer.Ordinal), text.Families.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(1, text["orchestrator_build_info", "version=test"]);
        Assert.Equal(0, text["orchestrator_runs_finished_total", "status=failed,failure=permanent"]);
        Assert.Equal(0, text["orchestrator_hook_deliveries_total", "outcome=unproven"]);
        Assert.Equal(64, text["orchestrator_attempts_limit"]);
        Assert.True(text["process_resident_memory_bytes"] > 1_000_000);
        Assert.True(text["process_cpu_seconds_total"] > 0);
        Assert.InRange(text["process_start_time_seconds"], 1.7e9, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        // Only what was never used has no series.
        var without = text.Families.Keys.Where(name => !text.Samples.Keys.Any(sample => sample.Name.StartsWith(name, StringComparison.Ordinal)));
        Assert.Equal(["orchestrator_attempt_duration_seconds", "orchestrator_attempts_total"], without.Where(name => !name.StartsWith("dotnet_gc", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Metrics_NeedACredential()
    {
        await using var server = await RunningServer.StartAsync();
        using var nobody = server.Anonymous();
        using var answer = await nobody.GetAsync("/metrics");
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain("orchestrator_", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_WhileRunsRun_Move()
    {
        await using var server = await RunningServer.StartAsync();
        using var admin = server.Admin();
        var before = await ReadAsync(admin);

        await FinishAsync(server, await StartAsync(admin, Good));
        await FinishAsync(server, await StartAsync(admin, Good));
        Assert.Equal(RunStatus.Failed, (await FinishAsync(server, await StartAsync(admin, Bad))).Status);
        var nap = await StartAsync(admin, Naps);
        await server.Engine.WaitAsync(nap, CancellationToken.None, orWaiting: true);
        await admin.PostAsJsonAsync($"/api/v1/runs/{nap}/cancel", new { });
        await FinishAsync(server, nap);

        var after = await ReadAsync(admin);
        double Grown(string name, string labels = "") => after[name, labels] - before[name, labels];
        Assert.Equal((4, 0), (Grown("orchestrator_runs_started_total", "origin=blueprint"), Grown("orchestrator_runs_started_total", "origin=studio")));
        Assert.Equal(2, Grown("orchestrator_runs_finished_total", "status=completed,failure=none"));
        Assert.Equal(1, Grown("orchestrator_runs_finished_total", "status=failed,failure=permanent"));
        Assert.Equal(1, Grown("orchestrator_runs_finished_total", "status=cancelled,failure=none"));
        Assert.Equal((2, 1), (after["orchestrator_attempts_total", "activity=run,outcome=done"], after["orchestrator_attempts_total", "activity=run,outcome=permanent"]));
        Assert.Equal(3, after["orchestrator_attempt_duration_seconds_count", "activity=run"]);
        Assert.True(after["orchestrator_attempt_duration_seconds_sum", "activity=run"] > 0);
        Assert.True(Grown("orchestrator_store_commit_duration_seconds_count") >= 8);
        Assert.Equal(after["orchestrator_store_commit_duration_seconds_count"], after["orchestrator_store_commit_writes_count"]);
        Assert.True(after["orchestrator_store_commit_writes_sum"] >= after["orchestrator_store_commit_writes_count"]);
        Assert.Equal((0, 0, 0), (after["orchestrator_alarms_total"], after["orchestrator_store_commit_failures_total"], after["orchestrator_attempts_active"]));
    }

    [Fact]
    public async Task Metrics_OfARunThatIsAskedAfterItsEnd_CountItOnce()
    {
        await using var server = await RunningServer.StartAsync();
        using var admin = server.Admin();
        var run = await StartAsync(admin, Good);
        await FinishAsync(server, run);
        await server.Engine.SendAsync("cancel", run, "{}"u8.ToArray(), "ann", null, CancellationToken.None);
        Assert.Equal(1, (await ReadAsync(admin))["orchestrator_runs_finished_total", "status=completed,failure=none"]);
    }

    [Fact]
    public async Task Metrics_OfWhatWaits_AreTheStoresAndAtMostTenSecondsOld()
    {
        var time = new ManualTime();
        await using var server = await RunningServer.StartAsync(time);
        using var admin = server.Admin();
        Assert.Equal(0, (await ReadAsync(admin))["orchestrator_runs_open", "status=waiting"]);
        var nap = await StartAsync(admin, Naps);
        await server.Engine.WaitAsync(nap, CancellationToken.None, orWaiting: true);
        await server.Store.CommitAsync(new WriteSet { PutStimuli = [new StoredStimulus("k", "Elsa.Event", "Paid", null, null, "{}"u8.ToArray(), "ann", time.GetUtcNow(), time.GetUtcNow(), "late")] });

        Assert.Equal(0, (await ReadAsync(admin))["orchestrator_runs_open", "status=waiting"]);
        time.Advance(TimeSpan.FromSeconds(10));
        var text = await ReadAsync(admin);

        Assert.Equal((1, 0, 1, 1, 0), (text["orchestrator_runs_open", "status=waiting"], text["orchestrator_runs_open", "status=paused"], text["orchestrator_timers"], text["orchestrator_dead_letters"], text["orchestrator_timer_lag_seconds"]));
        Assert.Equal(time.GetUtcNow().ToUnixTimeSeconds(), text["orchestrator_last_sweep_timestamp_seconds"], tolerance: 2);
    }

    [Fact]
    public async Task Metrics_OfAWakeUpThatNobodyTakes_SayHowLongItIsDue()
    {
        var time = new ManualTime();
        await using var server = await RunningServer.StartAsync(time);
        using var admin = server.Admin();
        // Its run is not there, so nothing ever clears it.
        await server.Store.CommitAsync(new WriteSet { SetTimers = [new StoredTimer("nobody", "wake", time.GetUtcNow().AddSeconds(-90))] });
        Assert.Equal(90, (await ReadAsync(admin))["orchestrator_timer_lag_seconds"]);
    }

    [Fact]
    public async Task Metrics_OfDeliveries_SayWhatBecameOfThem()
    {
        await using var hooked = await HookedServer.StartAsync();
        var now = hooked.Time.GetUtcNow();
        await hooked.SendAsync(Delivery.Standard("d1", "{}", now));
        await hooked.SendAsync(Delivery.Standard("d1", "{}", now));
        await hooked.SendAsync(Delivery.Standard("d1", "{\"ref\":\"x\"}", now));
        await hooked.SendAsync(Delivery.Standard("d2", "{}", now, signature: "v1,AAAA"));
        await hooked.SendAsync(Delivery.Standard("d3", "{\"count\":\"many\"}", now));
        await hooked.SendAsync(Delivery.Standard("d4", new string(' ', 2000), now));
        await hooked.SendAsync(Delivery.GitHub("g1", "{\"ref\":\"other\"}"));
        await hooked.SendAsync(Delivery.GitHub("g2", "{}", type: "ping"));
        await hooked.SendAsync(Delivery.Bearer("nowhere", "{}"));
        await hooked.SendAsync(Delivery.Bearer("off", "{}"));

        using var admin = hooked.Server.Admin();
        var text = await ReadAsync(admin);

        foreach (var outcome in ServerMeter.DeliveryOutcomes) Assert.True(text["orchestrator_hook_deliveries_total", $"outcome={outcome}"] == 1, outcome);
    }

    [Fact]
    public async Task Metrics_HoweverManyRunsWithTextsOfTheirOwn_HaveTheSameSeries()
    {
        await using var server = await RunningServer.StartAsync();
        using var admin = server.Admin();
        await RunOnceAsync(0);
        var first = await ReadAsync(admin);
        for (var i = 1; i < 6; i++) await RunOnceAsync(i);
        var last = await ReadAsync(admin);

        Assert.Equal(Without(first), Without(last));
        Assert.DoesNotContain(last.Samples.Keys, sample => RunId().IsMatch(sample.Labels) || sample.Labels.Contains("secret", StringComparison.OrdinalIgnoreCase));

        // What .NET says of itself comes with its first collection.
        static IEnumerable<(string, string)> Without(PrometheusText text) => text.Samples.Keys.Where(sample => !sample.Name.StartsWith("dotnet_", StringComparison.Ordinal)).Order();

        async Task RunOnceAsync(int i)
        {
            await FinishAsync(server, await StartAsync(admin, $"blueprint: own{i}\nsteps:\n  - id: step{i}\n    run: echo secret{i}\n"));
            await FinishAsync(server, await StartAsync(admin, $"blueprint: bad{i}\nsteps:\n  - id: step{i}\n    run: echo secret{i} >&2; exit {i + 1}\n    retry: {{max: 0}}\n"));
        }
    }

    [Fact]
    public async Task Metrics_OfAStoreThatCannotBeRead_LeaveOutItsFiguresOnly()
    {
        await using var server = await RunningServer.StartAsync(change: options => options with { Store = new Unreadable(options.Store) });
        using var admin = server.Admin();
        var text = await ReadAsync(admin);
        Assert.DoesNotContain(text.Samples.Keys, sample => sample.Name is "orchestrator_timers" or "orchestrator_runs_open");
        Assert.Equal(64, text["orchestrator_attempts_limit"]);
    }

    [Fact]
    public async Task Instruments_OnTheMeter_AreAllShown()
    {
        var made = new List<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        await using var server = await RunningServer.StartAsync();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter, server.Meter)) lock (made) made.Add(instrument.Name);
        };
        listener.Start();
        Assert.Equal(MetricFamilies.All.Select(family => family.Instrument).Where(name => name.StartsWith("orchestrator.", StringComparison.Ordinal)).Order(StringComparer.Ordinal), made.Order(StringComparer.Ordinal));
    }

    private static async Task<PrometheusText> ReadAsync(HttpClient client) => PrometheusText.Parse(await client.GetStringAsync("/metrics"));

    private static async Task<string> StartAsync(HttpClient client, string text)
    {
        using var answer = await client.PostAsJsonAsync("/api/v1/runs", new { text });
        return (await RunningServer.JsonOf(answer)).GetProperty("runId").GetString()!;
    }

    private static async Task<RunView> FinishAsync(RunningServer server, string run) => await server.Engine.WaitAsync(run, CancellationToken.None);

    [GeneratedRegex("[0-9a-f]{8}|[0-9A-HJKMNP-TV-Z]{16}")]
    private static partial Regex RunId();

    private sealed class Unreadable(IStore inner) : ForwardingStore
    {
        public override long Epoch => inner.Epoch;

        protected override IStore Inner => inner;

        public override Task CommitAsync(WriteSet writes) => inner.CommitAsync(writes);

        public override Task<StoreCounts> CountAsync(CancellationToken cancellationToken) => throw new FailureException("store.io", FailureKind.Transient, "the disk is gone");

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
