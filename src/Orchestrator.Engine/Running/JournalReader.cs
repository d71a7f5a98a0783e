using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>Reads a run back: the latest snapshot and the events behind it, folded.</summary>
internal static class JournalReader
{
    /// <summary>Member of a body that stands for a body kept as a blob.</summary>
    public const string BlobKey = "$blob";

    /// <summary>Bodies longer than this are kept as blobs.</summary>
    public const int LongestBody = 8 * 1024;

    /// <summary>The state of a run; null when it has no journal.</summary>
    public static async Task<RunState?> LoadAsync(IStore store, string runId, Func<string, Task<RunGraph>> graphOf, ValueJson.ResolveSecret? resolve)
    {
        var journal = await store.ReadJournalAsync(runId, CancellationToken.None).ConfigureAwait(false);
        var state = journal.Snapshot is { } snapshot ? await FoldedAsync(snapshot, graphOf, resolve).ConfigureAwait(false) : null;
        foreach (var row in journal.Events) state = await FoldAsync(store, state, row, graphOf, resolve).ConfigureAwait(false);

        state?.Fresh.Clear();
        state?.Elsa?.ForgetNews();
        return state;
    }

    /// <summary>The state that a snapshot holds.</summary>
    public static async Task<RunState> FoldedAsync(StoredSnapshot snapshot, Func<string, Task<RunGraph>> graphOf, ValueJson.ResolveSecret? resolve)
    {
        using var document = JsonDocument.Parse(snapshot.State);
        var hash = document.RootElement.GetProperty("definition").GetString()!;
        return SnapshotCodec.Read(document.RootElement, snapshot.RunId, await graphOf(hash).ConfigureAwait(false), resolve);
    }

    /// <summary>Folds a row in, after fetching the definition that it names, if it names one. The first row makes the state.</summary>
    public static async Task<RunState> FoldAsync(IStore store, RunState? state, StoredEvent row, Func<string, Task<RunGraph>> graphOf, ValueJson.ResolveSecret? resolve, Elsa.ElsaTrace? trace = null)
    {
        var read = EventCodec.Read(await InlineAsync(store, row).ConfigureAwait(false), resolve);
        if (state is null)
        {
            var started = read as RunStarted ?? throw new FormatException($"the journal of {row.RunId} begins with {row.Type}");
            state = new RunState(row.RunId, await graphOf(started.Definition).ConfigureAwait(false)) { Trace = trace };
        }

        if (read is RunMigrated migrated) state.Next = await graphOf(migrated.Definition).ConfigureAwait(false);
        Fold.Apply(state, read);
        state.Seq = row.Seq;
        return state;
    }

    /// <summary>The row as it is stored: a long body goes into a blob.</summary>
    public static StoredEvent ToStore(StoredEvent row, ref List<(string, byte[])>? blobs)
    {
        if (row.Body.Length <= LongestBody) return row;
        var hash = Convert.ToHexStringLower(SHA256.HashData(row.Body.Span));
        (blobs ??= []).Add((hash, row.Body.ToArray()));
        return row with { Body = Encoding.UTF8.GetBytes($"{{\"{BlobKey}\":\"{hash}\"}}") };
    }

    /// <summary>The row with its body, fetched when it is kept as a blob.</summary>
    public static async Task<StoredEvent> InlineAsync(IStore store, StoredEvent row)
    {
        if (row.Body.Length is 0 or > 128 || !row.Body.Span.StartsWith("{\"$blob\":"u8)) return row;
        using var document = JsonDocument.Parse(row.Body);
        var hash = document.RootElement.GetProperty(BlobKey).GetString()!;
        return row with { Body = await store.ReadBlobAsync(hash, CancellationToken.None).ConfigureAwait(false) ?? throw new FormatException($"blob {hash} of {row.RunId} is missing") };
    }
}
