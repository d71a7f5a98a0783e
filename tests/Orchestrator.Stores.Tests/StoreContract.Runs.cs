using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Run_ReadBack_IsWhatWasWritten()
    {
        var run = new RunSummary(
            "01run", "hash", "bootstrap", 3, RunStatus.Paused, "deploy failed: git.pushRejected", Noon, Noon.AddSeconds(1), Noon.AddSeconds(2), "parent1", "key 1",
            new Dictionary<string, string> { ["site"] = "lab", ["quote"] = "a\"b" });
        await Store.CommitAsync(new WriteSet { Runs = [run] });

        var found = await Store.FindRunAsync("01run", None);

        Assert.Equal(run with { Labels = null }, found! with { Labels = null });
        Assert.Equal(run.Labels!.OrderBy(label => label.Key), found.Labels!.OrderBy(label => label.Key));
    }

    [Fact]
    public async Task Run_WrittenAgain_IsReplaced()
    {
        await Store.CommitAsync(new WriteSet { Runs = [Run("run1", startKey: "key")] });
        var ended = Run("run1", RunStatus.Completed, startKey: "key") with { UpdatedAt = Noon.AddMinutes(1), CompletedAt = Noon.AddMinutes(1), Attention = "look" };
        await Store.CommitAsync(new WriteSet { Runs = [ended] });

        Assert.Equal(ended, await Store.FindRunAsync("run1", None));
        Assert.Equal(ended, await Store.FindRunByStartKeyAsync("key", None));
        Assert.Single(await Store.ListRunsAsync(new RunQuery(), None));
    }

    [Theory]
    [InlineData("abcd1111", "abcd1111")]
    [InlineData("abcd1", "abcd1111")]
    [InlineData("abcd", null)]
    [InlineData("abc", null)]
    [InlineData("abcf", "abcf")]
    [InlineData("zzzz", null)]
    public async Task FindRun_ByPrefix_NeedsFourCharactersAndOneMatch(string prefix, string? expected)
    {
        await Store.CommitAsync(new WriteSet { Runs = [Run("abcd1111"), Run("abcd2222"), Run("abcf"), Run("abcf3")] });
        Assert.Equal(expected, (await Store.FindRunAsync(prefix, None))?.RunId);
    }

    [Fact]
    public async Task StartKey_OfAnotherRun_IsRefused()
    {
        await Store.CommitAsync(new WriteSet { Runs = [Run("run1", startKey: "key")] });
        var refusal = await Assert.ThrowsAsync<DuplicateKeyException>(() => Store.CommitAsync(new WriteSet { Runs = [Run("run2", startKey: "key")] }));
        Assert.Contains("key", refusal.Key, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DuplicateKeyException>(() => Store.CommitAsync(new WriteSet { Runs = [Run("run3", startKey: "new"), Run("run4", startKey: "new")] }));

        Assert.Equal("run1", (await Store.FindRunByStartKeyAsync("key", None))!.RunId);
        Assert.Null(await Store.FindRunByStartKeyAsync("new", None));
        Assert.Null(await Store.FindRunAsync("run2", None));
    }

    [Fact]
    public async Task List_PageByPage_GivesEveryRunOnceNewestFirst()
    {
        // Several runs of one instant: the run id decides.
        await Store.CommitAsync(new WriteSet { Runs = [.. Enumerable.Range(0, 50).Select(i => Run($"run{i:00}", minute: i / 5))] });

        var seen = new List<RunSummary>();
        (DateTimeOffset, string)? before = null;
        while (await Store.ListRunsAsync(new RunQuery(Before: before, Limit: 7), None) is { Count: > 0 } page)
        {
            Assert.True(page.Count <= 7);
            seen.AddRange(page);
            before = (page[^1].CreatedAt, page[^1].RunId);
        }

        Assert.Equal(Enumerable.Range(0, 50).Reverse().Select(i => $"run{i:00}"), seen.Select(run => run.RunId));
    }

    [Fact]
    public async Task List_Filters_Combine()
    {
        await Store.CommitAsync(new WriteSet
        {
            Runs =
            [
                Run("a", RunStatus.Running, "one", 1), Run("b", RunStatus.Failed, "one", 2), Run("c", RunStatus.Paused, "two", 3),
                Run("d", RunStatus.Failed, "two", 4, parent: "c"), Run("e", RunStatus.Completed, "two", 5, parent: "c"),
            ],
        });

        Assert.Equal("edcba", await Ids(new RunQuery()));
        Assert.Equal("db", await Ids(new RunQuery([RunStatus.Failed])));
        Assert.Equal("dcb", await Ids(new RunQuery([RunStatus.Failed, RunStatus.Paused])));
        Assert.Equal("", await Ids(new RunQuery([])));
        Assert.Equal("ba", await Ids(new RunQuery { Blueprints = ["one"] }));
        Assert.Equal("ed", await Ids(new RunQuery { ParentRunId = "c" }));
        Assert.Equal("d", await Ids(new RunQuery([RunStatus.Failed]) { Blueprints = ["two"], ParentRunId = "c" }));
        Assert.Equal("ca", await Ids(new RunQuery([RunStatus.Running, RunStatus.Paused], Before: (Noon.AddMinutes(4), "d"))));
        Assert.Equal("ed", await Ids(new RunQuery(Limit: 2)));

        async Task<string> Ids(RunQuery query) => string.Concat((await Store.ListRunsAsync(query, None)).Select(run => run.RunId));
    }

    [Fact]
    public async Task Log_ReadAfterANumber_IsInOrderAndATakenNumberIsLeftAlone()
    {
        Assert.Equal(0, await Store.LastLogNumberAsync("run1", None));
        await Store.CommitAsync(new WriteSet { Log = [.. Enumerable.Range(1, 5).Select(number => Line(number, $"line {number}"))] });
        await Store.CommitAsync(new WriteSet { Log = [Line(5, "another"), Line(6, ""), new StoredLogLine("run2", 1, Noon, "s", 1, "other run")] });

        var lines = await Store.ReadLogAsync("run1", 3, 10, None);

        Assert.Equal(["line 4", "line 5", ""], lines.Select(line => line.Line));
        Assert.Equal(Line(4, "line 4"), lines[0]);
        Assert.Equal(6, await Store.LastLogNumberAsync("run1", None));
        Assert.Single(await Store.ReadLogAsync("run1", 0, 1, None));

        static StoredLogLine Line(int number, string text) => new("run1", number, Noon, "install", 2, text);
    }
}
