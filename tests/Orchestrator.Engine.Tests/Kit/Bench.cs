using System.Text;
using System.Text.Json;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.Engine.Tests.Kit;

/// <summary>An engine on the in-memory store with a clock that the test moves. Everything happens on the test's thread, so a test says exactly when what happens.</summary>
internal sealed class Bench : IAsyncDisposable
{
    private InMemoryStore _store = new();
    private readonly Queue<Action> _attempts = [];

    public World World { get; } = new();

    public ManualTime Time { get; } = new();

    public IStore Store => _store;

    public WorkflowEngine Engine { get; private set; } = null!;

    public Definition? Child { get; set; }

    public int Places { get; init; } = 64;

    public Model.Scripts.RunScript? RunScript { get; init; }

    public List<string> Alarms { get; } = [];

    public static async Task<Bench> OpenAsync(int places = 64, Model.Scripts.RunScript? runScript = null)
    {
        var bench = new Bench { Places = places, RunScript = runScript };
        await bench.OpenEngineAsync();
        return bench;
    }

    public static ActivityCatalog Activities(World world, Func<Definition>? child = null) => new(
    [
        new TestRead(world), new TestIdempotent(world), new TestKeyed(world), new TestReattach(world), new TestOnce(world), new TestVerified(world), new TestDesired(world),
        new TestCall(child ?? (() => throw new InvalidOperationException("no child"))),
    ]);

    /// <summary>Seals by turning the text around, so that no stored byte sequence is the plain text.</summary>
    public static SecretSeal Seal { get; } = new(
        text => [.. Encoding.UTF8.GetBytes(text).Reverse().Select(b => (byte)(b ^ 0x5a))],
        bytes => Encoding.UTF8.GetString([.. bytes.Select(b => (byte)(b ^ 0x5a)).Reverse()]));

    public static Task<Target> OpenTarget(string name, string kind, MapValue settings, CancellationToken cancellationToken) => Task.FromResult<Target>(new NoTarget(settings.ToString()) { Name = name });

    /// <summary>The process dies and a new one opens the store.</summary>
    public async Task CrashAsync()
    {
        _attempts.Clear();
        _store = _store.Reopen();
        await OpenEngineAsync();
    }

    /// <summary>The engine stops in good order and a new one opens the store.</summary>
    public async Task RestartAsync()
    {
        await Engine.DisposeAsync();
        await CrashAsync();
    }

    public async Task<string> StartAsync(Definition definition, MapValue? inputs = null, string? key = null, bool settle = true)
    {
        var result = await Engine.StartAsync(new StartRun(definition, inputs ?? Value.EmptyMap, key), CancellationToken.None);
        if (settle) Settle();
        return result.RunId;
    }

    /// <summary>Puts a definition into the store, where `call` finds it.</summary>
    public Task SubmitAsync(Definition definition)
    {
        var made = DefinitionJson.Sealed(definition);
        return Store.CommitAsync(new WriteSet { Definitions = [new StoredDefinition(made.Hash, made.Name, made.Version, DefinitionJson.Write(made))] });
    }

    /// <summary>Every byte the store holds, as text.</summary>
    public string StoredText() => StoreDump.Of(_store);

    /// <summary>Runs the attempts that have been dispatched, and those that follow.</summary>
    public void Settle()
    {
        while (_attempts.TryDequeue(out var attempt)) attempt();
    }

    /// <summary>Runs only the next attempt.</summary>
    public void RunOne() => _attempts.Dequeue()();

    public int Dispatched => _attempts.Count;

    /// <summary>Moves the clock in steps of at most a second, as the engine's sweep would see it.</summary>
    public void Advance(TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero;)
        {
            var step = left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
            Time.Advance(step);
            Settle();
            left -= step;
        }
    }

    /// <summary>Moves the clock from wake-up to wake-up until the run has ended or stands still.</summary>
    public async Task<RunView> FinishAsync(string runId)
    {
        for (var turns = 0; turns < 1000; turns++)
        {
            Settle();
            var view = await ViewAsync(runId);
            if (view.Status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled or RunStatus.Paused) return view;
            var next = await Store.NextTimerAsync(CancellationToken.None);
            Time.AdvanceTo(next > Time.GetUtcNow() ? next.Value : Time.GetUtcNow() + TimeSpan.FromMilliseconds(100));
        }

        throw new InvalidOperationException("the run does not end");
    }

    /// <summary>The end of a run that comes about on another thread, when a hanging attempt is cut off.</summary>
    public Task<RunView> EndAsync(string runId) => Engine.WaitAsync(runId, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

    public async Task<RunView> ViewAsync(string runId) => await Engine.GetAsync(runId, CancellationToken.None) ?? throw new InvalidOperationException("no such run");

    public async Task<StepView> StepAsync(string runId, string key) => Find((await ViewAsync(runId)).Steps, key) ?? throw new InvalidOperationException($"no step {key}");

    public async Task<string[]> EventsAsync(string runId) =>
        [.. (await Store.ReadEventsAsync(runId, 0, 10_000, CancellationToken.None)).Select(row => row.Step is null ? row.Type : $"{row.Type} {row.Step}")];

    /// <summary>Asks for something; the answer is the refusal, or null when it was granted.</summary>
    public async Task<string?> AskAsync(string runId, string kind, object? body = null, string? key = null, string by = "alice")
    {
        var result = await Engine.SendAsync(kind, runId, body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body), by, key, CancellationToken.None);
        Settle();
        return result.Outcome == OperatorOutcome.Done ? null : result.Reason ?? result.Outcome.ToString();
    }

    /// <summary>What would become of requests: for each the refusal, or null.</summary>
    public Task<IReadOnlyList<string?>> CheckAsync(string runId, params IReadOnlyList<(string Kind, ReadOnlyMemory<byte> Body)> requests) =>
        Inbox.CheckAsync(Store, Activities(World, () => Child!), Seal, runId, requests, "alice", Time);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    private static StepView? Find(IEnumerable<StepView> steps, string key)
    {
        foreach (var step in steps)
            if (step.Key == key) return step;
            else if (Find(step.Children, key) is { } inner) return inner;
        return null;
    }

    private async Task OpenEngineAsync() => Engine = await WorkflowEngine.OpenAsync(
        new EngineOptions
        {
            Store = _store, Activities = Activities(World, () => Child!), OpenTarget = OpenTarget, Seal = Seal, Time = Time, Seed = 1, MaxConcurrentActivities = Places,
            Dispatch = _attempts.Enqueue, RunScript = RunScript, OnAlarm = (run, what) => Alarms.Add($"{run} {what}"),
        }, CancellationToken.None);

    private sealed class NoTarget(string address) : Target
    {
        public override string Kind => "local";

        public override string Address => address;

        public override Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) => throw No();

        public override Task<TargetFile?> ReadFileAsync(string path, CancellationToken cancellationToken) => throw No();

        public override Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, Model.Targets.FileAttributes attributes, CancellationToken cancellationToken) => throw No();

        public override Task UploadAsync(string localPath, string path, Model.Targets.FileAttributes attributes, CancellationToken cancellationToken) => throw No();

        public override Task<Stream> OpenStreamAsync(StreamAddress address, CancellationToken cancellationToken) => throw No();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static FailureException No() => new("target.unreachable", FailureKind.Transient, "there is nothing here");
    }
}
