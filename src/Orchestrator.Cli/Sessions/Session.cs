using System.CommandLine;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Sessions;

/// <summary>One command's hold on runs: on the store in the data folder, or on the server that owns it or another one.</summary>
internal abstract class Session : IAsyncDisposable
{
    /// <summary>Who asks, as the journal names it when no server does.</summary>
    public static string By => $"cli:{Environment.UserName}";

    /// <summary>Where all this lies on this machine.</summary>
    public required DataFolder Folder { get; init; }

    /// <summary>The server as it was asked for; null when the data folder says it all.</summary>
    public virtual string? AskedServer => null;

    /// <summary>True while this process runs the engine.</summary>
    public abstract bool Drives { get; }

    /// <summary>Opens the store as its owner with a running engine, or beside the process that owns it, or the server.</summary>
    public static async Task<Session> OpenAsync(ParseResult parsed, Terminal terminal)
    {
        var session = await OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        await session.TryOwnAsync().ConfigureAwait(false);
        return session;
    }

    /// <summary>Opens the server when there is one, else the store to read only: nothing moves.</summary>
    public static async Task<Session> OpenToReadAsync(ParseResult parsed, Terminal terminal) =>
        await ServerSession.FindAsync(parsed, terminal).ConfigureAwait(false) is { } server ? server : await LocalSession.OpenBesideAsync(parsed, terminal).ConfigureAwait(false);

    /// <summary>Becomes the owner of the store when nobody is. Called again while a run is followed: its owner may have gone, and then nobody else would drive it.</summary>
    public abstract Task TryOwnAsync();

    /// <summary>A run by id or prefix; null when there is none.</summary>
    public abstract Task<RunSummary?> FindRunAsync(string id);

    /// <summary>Summary rows, newest first.</summary>
    public abstract Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunQuery query);

    /// <summary>A run with its steps; null when there is none.</summary>
    public abstract Task<RunView?> ReadRunAsync(string runId);

    /// <summary>Events after a number, in order.</summary>
    public abstract Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(string runId, long after, int limit);

    /// <summary>Log lines after a number, in order.</summary>
    public abstract Task<IReadOnlyList<StoredLogLine>> ReadLogAsync(string runId, long after, int limit);

    /// <summary>A stored definition's JSON; null when there is none.</summary>
    public abstract Task<byte[]?> ReadDefinitionAsync(string hash);

    /// <summary>Starts a run here, or asks the owner to. Throws a failure when it was refused or nobody answered.</summary>
    public abstract Task<StartResult> StartAsync(ReadyToRun ready, string? key, IReadOnlyDictionary<string, string> labels);

    /// <summary>Asks something of a run.</summary>
    public abstract Task<OperatorResult> AskAsync(Wish wish);

    /// <summary>What would become of what is asked of a run, one after the other: for each why it would be refused, else null. Ends behind the first that is refused; nothing is changed, and nothing moves.</summary>
    public abstract Task<IReadOnlyList<string?>> CheckAsync(string runId, IReadOnlyList<Wish> wishes);

    /// <summary>Names of stored secrets.</summary>
    public abstract Task<IReadOnlyList<string>> ListSecretsAsync();

    /// <summary>Keeps a secret; throws a failure when nobody here may.</summary>
    public abstract Task SetSecretAsync(string name, string text);

    /// <summary>Forgets a secret; false when there is none.</summary>
    public abstract Task<bool> RemoveSecretAsync(string name);

    /// <summary>Stays while other runs are under way in this process: to leave would cut their steps off. Waiting runs are left; an interruption leaves all.</summary>
    public virtual Task LingerAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
