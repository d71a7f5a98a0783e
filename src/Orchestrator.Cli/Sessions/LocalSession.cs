using System.CommandLine;
using System.Diagnostics.Metrics;
using System.Text;
using Orchestrator.Activities.Scripting;
using Orchestrator.Activities.Targets;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Inputs;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Server.Triggers;
using Orchestrator.Stores.Secrets;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Cli.Sessions;

/// <summary>
/// One command's hold on the store. When nobody owns the store this process does, and runs the engine for as long as the session lasts; else another process does, and this one reads and posts.
/// </summary>
internal sealed class LocalSession : Session
{
    private const string SecretPrefix = "store:";

    private readonly Terminal _terminal;
    private readonly ScriptWorkers _scripts;

    private TriggerLink? _triggers;

    private LocalSession(DataFolder folder, Terminal terminal, IStore store)
    {
        (_terminal, Store) = (terminal, store);
        _scripts = new ScriptWorkers(WorkerCommand.OfSelf(), terminal.Time);
        Seal = FileSeal.Open(folder.Path);
    }

    /// <summary>The store.</summary>
    public IStore Store { get; private set; }

    /// <summary>The engine; null while another process owns the store.</summary>
    public WorkflowEngine? Engine { get; private set; }

    /// <summary>On which store and engine count what they do.</summary>
    public Meter Meter { get; } = new("Orchestrator");

    /// <summary>Seals secrets.</summary>
    public SecretSeal Seal { get; }

    /// <inheritdoc/>
    public override bool Drives => Engine is not null;

    /// <summary>Opens the store to read only: nothing moves.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">The terminal.</param>
    /// <param name="triggers">Starts what events trigger, for a server that will own the store; null = events only wake runs.</param>
    public static async Task<LocalSession> OpenBesideAsync(ParseResult parsed, Terminal terminal, TriggerLink? triggers = null)
    {
        var folder = DataFolder.Find(parsed.GetValue(CommonOptions.Data), terminal);
        folder.Ensure();
        return new LocalSession(folder, terminal, await SqliteStore.OpenAsync(folder.Store, asOwner: false).ConfigureAwait(false)) { Folder = folder, _triggers = triggers };
    }

    /// <inheritdoc/>
    public override async Task TryOwnAsync()
    {
        if (Engine is not null) return;
        SqliteStore store;
        try
        {
            store = await SqliteStore.OpenAsync(Folder.Store, asOwner: true, Meter).ConfigureAwait(false);
        }
        catch (FailureException trouble) when (trouble.Failure.Code == "store.owned")
        {
            return;
        }

        var reader = Store;
        try
        {
            Engine = await WorkflowEngine.OpenAsync(Options(store), CancellationToken.None).ConfigureAwait(false);
            Store = store;
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await reader.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<RunSummary?> FindRunAsync(string id) => Store.FindRunAsync(id, CancellationToken.None);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunQuery query) => Store.ListRunsAsync(query, CancellationToken.None);

    /// <inheritdoc/>
    public override Task<RunView?> ReadRunAsync(string runId) => RunViews.ReadAsync(Store, runId, CancellationToken.None);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long after, int limit) => Store.ReadEventsAsync(runId, after, limit, CancellationToken.None);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<StoredLogLine>> ReadLogAsync(string runId, long after, int limit) => Store.ReadLogAsync(runId, after, limit, CancellationToken.None);

    /// <inheritdoc/>
    public override Task<byte[]?> ReadDefinitionAsync(string hash) => Store.ReadDefinitionAsync(hash, CancellationToken.None);

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<string>> ListSecretsAsync() =>
        [.. (await Store.ListSecretsAsync(SecretPrefix, CancellationToken.None).ConfigureAwait(false)).Select(reference => reference[SecretPrefix.Length..])];

    /// <inheritdoc/>
    public override async Task SetSecretAsync(string name, string text)
    {
        await MustOwnAsync().ConfigureAwait(false);
        await Store.CommitAsync(new WriteSet { Secrets = [(SecretPrefix + name, Seal.Protect(text))] }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<bool> RemoveSecretAsync(string name)
    {
        if (await Store.ReadSecretAsync(SecretPrefix + name, CancellationToken.None).ConfigureAwait(false) is null) return false;
        await MustOwnAsync().ConfigureAwait(false);
        await Store.CommitAsync(new WriteSet { RemoveSecrets = [SecretPrefix + name] }).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public override async Task<StartResult> StartAsync(ReadyToRun ready, string? key, IReadOnlyDictionary<string, string> labels)
    {
        var start = new StartRun(ready.Definition, ready.Inputs, key, labels, By);
        if (Engine is { } engine)
        {
            if (ready.Called.Count > 0)
                await Store.CommitAsync(new WriteSet { Definitions = [.. ready.Called.Select(one => new StoredDefinition(one.Hash, one.Name, one.Version, DefinitionJson.Write(one)))] }).ConfigureAwait(false);
            return await engine.StartAsync(start, CancellationToken.None).ConfigureAwait(false);
        }

        var (runId, answer) = await Inbox.StartAsync(Store, start, Seal, _terminal.Time, CancellationToken.None).ConfigureAwait(false);
        if (answer.Outcome == OperatorOutcome.Done) return new StartResult(runId, false);
        if (key is not null && await Store.FindRunByStartKeyAsync(key, CancellationToken.None).ConfigureAwait(false) is { } first) return new StartResult(first.RunId, true);
        throw answer.Outcome == OperatorOutcome.Posted
            ? new FailureException("store.noAnswer", FailureKind.Transient, $"the process that owns the store has not answered yet; the start is on disk, and run {runId} begins when it does")
            : new FailureException("run.refused", FailureKind.Permanent, answer.Reason ?? "the start was refused");
    }

    /// <inheritdoc/>
    public override Task<OperatorResult> AskAsync(Wish wish) => Engine is { } engine
        ? engine.SendAsync(wish.Kind, wish.RunId, Message(wish), By, wish.Key, CancellationToken.None)
        : Inbox.SendAsync(Store, Seal, wish.Kind, wish.RunId, Message(wish), By, wish.Key, _terminal.Time, CancellationToken.None);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<string?>> CheckAsync(string runId, IReadOnlyList<Wish> wishes) =>
        Inbox.CheckAsync(Store, Compiling.Catalog, Seal, runId, [.. wishes.Select(wish => (wish.Kind, Message(wish)))], By, _terminal.Time);

    /// <inheritdoc/>
    public override async Task LingerAsync()
    {
        for (var told = false; Engine is not null && !_terminal.Interrupted.IsCancellationRequested; told = true)
        {
            var moving = await Store.ListRunsAsync(new RunQuery([RunStatus.Running], Limit: 100), CancellationToken.None).ConfigureAwait(false);
            if (moving.Count == 0) return;
            if (!told) _terminal.Error.WriteLine($"staying while other runs are under way: {string.Join(", ", moving.Select(run => $"{run.RunId} ({run.Blueprint})"))}; Ctrl-C leaves them");
            await _terminal.PauseAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Engine is { } engine) await engine.DisposeAsync().ConfigureAwait(false);
        await _scripts.DisposeAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
        Meter.Dispose();
    }

    // Who can write to the store may do all that is asked of it.
    private static ReadOnlyMemory<byte> Message(Wish wish) => Encoding.UTF8.GetBytes(ValueJson.Serialize(wish.Body.With("role", Value.Of("admin"))));

    private async Task MustOwnAsync()
    {
        await TryOwnAsync().ConfigureAwait(false);
        if (Engine is null)
            throw new FailureException("store.owned", FailureKind.Transient, $"another process owns the store in {Folder.Path}, and no server; secrets are kept by the owner only: stop it for the moment");
    }

    private EngineOptions Options(IStore store) => new()
    {
        Trigger = _triggers is { } triggers ? triggers.RunAsync : null,
        Store = store, Activities = Compiling.Catalog, OpenTarget = BuiltinTargets.OpenAsync, RunScript = _scripts.RunAsync, Compile = Compiling.Compile, Seal = Seal, Time = _terminal.Time, Meter = Meter,
        OnAlarm = (runId, sentence) => _terminal.Alarm(runId.Length > 0 ? $"run {runId}: {sentence}" : sentence),
    };
}
