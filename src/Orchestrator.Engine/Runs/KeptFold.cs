using Orchestrator.Engine.Elsa;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Running;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Engine.Runs;

/// <summary>
/// The journal of one run folded as far as it was read, which reads on from there. What it gives is always the fold of all events up to <see cref="Seq"/>: the fold is pure, so it does not matter in how many
/// pieces they came. Safe for concurrent use; one caller reads on at a time and the others get what it found.
/// </summary>
#pragma warning disable CA1001 // a semaphore without a wait handle holds nothing
internal sealed class KeptFold(IStore store, string runId)
#pragma warning restore CA1001
{
    private const int Page = 1000;

    /// <summary>What an event costs besides its body, roughly: records, lists, what the state keeps of it.</summary>
    private const int EventBytes = 500;

    /// <summary>Text becomes so many times larger as values.</summary>
    private const int Growth = 4;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private RunGraph? _graph;
    private RunState? _state;
    private ElsaTrace? _trace;
    private StoredEvent? _last;
    private Execution? _made;

    /// <summary>Number of the last event folded in.</summary>
    public long Seq => _state?.Seq ?? 0;

    /// <summary>About how much memory it takes.</summary>
    public long Bytes { get; private set; }

    /// <summary>What the activities did, up to the last event in the store; null when there is no such run or its journal cannot be read by this program.</summary>
    public async Task<Execution?> ReadAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_state is not null && await ReadOnAsync(cancellationToken).ConfigureAwait(false)) return _made;
            Begin();
            if (await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not { } run) return null;
            var graph = await GraphAsync(run.Definition).ConfigureAwait(false);
            // A snapshot holds where a run stands. How it got there, which Studio shows of its own workflows, only the whole journal tells.
            if (graph.Definition.Elsa is not null) _trace = new ElsaTrace(runId);
            else if ((await store.ReadJournalAsync(runId, cancellationToken).ConfigureAwait(false)).Snapshot is { } snapshot)
            {
                _state = await JournalReader.FoldedAsync(snapshot, GraphAsync, null).ConfigureAwait(false);
                Bytes += Growth * snapshot.State.Length;
            }

            await ReadOnAsync(cancellationToken).ConfigureAwait(false);
            return _made;
        }
        catch (Exception trouble) when (trouble is not OperationCanceledException)
        {
            // An event may be folded in by half.
            Begin();
            if (trouble is UnknownEventException or FormatException) return null;
            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Folds in what came since. False when the journal is not the one that was folded: the run was forgotten, and perhaps another was imported under its id.</summary>
    private async Task<bool> ReadOnAsync(CancellationToken cancellationToken)
    {
        var rows = (IReadOnlyList<StoredEvent>)[];
        do
        {
            // From the last event that is folded in already: it tells that this is the same journal.
            var known = Seq > 0 ? 1 : 0;
            rows = await store.ReadEventsAsync(runId, Seq - known, Page, cancellationToken).ConfigureAwait(false);
            if (known > 0 && (rows.Count == 0 || (_last is { } last && !AreEqual(rows[0], last)))) return false;
            foreach (var row in rows.Skip(known)) await FoldAsync(row).ConfigureAwait(false);
            if (rows.Count > 0) _last = rows[^1];
        }
        while (rows.Count == Page);
        if (_state is null) return true;
        // What only a run loop reads.
        _state.Fresh.Clear();
        _state.Elsa?.ForgetNews();
        _made ??= _trace is null ? BlueprintExecutions.Of(_state) : ElsaExecutions.Of(_state, _trace);
        return true;
    }

    private async Task FoldAsync(StoredEvent row)
    {
        _made = null;
        row = await JournalReader.InlineAsync(store, row).ConfigureAwait(false);
        _state = await JournalReader.FoldAsync(store, _state, row, GraphAsync, null, _trace).ConfigureAwait(false);
        Bytes += EventBytes + Growth * row.Body.Length;
    }

    private void Begin() => (_graph, _state, _trace, _last, _made, Bytes) = (null, null, null, null, null, 0);

    private async Task<RunGraph> GraphAsync(string hash)
    {
        if (_graph is { } known && known.Definition.Hash == hash) return known;
        var json = await store.ReadDefinitionAsync(hash, CancellationToken.None).ConfigureAwait(false) ?? throw new FormatException($"definition {hash} is missing");
        Bytes += Growth * json.Length;
        return _graph = RunGraph.ToRead(hash, json);
    }

    private static bool AreEqual(StoredEvent one, StoredEvent other) =>
        one.Seq == other.Seq && one.Type == other.Type && one.At == other.At && one.Step == other.Step && one.Attempt == other.Attempt && one.Body.Span.SequenceEqual(other.Body.Span);
}
