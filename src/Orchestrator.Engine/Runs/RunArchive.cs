using System.Text;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Running;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Engine.Runs;

/// <summary>
/// A run as it can be carried elsewhere: its journal and every definition that the journal names. Secrets are in it by reference only; their sealed text stays where it is.
/// </summary>
/// <param name="RunId">The run.</param>
/// <param name="Definitions">Definitions by hash, in the order in which the journal names them.</param>
/// <param name="Events">All events, each with its body in full.</param>
public sealed record RunArchive(string RunId, IReadOnlyList<StoredDefinition> Definitions, IReadOnlyList<StoredEvent> Events)
{
    /// <summary>How many events an archive may have.</summary>
    public const int MostEvents = 20_000;

    private const int LongestId = 64;
    private const int Page = 1000;

    /// <summary>The archive of a run; null when there is no such run, when it has more than <see cref="MostEvents"/> events, or when this program cannot read its journal.</summary>
    public static async Task<RunArchive?> ReadAsync(IStore store, string runId, CancellationToken cancellationToken)
    {
        if (await store.LastEventNumberAsync(runId, cancellationToken).ConfigureAwait(false) is 0 or > MostEvents) return null;
        var (events, definitions) = (new List<StoredEvent>(), new List<StoredDefinition>());
        while (true)
        {
            var rows = await store.ReadEventsAsync(runId, events.Count, Page, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows) events.Add(await JournalReader.InlineAsync(store, row).ConfigureAwait(false));
            if (rows.Count < Page) break;
        }

        foreach (var named in events.Where(entry => entry.Type is RunStarted.Name or RunMigrated.Name))
        {
            var hash = HashIn(named);
            if (definitions.Exists(known => known.Hash == hash)) continue;
            if (await store.ReadDefinitionAsync(hash, cancellationToken).ConfigureAwait(false) is not { } json) return null;
            var definition = DefinitionJson.Read(json);
            definitions.Add(new StoredDefinition(hash, definition.Name, definition.Version, json));
        }

        return new RunArchive(runId, definitions, events);
    }

    /// <summary>
    /// Puts the run into a store that does not have it, as a record that has ended: one that was open ends with the import, because nobody knows whether the original still moves. Null when it is there,
    /// else why it is not; then nothing was written.
    /// </summary>
    /// <param name="store">The store; must be owned.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="now">When, UTC.</param>
    public async Task<string?> RestoreAsync(IStore store, string by, DateTimeOffset now)
    {
        if (RunId.Length is 0 or > LongestId || !RunId.All(char.IsAsciiLetterOrDigit)) return $"`{(RunId.Length > LongestId ? RunId[..LongestId] : RunId)}` is no id of a run";
        if (Events.Count is 0 or > MostEvents) return $"its journal has {Events.Count} events; an import has 1 to {MostEvents}";
        if (await store.FindRunAsync(RunId, CancellationToken.None).ConfigureAwait(false) is { } known && known.RunId == RunId) return "there is a run of this id already; it was kept as it is";
        RunState state;
        try
        {
            if (await FaultAsync(store).ConfigureAwait(false) is { } fault) return fault;
            state = await FoldAsync(store).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is not OperationCanceledException and not IOException)
        {
            // What a stranger wrote can fail in any rule of the fold.
            return $"its journal cannot be read: {wrong.Message}";
        }

        var rows = Events.ToList();
        if (!state.IsEnded)
        {
            var ended = new RunTerminated(by, "it was imported, and had not ended when it was exported") { At = now };
            Fold.Apply(state, ended);
            rows.Add(new StoredEvent(RunId, rows.Count + 1, ended.Type, now, null, 0, EventCodec.Write(ended)));
        }

        List<(string, byte[])>? blobs = null;
        var stored = rows.Select(row => JournalReader.ToStore(row, ref blobs)).ToList();
        try
        {
            await store.CommitAsync(new WriteSet { Definitions = await MissingAsync(store).ConfigureAwait(false), Events = stored, Blobs = blobs ?? [], Runs = [Commit.SummaryOf(state, state.Status, state.UpdatedAt)] }).ConfigureAwait(false);
            return null;
        }
        catch (DuplicateKeyException taken)
        {
            return $"{taken.Message} here";
        }
    }

    private static string HashIn(StoredEvent named) => EventCodec.Read(named, null) switch
    {
        RunStarted started => started.Definition,
        RunMigrated migrated => migrated.Definition,
        _ => throw new FormatException($"{named.Type} names no definition"),
    };

    private async Task<string?> FaultAsync(IStore store)
    {
        for (var i = 0; i < Events.Count; i++)
        {
            if (Events[i].Seq != i + 1) return $"event {i + 1} of its journal is missing";
            if (Events[i].Body.Span.StartsWith(Encoding.UTF8.GetBytes($"{{\"{JournalReader.BlobKey}\""))) return $"event {i + 1} of its journal has no body";
        }

        foreach (var definition in Definitions)
        {
            var read = DefinitionJson.Read(definition.Json.Span);
            if (await store.ReadDefinitionAsync(definition.Hash, CancellationToken.None).ConfigureAwait(false) is not null) continue;
            if (DefinitionJson.ContentHash(read) != definition.Hash) return $"definition {definition.Hash} is not what its hash says";
            // The newest definition of a blueprint's name is the one that starts: an old run must not bring one in.
            if (read.Elsa is null) return $"blueprint `{read.Name}` is not here as the run had it (definition {definition.Hash}); submit it first";
            if (await store.FindDefinitionAsync(read.Name, 0, CancellationToken.None).ConfigureAwait(false) is { } other && DefinitionJson.Read((await store.ReadDefinitionAsync(other, CancellationToken.None).ConfigureAwait(false))!).Elsa is null)
                return $"`{read.Name}` is a blueprint here, and the run's definition is none";
        }

        return null;
    }

    private async Task<RunState> FoldAsync(IStore store)
    {
        RunState? state = null;
        foreach (var row in Events) state = await JournalReader.FoldAsync(store, state, row, GraphAsync, null).ConfigureAwait(false);
        return state!;

        async Task<RunGraph> GraphAsync(string hash)
        {
            var json = await store.ReadDefinitionAsync(hash, CancellationToken.None).ConfigureAwait(false) is { } known ? known
                : Definitions.FirstOrDefault(definition => definition.Hash == hash)?.Json ?? throw new FormatException($"definition {hash} is missing");
            return RunGraph.ToRead(hash, json.Span);
        }
    }

    // One that is here is not written again: it would become the newest of its name.
    private async Task<IReadOnlyList<StoredDefinition>> MissingAsync(IStore store)
    {
        var missing = new List<StoredDefinition>();
        foreach (var definition in Definitions)
        {
            if (await store.ReadDefinitionAsync(definition.Hash, CancellationToken.None).ConfigureAwait(false) is not null) continue;
            var read = DefinitionJson.Read(definition.Json.Span);
            missing.Add(new StoredDefinition(definition.Hash, read.Name, read.Version, definition.Json));
        }

        return missing;
    }
}
