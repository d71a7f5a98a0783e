using System.Text;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

/// <summary>What every store promises. A store's test class says how to open one.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    protected static readonly DateTimeOffset Noon = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);

    protected static CancellationToken None => CancellationToken.None;

    protected IStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenEmptyAsync();

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    protected abstract Task<IStore> OpenEmptyAsync();

    /// <summary>A new owner of the same content; the old handle stays in the hands of the test.</summary>
    protected abstract Task<IStore> ReopenAsync();

    /// <summary>A reader and poster beside the owner.</summary>
    protected abstract Task<IStore> OpenBesideAsync();

    protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    protected static StoredEvent Event(string runId, long seq, string body = "{}") => new(runId, seq, "StepCompleted", Noon, "install", 1, Utf8(body));

    protected static WriteSet Events(string runId, long from, long to) =>
        new() { Events = [.. Enumerable.Range((int)from, (int)(to - from + 1)).Select(seq => Event(runId, seq, $"{{\"seq\":{seq}}}"))] };

    protected static RunSummary Run(string runId, RunStatus status = RunStatus.Running, string blueprint = "bootstrap", int minute = 0, string? startKey = null, string? parent = null) =>
        new(runId, "hash1", blueprint, 1, status, null, Noon.AddMinutes(minute), Noon.AddMinutes(minute), null, parent, startKey);

    [Fact]
    public async Task Journal_ReadBack_IsWhatWasWritten()
    {
        var first = new StoredEvent("run1", 1, "RunStarted", Noon.AddTicks(12_345), null, 0, ReadOnlyMemory<byte>.Empty);
        var second = new StoredEvent("run1", 2, "StepCompleted", Noon.AddMilliseconds(7), "hosts[nøde]/install", 3, Utf8("{\"a\":\"ü\"}"));
        await Store.CommitAsync(new WriteSet { Events = [first, second] });

        var journal = await Store.ReadJournalAsync("run1", None);

        Assert.Null(journal.Snapshot);
        Assert.Equal(2, journal.Events.Count);
        Assert.Equal(("run1", 1L, "RunStarted", Noon.AddMilliseconds(1), null, 0), Shape(journal.Events[0]));
        Assert.Equal(0, journal.Events[0].Body.Length);
        Assert.Equal(("run1", 2L, "StepCompleted", Noon.AddMilliseconds(7), "hosts[nøde]/install", 3), Shape(journal.Events[1]));
        Assert.Equal("{\"a\":\"ü\"}", Encoding.UTF8.GetString(journal.Events[1].Body.Span));

        static (string, long, string, DateTimeOffset, string?, int) Shape(StoredEvent entry) => (entry.RunId, entry.Seq, entry.Type, entry.At, entry.Step, entry.Attempt);
    }

    [Fact]
    public async Task Journal_OfAnUnknownRun_IsEmpty()
    {
        var journal = await Store.ReadJournalAsync("nobody", None);
        Assert.Null(journal.Snapshot);
        Assert.Empty(journal.Events);
        Assert.Empty(await Store.ReadEventsAsync("nobody", 0, 10, None));
    }

    [Fact]
    public async Task Journal_CallersBuffer_IsCopied()
    {
        var body = Utf8("before");
        await Store.CommitAsync(new WriteSet { Events = [Event("run1", 1) with { Body = body }] });
        body.AsSpan().Fill((byte)'x');
        Assert.Equal("before", Encoding.UTF8.GetString((await Store.ReadJournalAsync("run1", None)).Events[0].Body.Span));
    }

    [Fact]
    public async Task Events_AfterASequenceNumber_AreLimitedAndInOrder()
    {
        await Store.CommitAsync(Events("run1", 1, 6));
        await Store.CommitAsync(Events("run2", 1, 2));
        Assert.Equal([3L, 4, 5], (await Store.ReadEventsAsync("run1", 2, 3, None)).Select(entry => entry.Seq));
        Assert.Empty(await Store.ReadEventsAsync("run1", 6, 3, None));
    }

    [Fact]
    public async Task Commit_TakenPosition_IsRefusedAsAWhole()
    {
        await Store.CommitAsync(Events("run1", 1, 3));

        await Assert.ThrowsAsync<DuplicateKeyException>(() => Store.CommitAsync(Events("run1", 3, 4) with { Runs = [Run("run1")], SetTimers = [new("run1", "t", Noon)] }));

        Assert.Equal(3, (await Store.ReadJournalAsync("run1", None)).Events.Count);
        Assert.Null(await Store.FindRunAsync("run1", None));
        Assert.Null(await Store.NextTimerAsync(None));
    }

    [Fact]
    public async Task Commit_PositionTwiceInOneSet_IsRefused() =>
        await Assert.ThrowsAsync<DuplicateKeyException>(() => Store.CommitAsync(new WriteSet { Events = [Event("run1", 1), Event("run1", 1)] }));

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Commit_WithoutItsPredecessor_IsRefused(long seq)
    {
        if (seq == 5) await Store.CommitAsync(Events("run1", 1, 3));
        await Assert.ThrowsAsync<JournalGapException>(() => Store.CommitAsync(Events("run1", seq, seq)));
        Assert.Empty(await Store.ReadEventsAsync("run1", 3, 10, None));
    }

    [Fact]
    public async Task Commit_TwoSetsInARowOfOneCaller_KeepTheirOrder()
    {
        var commits = Enumerable.Range(1, 200).Select(seq => Store.CommitAsync(Events("run1", seq, seq))).ToArray();
        await Task.WhenAll(commits);
        Assert.Equal(Enumerable.Range(1, 200).Select(seq => (long)seq), (await Store.ReadEventsAsync("run1", 0, 1000, None)).Select(entry => entry.Seq));
    }

    [Fact]
    public async Task Commit_GuiltySetsAmongMany_FailAlone()
    {
        await Store.CommitAsync(Events("taken", 1, 1));
        var commits = new List<(string RunId, bool Guilty, Task Commit)>();
        for (var i = 0; i < 100; i++)
        {
            var guilty = i % 10 == 3;
            var runId = guilty ? "taken" : $"run{i}";
            commits.Add((runId, guilty, Store.CommitAsync(Events(runId, 1, 1) with { SetTimers = [new StoredTimer($"timer{i}", "t", Noon)] })));
        }

        foreach (var (runId, guilty, commit) in commits)
        {
            if (guilty) await Assert.ThrowsAsync<DuplicateKeyException>(() => commit);
            else
            {
                await commit;
                Assert.Single((await Store.ReadJournalAsync(runId, None)).Events);
            }
        }

        Assert.Equal(90, (await Store.ReadDueTimersAsync(Noon, 1000, None)).Count);
    }

    [Fact]
    public async Task Commit_SetBehindARefusedOneOfTheSameRun_IsRefusedToo()
    {
        await Store.CommitAsync(new WriteSet { Runs = [Run("other", startKey: "key")] });
        var refused = Store.CommitAsync(Events("run1", 1, 1) with { Runs = [Run("run1", startKey: "key")] });
        var behind = Store.CommitAsync(Events("run1", 2, 2));
        await Assert.ThrowsAsync<DuplicateKeyException>(() => refused);
        await Assert.ThrowsAsync<JournalGapException>(() => behind);
        Assert.Empty((await Store.ReadJournalAsync("run1", None)).Events);
    }

    [Fact]
    public async Task Snapshot_NewestWins_AndTheJournalBehindItIsRead()
    {
        await Store.CommitAsync(Events("run1", 1, 5) with { Snapshots = [new("run1", 3, Utf8("three"))] });
        await Store.CommitAsync(new WriteSet { Snapshots = [new("run1", 4, Utf8("four")), new("run1", 2, Utf8("two"))] });

        var journal = await Store.ReadJournalAsync("run1", None);

        Assert.Equal(4, journal.Snapshot!.Seq);
        Assert.Equal("four", Encoding.UTF8.GetString(journal.Snapshot.State.Span));
        Assert.Equal([5L], journal.Events.Select(entry => entry.Seq));
        Assert.Equal(5, (await Store.ReadEventsAsync("run1", 0, 100, None)).Count);
    }

    [Fact]
    public async Task Commit_OfASupersededOwner_IsFencedAndLeavesNothing()
    {
        await Store.CommitAsync(Events("run1", 1, 1));
        await using var successor = await ReopenAsync();

        Assert.Equal(Store.Epoch + 1, successor.Epoch);
        await Assert.ThrowsAsync<FencedException>(() => Store.CommitAsync(Events("run1", 2, 2)));
        await successor.CommitAsync(Events("run1", 2, 2));
        Assert.Equal(2, (await successor.ReadJournalAsync("run1", None)).Events.Count);
    }

    [Fact]
    public async Task Commit_ByAReader_IsFenced()
    {
        await using var reader = await OpenBesideAsync();
        Assert.Equal(0, reader.Epoch);
        await Assert.ThrowsAsync<FencedException>(() => reader.CommitAsync(Events("run1", 1, 1)));
    }

    [Fact]
    public async Task Reader_BesideTheOwner_SeesWhatWasCommitted()
    {
        await using var reader = await OpenBesideAsync();
        await Store.CommitAsync(Events("run1", 1, 2) with { Runs = [Run("run1")] });
        Assert.Equal(2, (await reader.ReadJournalAsync("run1", None)).Events.Count);
        await Store.CommitAsync(Events("run1", 3, 3));
        Assert.Equal(3, (await reader.ReadJournalAsync("run1", None)).Events.Count);
        Assert.NotNull(await reader.FindRunAsync("run1", None));
    }
}
