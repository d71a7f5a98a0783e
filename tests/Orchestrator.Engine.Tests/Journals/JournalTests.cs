using System.Text.Json;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Engine.Tests.Journals;

/// <summary>Journals that earlier programs wrote fold to what they did then. They are added, never regenerated.</summary>
public sealed class JournalTests
{
    public static TheoryData<string> Names => [.. Scenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Recorded_Replayed_GivesTheStoredView(string scenario)
    {
        if (Environment.GetEnvironmentVariable("ORC_RECORD") == "1" && !File.Exists(RecordedJournal.ViewPath(scenario))) await RecordAsync(scenario);
        var journal = RecordedJournal.Read(scenario);

        Assert.Equal(await File.ReadAllTextAsync(RecordedJournal.ViewPath(scenario)), RecordedJournal.View(journal.Folded(journal.Rows.Count)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Recorded_SnapshotAndTailAtEveryPrefix_GiveTheSameBytesAsAll(string scenario)
    {
        var journal = RecordedJournal.Read(scenario);
        for (var taken = 1; taken <= journal.Rows.Count; taken++)
        {
            using var snapshot = JsonDocument.Parse(SnapshotCodec.Write(journal.Folded(taken)));
            for (var end = taken; end <= journal.Rows.Count; end++)
            {
                var tail = journal.Behind(SnapshotCodec.Read(snapshot.RootElement, "r", journal.GraphOf(snapshot.RootElement), null), taken, end);
                Assert.Equal(Text(journal.Folded(end)), Text(tail));
            }
        }
    }

    [Fact]
    public void EveryRecordedFile_BelongsToAScenario() =>
        Assert.Equal(Scenarios.All.Keys.Order(), Directory.GetFiles(RecordedJournal.Folder, "*.v1.jsonl").Select(path => Path.GetFileName(path)[..^".v1.jsonl".Length]).Order());

    private static string Text(RunState state) => System.Text.Encoding.UTF8.GetString(SnapshotCodec.Write(state));

    private static async Task RecordAsync(string scenario)
    {
        var (definition, play) = Scenarios.All[scenario];
        await using var bench = await Bench.OpenAsync();
        await bench.SubmitAsync(Scenarios.Child);
        var sealedDefinition = DefinitionJson.Sealed(definition);
        var run = await bench.StartAsync(sealedDefinition);
        await play(bench, run);
        var rows = await bench.Store.ReadEventsAsync(run, 0, 1000, CancellationToken.None);
        var hash = (await bench.Store.FindRunAsync(run, CancellationToken.None))!.Definition;
        var next = hash == sealedDefinition.Hash ? null : DefinitionJson.Read((await bench.Store.ReadDefinitionAsync(hash, CancellationToken.None))!) with { Hash = hash };
        await new RecordedJournal(sealedDefinition, rows, next).WriteAsync(scenario);
    }
}
