using System.CommandLine;
using System.Text;
using Orchestrator.Activities.Scripting;
using Orchestrator.Activities.Targets;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Terminals;
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
internal sealed class Session : IAsyncDisposable
{
    private readonly Terminal _terminal;
    private readonly ScriptWorkers _scripts;

    private TriggerLink? _triggers;

    private Session(DataFolder folder, Terminal terminal, IStore store, WorkflowEngine? engine)
    {
        (Folder, _terminal, Store, Engine) = (folder, terminal, store, engine);
        _scripts = new ScriptWorkers(WorkerCommand.OfSelf(), terminal.Time);
        Seal = FileSeal.Open(folder.Path);
    }

    /// <summary>Who asks, as the journal names it.</summary>
    public static string By => $"cli:{Environment.UserName}";

    /// <summary>Where all this lies.</summary>
    public DataFolder Folder { get; }

    /// <summary>The store.</summary>
    public IStore Store { get; private set; }

    /// <summary>The engine; null while another process owns the store.</summary>
    public WorkflowEngine? Engine { get; private set; }

    /// <summary>Seals secrets.</summary>
    public SecretSeal Seal { get; }

    /// <summary>Opens the store as its owner with a running engine, or beside the process that owns it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">The terminal.</param>
    /// <param name="triggers">Starts what events trigger, for a server; null = events only wake runs.</param>
    public static async Task<Session> OpenAsync(ParseResult parsed, Terminal terminal, TriggerLink? triggers = null)
    {
        var session = await OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        session._triggers = triggers;
        await session.TryOwnAsync().ConfigureAwait(false);
        return session;
    }

    /// <summary>Opens the store to read only: nothing moves.</summary>
    public static async Task<Session> OpenToReadAsync(ParseResult parsed, Terminal terminal)
    {
        var folder = DataFolder.Find(parsed.GetValue(CommonOptions.Data), terminal);
        folder.Ensure();
        return new Session(folder, terminal, await SqliteStore.OpenAsync(folder.Store, asOwner: false, CancellationToken.None).ConfigureAwait(false), null);
    }

    /// <summary>Becomes the owner when nobody is. Called again while a run is followed: its owner may have gone, and then nobody else would drive it.</summary>
    public async Task TryOwnAsync()
    {
        if (Engine is not null) return;
        SqliteStore store;
        try
        {
            store = await SqliteStore.OpenAsync(Folder.Store, asOwner: true, CancellationToken.None).ConfigureAwait(false);
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

    /// <summary>Starts a run here, or asks the owner to. Throws a failure when it was refused or nobody answered.</summary>
    /// <param name="start">What to start.</param>
    /// <param name="called">Definitions it calls that the store may not have yet.</param>
    public async Task<StartResult> StartAsync(StartRun start, IReadOnlyList<Definition> called)
    {
        if (Engine is { } engine)
        {
            if (called.Count > 0)
                await Store.CommitAsync(new WriteSet { Definitions = [.. called.Select(one => new StoredDefinition(one.Hash, one.Name, one.Version, DefinitionJson.Write(one)))] }).ConfigureAwait(false);
            return await engine.StartAsync(start, CancellationToken.None).ConfigureAwait(false);
        }

        var (runId, answer) = await Inbox.StartAsync(Store, start, Seal, _terminal.Time, CancellationToken.None).ConfigureAwait(false);
        if (answer.Outcome == OperatorOutcome.Done) return new StartResult(runId, false);
        if (start.StartKey is { } key && await Store.FindRunByStartKeyAsync(key, CancellationToken.None).ConfigureAwait(false) is { } first) return new StartResult(first.RunId, true);
        throw answer.Outcome == OperatorOutcome.Posted
            ? new FailureException("store.noAnswer", FailureKind.Transient, $"the process that owns the store has not answered yet; the start is on disk, and run {runId} begins when it does")
            : new FailureException("run.refused", FailureKind.Permanent, answer.Reason ?? "the start was refused");
    }

    /// <summary>Asks something of a run.</summary>
    public Task<OperatorResult> AskAsync(Wish wish)
    {
        var body = Encoding.UTF8.GetBytes(ValueJson.Serialize(wish.Body));
        return Engine is { } engine
            ? engine.SendAsync(wish.Kind, wish.RunId, body, By, wish.Key, CancellationToken.None)
            : Inbox.SendAsync(Store, Seal, wish.Kind, wish.RunId, body, By, wish.Key, _terminal.Time, CancellationToken.None);
    }

    /// <summary>
    /// Stays while other runs are under way in this process: to leave would cut their steps off. Waiting runs are left; an interruption leaves all.
    /// </summary>
    public async Task LingerAsync()
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
    public async ValueTask DisposeAsync()
    {
        if (Engine is { } engine) await engine.DisposeAsync().ConfigureAwait(false);
        await _scripts.DisposeAsync().ConfigureAwait(false);
        await Store.DisposeAsync().ConfigureAwait(false);
    }

    private EngineOptions Options(IStore store) => new()
    {
        Trigger = _triggers is { } triggers ? triggers.RunAsync : null,
        Store = store, Activities = Compiling.Catalog, OpenTarget = BuiltinTargets.OpenAsync, RunScript = _scripts.RunAsync, Compile = Compiling.Compile, Seal = Seal, Time = _terminal.Time,
        OnAlarm = (runId, sentence) => _terminal.Alarm(runId.Length > 0 ? $"run {runId}: {sentence}" : sentence),
    };
}
