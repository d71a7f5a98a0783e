using System.Text;
using System.Text.Json;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Engine.Tests.Simulation;

/// <summary>One run from start to end on a store that dies at given commits; after each death a new engine opens what is left. Attempts run in an order drawn from the seed.</summary>
#pragma warning disable CA1001 // the store lives in memory and dies with the case
internal sealed class CrashingRun(Definition definition, int seed, params IReadOnlyDictionary<int, CommitFault>[] crashes)
{
#pragma warning restore CA1001
    private readonly Random _random = new(seed);
    private readonly List<Action> _attempts = [];
    private readonly ManualTime _time = new();
    private FaultyStore _store = null!;
    private WorkflowEngine? _engine;
    private string? _run;
    private int _asked;
    private int _life;

    public World World { get; } = new();

    /// <summary>True when a run that holds without a paused step is at its end: nothing in it could go on.</summary>
    public bool EndsWhenStuck { get; init; }

    /// <summary>In the store before the run starts.</summary>
    public WriteSet Before { get; init; } = new();

    /// <summary>What is asked of the run once it waits for the first time: kinds and bodies of messages, in order, each posted once.</summary>
    public IReadOnlyList<(string Kind, string Body)> Requests { get; init; } = [];

    /// <summary>True when a request is posted only after the one before was answered; else all are there at once.</summary>
    public bool AsksOneByOne { get; init; }

    /// <summary>Looks at what a new process would find after a crash, before there is one.</summary>
    public Action<CrashingRun, string>? AfterCrash { get; init; }

    public int Commits { get; private set; }

    public int Crashes { get; private set; }

    /// <summary>Steps that were held because nobody could tell whether they took effect, and that the operator took as done or had run again.</summary>
    public List<string> Asked { get; } = [];

    public RunView Play()
    {
        var prepared = new FaultyStore(new FaultPlan());
        _ = prepared.CommitAsync(Before);
        _store = prepared.Restart(Plan());
        Open();
        for (var turns = 0; turns < 3000; turns++)
        {
            if (_store.Crashed.IsCompleted) Restart();
            if ((_run ??= Start()) is not { } run) continue;
            if (_attempts.Count > 0)
            {
                var next = _random.Next(_attempts.Count);
                var attempt = _attempts[next];
                _attempts.RemoveAt(next);
                attempt();
                continue;
            }

            if (_store.Crashed.IsCompleted) continue;
            var view = Now(RunViews.ReadAsync(_store, run, CancellationToken.None))!;
            if (view.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled)
            {
                Commits = _store.Commits;
                return view;
            }

            if (EndsWhenStuck && view.Status == RunStatus.Paused && Paused(view.Steps) is null)
            {
                Commits = _store.Commits;
                return view;
            }

            if (view.Status == RunStatus.Paused)
            {
                Help(view);
                continue;
            }

            if (Requests.Count > 0 && (_asked > 0 || view.Status == RunStatus.Waiting)) Ask(run);
            if (_asked > 0 && ResultOf(run, _asked - 1) is null)
            {
                _time.Advance(TimeSpan.FromSeconds(1)); // the next sweep takes it up
                continue;
            }

            var due = Now(_store.NextTimerAsync(CancellationToken.None));
            _time.AdvanceTo(due > _time.GetUtcNow() ? due.Value : _time.GetUtcNow() + TimeSpan.FromMilliseconds(100));
        }

        throw new InvalidOperationException($"seed {seed}: the run {_run} does not end: {(_run is not { } stuck ? "" : string.Join('\n', Now(_store.ReadEventsAsync(stuck, 0, 1000, CancellationToken.None)).Select(row => $"{row.Type} {row.Step} {Encoding.UTF8.GetString(row.Body.Span)}")))}");
    }

    /// <summary>The state at the end as text: status and outcome of each step, without what legitimately differs (instants, counters, who was asked).</summary>
    public static string Describe(RunView run)
    {
        var text = new StringBuilder().AppendLine($"{run.Status} {run.Failure?.Code}");
        void Add(IEnumerable<StepView> steps, string indent)
        {
            foreach (var step in steps)
            {
                text.AppendLine($"{indent}{step.Key} {step.Status} {step.Changed} {step.Output} {step.Failure?.Code}");
                Add(step.Children, indent + "  ");
            }
        }

        // Parallel steps may complete in another order after a crash, and are then taken back in another order; that it is the reverse one is asked of the journal.
        Add(run.Steps.Where(step => !IsUndo(step.Key)), "  ");
        Add(run.Steps.Where(step => IsUndo(step.Key)).OrderBy(step => step.Key, StringComparer.Ordinal), "  ");
        return text.ToString();
    }

    public static bool IsUndo(string key) => key.EndsWith("-undo", StringComparison.Ordinal);

    public IReadOnlyList<StoredEvent> Journal(string runId) => Now(_store.ReadEventsAsync(runId, 0, 10_000, CancellationToken.None));

    /// <summary>What the activities of a workflow made in Studio did.</summary>
    public Execution Execution(string runId) => Now(Executions.ReadAsync(_store, runId, CancellationToken.None))!;

    /// <summary>What became of a request, by its place: empty when it was done, else why it was refused; null while it is not answered.</summary>
    public string? ResultOf(string runId, int request) => Now(_store.ReadInboxResultAsync(runId, $"request-{request}", CancellationToken.None));

    // Everything runs on this thread, so a task that is asked for is complete.
    private static T Now<T>(Task<T> task) => task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("something left the thread");

    private FaultPlan Plan() => new() { Crashes = _life < crashes.Length ? crashes[_life] : new Dictionary<int, CommitFault>() };

    private string? Start()
    {
        var starting = _engine!.StartAsync(new StartRun(definition, Value.EmptyMap, "the-run"), CancellationToken.None);
        return starting.IsCompletedSuccessfully ? starting.Result.RunId : _store.Crashed.IsCompleted ? null : Now(starting).RunId;
    }

    private void Restart()
    {
        Crashes++;
        _life++;
        _attempts.Clear();
        _ = _engine!.DisposeAsync().AsTask();
        _store = _store.Restart(Plan());
        if (_run is { } run) AfterCrash?.Invoke(this, run);
        Open();
    }

    private void Ask(string run)
    {
        while (_asked < Requests.Count && (_asked == 0 || !AsksOneByOne || ResultOf(run, _asked - 1) is not null))
        {
            var (kind, body) = Requests[_asked];
            Now(_store.PostAsync(new InboxMessage(run, $"request-{_asked++}", kind, Encoding.UTF8.GetBytes(body), "operator", _time.GetUtcNow()), CancellationToken.None));
        }
    }

    private void Open()
    {
        var opening = WorkflowEngine.OpenAsync(
            new EngineOptions
            {
                Store = _store, Activities = Bench.Activities(World), OpenTarget = Bench.OpenTarget, Seal = Bench.Seal, Time = _time, Seed = seed + _life, Dispatch = _attempts.Add,
            }, CancellationToken.None);
        if (opening.IsCompletedSuccessfully) _engine = opening.Result;
        else if (!_store.Crashed.IsCompleted) Now(opening);
    }

    /// <summary>The operator: looks at the world and says what became of the step.</summary>
    private void Help(RunView run)
    {
        var step = Paused(run.Steps) ?? throw new InvalidOperationException($"seed {seed}: paused without a paused step");
        if (step.Failure!.Code is not ("engine.unknownOutcome" or "engine.crashLoop")) throw new InvalidOperationException($"seed {seed}: paused with {step.Failure}");
        Asked.Add(step.Key);
        var happened = World.Effects.ContainsKey($"{run.RunId}/{step.Key}");
        var value = step.Failure.Code == "engine.unknownOutcome" && happened;
        _ = _store.PostAsync(new InboxMessage(
            run.RunId, $"help-{Asked.Count}", value ? "skip" : "retry", JsonSerializer.SerializeToUtf8Bytes(new { step = step.Key, value = new { } }), "operator", _time.GetUtcNow()), CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(1));
    }

    private static StepView? Paused(IEnumerable<StepView> steps)
    {
        foreach (var step in steps)
            if (Paused(step.Children) is { } inner) return inner;
            else if (step.Status == StepStatus.Paused) return step;
        return null;
    }
}
