using Orchestrator.Engine.Storage;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Engine.Tests.Concurrency;

/// <summary>An in-memory store whose commits are done by a writer lane, in groups, on another thread: what the engine meets on SQLite.</summary>
internal sealed class LaneStore : ForwardingStore
{
    private readonly InMemoryStore _inner = new();
    private readonly GroupCommit<WriteSet> _lane;

    public LaneStore() => _lane = new GroupCommit<WriteSet>("test lane", static writes => (writes.Events.Count, 0), group =>
    {
        foreach (var pending in group)
            if (_inner.CommitAsync(pending.Write) is { IsFaulted: true, Exception: { } fault }) pending.Failure = fault.InnerException;
    });

    protected override IStore Inner => _inner;

    public override long Epoch => _inner.Epoch;

    public override Task CommitAsync(WriteSet writes) => _lane.CommitAsync(writes);

    public override ValueTask DisposeAsync() => _lane.DisposeAsync();
}
