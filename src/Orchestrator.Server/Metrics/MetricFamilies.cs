namespace Orchestrator.Server.Metrics;

/// <summary>Every family that <c>/metrics</c> shows, in its order. What is not here is not measured; <c>docs/metrics.md</c> is compared with it.</summary>
internal static class MetricFamilies
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<MetricFamily> All { get; } =
    [
        Counter("orchestrator_runs_started_total", "orchestrator.runs.started", "Runs accepted, by where their workflow was made.") with { Tags = ["origin"], Known = [new("blueprint"), new("studio")] },
        Counter("orchestrator_runs_finished_total", "orchestrator.runs.finished", "Runs ended, by final status and kind of failure; one that is retried after its end counts again.") with
        {
            Tags = ["status", "failure"],
            Known = [new("completed", "none"), new("cancelled", "none"), new("failed", "transient"), new("failed", "permanent"), new("failed", "timeout"), new("failed", "cancelled"), new("failed", "unknownOutcome")],
        },
        Gauge("orchestrator_runs_open", "orchestrator.runs.open", "Runs that have not ended, by status.") with { Tags = ["status"] },
        Gauge("orchestrator_runs_loaded", "orchestrator.runs.loaded", "Runs in memory: those that move."),
        Counter("orchestrator_attempts_total", "orchestrator.attempts", "Attempts ended, by activity and outcome.") with { Tags = ["activity", "outcome"] },
        Histogram("orchestrator_attempt_duration_seconds", "orchestrator.attempt.duration", "How long attempts took.") with { Tags = ["activity"] },
        Gauge("orchestrator_attempts_active", "orchestrator.attempts.active", "Attempts under way."),
        Gauge("orchestrator_attempts_queued", "orchestrator.attempts.queued", "Steps that wait for a place to run in."),
        Gauge("orchestrator_attempts_limit", "orchestrator.attempts.limit", "Places: how many attempts run at once at most."),
        Gauge("orchestrator_timers", "orchestrator.timers", "Stored wake-ups."),
        Gauge("orchestrator_timer_lag_seconds", "orchestrator.timer.lag", "How long the earliest wake-up has been due; 0 when none is."),
        Gauge("orchestrator_bookmarks", "orchestrator.bookmarks", "What workflows made in Studio wait for."),
        Gauge("orchestrator_inbox_messages", "orchestrator.inbox.messages", "Starts, signals and requests on disk that are not worked on yet."),
        Gauge("orchestrator_stimuli_kept", "orchestrator.stimuli.kept", "Events that nobody waits for yet."),
        Gauge("orchestrator_dead_letters", "orchestrator.dead.letters", "Events that nobody waited for in time."),
        Counter("orchestrator_alarms_total", "orchestrator.alarms", "What was not as it must be: a run that cannot go on, a failed sweep. The log says which.") with { Known = [SeriesKey.None] },
        Gauge("orchestrator_last_sweep_timestamp_seconds", "orchestrator.sweep.time", "When the engine last looked through everything that may be due."),
        Histogram("orchestrator_store_commit_duration_seconds", "orchestrator.store.commit.duration", "How long a commit to the disk took.") with { Known = [SeriesKey.None] },
        Histogram("orchestrator_store_commit_writes", "orchestrator.store.commit.writes", "How many writes shared a commit.") with { Known = [SeriesKey.None] },
        Counter("orchestrator_store_commit_failures_total", "orchestrator.store.commit.failures", "Commits that failed as a whole: the disk, or another process owns the store.") with { Known = [SeriesKey.None] },
        Gauge("orchestrator_store_queued_writes", "orchestrator.store.queued", "Writes that wait for the next commit."),
        Counter("orchestrator_hook_deliveries_total", "orchestrator.hook.deliveries", "Deliveries to /hooks, by what became of them.") with
        {
            Tags = ["outcome"], Known = [.. ServerMeter.DeliveryOutcomes.Select(static outcome => new SeriesKey(outcome))],
        },
        Gauge("orchestrator_build_info", "orchestrator.build", "1; the label says which version this is.") with { Tags = ["version"] },
        Gauge("process_start_time_seconds", "orchestrator.process.start", "When the process started."),
        Counter("process_cpu_seconds_total", "dotnet.process.cpu.time", "Processor time of the process."),
        Gauge("process_resident_memory_bytes", "dotnet.process.memory.working_set", "Memory of the process in RAM."),
        Counter("dotnet_gc_collections_total", "dotnet.gc.collections", "Garbage collections, by generation.") with { Tags = ["gc.heap.generation"] },
        Counter("dotnet_gc_pause_seconds_total", "dotnet.gc.pause.time", "How long everything stood still for the garbage collector."),
        Counter("dotnet_gc_allocated_bytes_total", "dotnet.gc.heap.total_allocated", "Bytes allocated on the heap."),
        Gauge("dotnet_gc_heap_size_bytes", "dotnet.gc.last_collection.heap.size", "Size of the heap after the last collection, by generation.") with { Tags = ["gc.heap.generation"] },
        Gauge("dotnet_thread_pool_threads", "dotnet.thread_pool.thread.count", "Threads of the pool."),
        Gauge("dotnet_thread_pool_queued", "dotnet.thread_pool.queue.length", "Work that waits for a thread of the pool."),
        Counter("dotnet_exceptions_total", "dotnet.exceptions", "Exceptions thrown, also those that were expected and caught.") with { Known = [SeriesKey.None] },
    ];

    private static MetricFamily Counter(string name, string instrument, string help) => new(name, instrument, MetricType.Counter, help);

    private static MetricFamily Gauge(string name, string instrument, string help) => new(name, instrument, MetricType.Gauge, help);

    private static MetricFamily Histogram(string name, string instrument, string help) => new(name, instrument, MetricType.Histogram, help);
}
