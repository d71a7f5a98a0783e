using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Elsa;
using Orchestrator.Engine.Tests.Journals;
using Orchestrator.Engine.Tests.Simulation;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Engine.Tests.Runs;

/// <summary>What a book keeps of a run and continues is what folding its journal anew gives, at every length of the journal.</summary>
public sealed class ExecutionBookTests
{
    public static TheoryData<string> Names => [.. Scenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Kept_AtEveryPrefixOfARecordedJournal_IsWhatAFreshFoldGives(string scenario)
    {
        var journal = RecordedJournal.Read(scenario);
        for (var seed = 0; seed < 10; seed++) await CheckAsync(journal, new Random(seed), withSnapshots: seed % 2 == 1);
    }

    [Fact]
    public async Task Kept_AtEveryPrefixOfAnyFlow_IsWhatAFreshFoldGives()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var definition = DefinitionJson.Sealed(new RandomFlows(seed).Draw());
            var played = new CrashingRun(definition, seed) { EndsWhenStuck = true };
            var rows = played.Journal(played.Play().RunId);
            await CheckAsync(new RecordedJournal(definition, [.. rows.Select(row => row with { RunId = "r" })]), new Random(seed), withSnapshots: false);
        }
    }

    [Fact]
    public async Task Read_Again_ReadsOnlyWhatCameSince()
    {
        var journal = RecordedJournal.Read("studio");
        var (store, heard) = OverheardStore.Over(new InMemoryStore());
        var book = new ExecutionBook(store);
        await PutAsync(store, journal, 0, 5);
        var first = await book.ReadAsync("r", CancellationToken.None);
        heard.Take();
        Assert.Same(first, await book.ReadAsync("r", CancellationToken.None));
        Assert.Equal(["ReadEvents r 4 1000"], heard.Take());
        await PutAsync(store, journal, 5, 7);
        Assert.NotSame(first, await book.ReadAsync("r", CancellationToken.None));
        Assert.Equal(["Commit", "ReadEvents r 4 1000"], heard.Take());
        await book.ReadAsync("r", CancellationToken.None);
        Assert.Equal(["ReadEvents r 6 1000"], heard.Take());
    }

    [Fact]
    public async Task Readers_WhileAJournalGrows_SeeItsPrefixesInOrder()
    {
        var journal = RecordedJournal.Read("studioItems");
        await using var store = new InMemoryStore();
        await PutAsync(store, journal, 0, 1);
        var prefixes = new List<string> { Text(await Executions.ReadAsync(store, "r", CancellationToken.None)) };
        await using (var other = new InMemoryStore())
        {
            await PutAsync(other, journal, 0, 1);
            for (var length = 1; length < journal.Rows.Count; length++)
            {
                await PutAsync(other, journal, length, length + 1);
                prefixes.Add(Text(await Executions.ReadAsync(other, "r", CancellationToken.None)));
            }
        }

        var book = new ExecutionBook(store);
        var readers = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var at = 0; at < prefixes.Count - 1;)
            {
                var seen = Text(await book.ReadAsync("r", CancellationToken.None));
                var next = prefixes.IndexOf(seen, at);
                Assert.True(next >= 0, $"behind prefix {at + 1} nobody may see\n{seen}");
                at = next == at && prefixes[^1] == seen ? prefixes.Count : next;
            }
        })).ToArray();
        for (var length = 1; length < journal.Rows.Count; length++)
        {
            await PutAsync(store, journal, length, length + 1);
            await Task.Yield();
        }

        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Book_OfManyRuns_KeepsNoMoreThanItMay()
    {
        var journal = RecordedJournal.Read("studio");
        await using var store = new InMemoryStore();
        foreach (var run in (string[])["r", "r2", "r3"]) await PutAsync(store, journal, 0, journal.Rows.Count, run);
        var (few, none) = (new ExecutionBook(store, mostRuns: 2), new ExecutionBook(store, mostBytes: 1000));
        foreach (var run in (string[])["r", "r2", "r3", "r", "r3"])
        {
            var expected = Text(await Executions.ReadAsync(store, run, CancellationToken.None));
            Assert.Equal(expected, Text(await few.ReadAsync(run, CancellationToken.None)));
            Assert.Equal(expected, Text(await none.ReadAsync(run, CancellationToken.None)));
            Assert.Equal((true, 0), (few.Count <= 2, none.Count));
        }

        var some = new ExecutionBook(store, mostBytes: 2_000_000);
        await PutAsync(store, new RecordedJournal(journal.Definition, [.. journal.Rows.Take(1), .. Enumerable.Range(2, 5_000).Select(seq => new StoredEvent("large", seq, "RunReleased", journal.Rows[0].At, null, 0, default))]), 0, 5_001, "large");
        foreach (var run in (string[])["r", "r2", "large"]) Assert.NotNull(await some.ReadAsync(run, CancellationToken.None));
        Assert.Equal(2, some.Count);
        Assert.Null(await few.ReadAsync("nobody", CancellationToken.None));
        Assert.Equal(2, few.Count);
    }

    [Fact]
    public async Task Run_ForgottenAndImportedAnew_IsShownAsItIsNow()
    {
        var (one, other) = (RecordedJournal.Read("studio"), RecordedJournal.Read("studioItems"));
        await using var store = new InMemoryStore();
        var book = new ExecutionBook(store);
        await PutAsync(store, one, 0, one.Rows.Count);
        Assert.NotNull(await book.ReadAsync("r", CancellationToken.None));
        foreach (var (journal, length) in ((RecordedJournal, int)[])[(other, other.Rows.Count), (other, 4), (one, one.Rows.Count), (one, 3)])
        {
            await store.CommitAsync(new WriteSet { ForgetRuns = ["r"] });
            Assert.Null(await new ExecutionBook(store).ReadAsync("r", CancellationToken.None));
            await PutAsync(store, journal, 0, length);
            Assert.Equal(Text(await Executions.ReadAsync(store, "r", CancellationToken.None)), Text(await book.ReadAsync("r", CancellationToken.None)));
        }
    }

    private static async Task CheckAsync(RecordedJournal journal, Random random, bool withSnapshots)
    {
        await using var store = new InMemoryStore();
        var book = new ExecutionBook(store);
        for (var from = 0; from < journal.Rows.Count;)
        {
            var to = Math.Min(journal.Rows.Count, from + random.Next(1, 6));
            await PutAsync(store, journal, from, to);
            if (withSnapshots && random.Next(4) == 0) await store.CommitAsync(new WriteSet { Snapshots = [new StoredSnapshot("r", to, SnapshotCodec.Write(journal.Folded(to)))] });
            var kept = await book.ReadAsync("r", CancellationToken.None);
            var text = Text(kept);
            Assert.Equal(Text(await Executions.ReadAsync(store, "r", CancellationToken.None)), text);
            if (random.Next(3) == 0) book.Forget("r");
            from = to;
            if (to == journal.Rows.Count) return;
            // What was handed out stays as it was when more comes.
            await PutAsync(store, journal, to, from = Math.Min(journal.Rows.Count, to + 1));
            await book.ReadAsync("r", CancellationToken.None);
            Assert.Equal(text, Text(kept));
        }
    }

    private static Task PutAsync(IStore store, RecordedJournal journal, int from, int to, string runId = "r") => store.CommitAsync(new WriteSet
    {
        Runs = [new RunSummary(runId, journal.Definition.Hash, journal.Definition.Name, 1, RunStatus.Completed, null, journal.Rows[0].At, journal.Rows[0].At, journal.Rows[0].At)],
        Definitions = [.. new[] { journal.Definition, journal.Next }.OfType<Definition>().Select(definition => new StoredDefinition(definition.Hash, definition.Name, definition.Version, DefinitionJson.Write(definition)))],
        Events = [.. journal.Rows.Skip(from).Take(to - from).Select(row => row with { RunId = runId })],
    });

    private static string Text(Execution? execution) => execution is null ? "none" : string.Join('\n', [
        .. execution.Activities.Select(it => $"{it with { Inputs = Value.EmptyMap, Outputs = Value.EmptyMap }} {PlainJson.Serialize(it.Inputs)} {PlainJson.Serialize(it.Outputs)} {string.Join(',', it.Outcomes)}"),
        .. execution.Events.Select(it => $"{it} {string.Join(',', it.Outcomes ?? [])}"),
        .. execution.Incidents.Select(it => it.ToString()), .. execution.Bookmarks.Select(it => it.ToString()),
        .. execution.Variables.Select(it => $"{it with { Value = Value.Null }} {PlainJson.Serialize(it.Value)}"),
        PlainJson.Serialize(execution.Input), PlainJson.Serialize(execution.Output), $"{execution.RunId} {execution.CorrelationId} {execution.Name}"]);
}
