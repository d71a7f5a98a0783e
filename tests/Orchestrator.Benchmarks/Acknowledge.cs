using Orchestrator.Engine.Storage;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Benchmarks;

/// <summary>Commits for ever, and writes <c>run seq</c> on standard output after each acknowledgement: the victim of the durability test.</summary>
internal static class Acknowledge
{
    private const int Writers = 8;

    public static async Task RunAsync(string database)
    {
        await using var store = await SqliteStore.OpenAsync(database, asOwner: true);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(store, $"run{writer}")));
    }

    private static async Task WriteAsync(SqliteStore store, string runId)
    {
        var journal = await store.ReadJournalAsync(runId, CancellationToken.None);
        for (var seq = journal.Events.Count + 1L; ; seq++)
        {
            await store.CommitAsync(new WriteSet { Events = [new StoredEvent(runId, seq, "StepCompleted", TimeProvider.System.GetUtcNow(), "step", 1, new byte[200])] });
            Console.Out.WriteLine($"{runId} {seq}");
        }
    }
}
