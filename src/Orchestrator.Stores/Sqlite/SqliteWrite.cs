using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

/// <summary>What goes down the writer lane: a set, or (so that the owner's own posts do not fight the lane for the write lock) a message.</summary>
internal sealed class SqliteWrite
{
    /// <summary>The set; null for a message.</summary>
    public WriteSet? Set { get; init; }

    /// <summary>The message; null for a set.</summary>
    public InboxMessage? Message { get; init; }

    /// <summary>True when the message was new.</summary>
    public bool Posted { get; set; }

    /// <summary>Rows and bytes, roughly: for the lane's caps.</summary>
    public (int Rows, long Bytes) Weigh()
    {
        if (Set is not { } set) return (1, Message!.Body.Length);
        var bytes = 0L;
        foreach (var entry in set.Events) bytes += entry.Body.Length;
        foreach (var snapshot in set.Snapshots) bytes += snapshot.State.Length;
        foreach (var (_, content) in set.Blobs) bytes += content.Length;
        foreach (var definition in set.Definitions) bytes += definition.Json.Length;
        foreach (var message in set.Post) bytes += message.Body.Length;
        foreach (var plan in set.NewPlans) bytes += plan.Body.Length;
        foreach (var line in set.Log) bytes += line.Line.Length;
        return (set.Events.Count + set.Runs.Count + set.Log.Count + set.Post.Count, bytes);
    }
}
