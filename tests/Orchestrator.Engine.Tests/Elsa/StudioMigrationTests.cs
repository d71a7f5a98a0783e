using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using static Orchestrator.Engine.Tests.Elsa.OpenFlows;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>Runs of workflows made in Studio that go on with another version of their definition.</summary>
public sealed class StudioMigrationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Migrated_GoesOnWithTheOtherVersion(bool tokens)
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(First(tokens));
        var second = await PublishAsync(bench, Second(tokens));

        var refusal = await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 2 });
        var row = await bench.Store.FindRunAsync(run, CancellationToken.None);
        await bench.CrashAsync();
        var open = await ReadAsync(bench, run);
        await GoAsync(bench, run);

        Assert.Null(refusal);
        Assert.Equal((second, second), (row!.Definition, (await bench.ViewAsync(run)).Definition));
        Assert.Equal(["N=1", "Added=7"], open.Variables.Select(each => $"{each.Name}={PlainJson.Serialize(each.Value).Trim('"')}"));
        Assert.Equal((RunStatus.Completed, 0, 1), ((await bench.ViewAsync(run)).Status, bench.World.Count("old"), bench.World.Count("new")));
        Assert.Equal(["e", "flow", "new", "s", "Workflow1"], (await ReadAsync(bench, run)).Activities.Select(each => each.ActivityId).Order(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Migrated_WhatIsOpenIsNotThere_NamesEach()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Flow(
            [Studio.Say("s"), Studio.Activity("e", "Elsa.Event", "eventName=go"), Studio.Activity("d", "Elsa.Delay", "timeSpan=01:00:00")], "s e", "s d")));
        await PublishAsync(bench, Version(2, Studio.Definition(Studio.Flow([Studio.Say("s"), Studio.Activity("d", "Elsa.Event", "eventName=go")], "s d"))));

        var refusal = await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 2 });

        Assert.Equal("version 2 cannot take the run over: `e` (Elsa.Event) is not there as Workflow1:flow:e, and is open; `d` (Elsa.Delay) is of type Elsa.Event there, and is open", refusal);
        Assert.DoesNotContain("RunMigrated", await bench.EventsAsync(run));
    }

    [Fact]
    public async Task Migrated_ToItsOwnVersion_IsRefused()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(First(false));
        await PublishAsync(bench, First(false));

        Assert.Equal("the run is on version 1 already", await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 1 }));
    }

    [Fact]
    public async Task FailedRun_MigratedAndRetried_GoesOnAsTheNewVersionSays()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["a"] = new Queue<Model.Failures.Failure>([new("test.no", Model.Failures.FailureKind.Permanent, "not today")]);
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("a", "test.idempotent"))));
        await PublishAsync(bench, Version(2, Studio.Definition(Studio.Sequence(Studio.Activity("first", "test.idempotent"), Studio.Activity("a", "test.idempotent"), Studio.Activity("b", "test.idempotent")))));

        var migrated = await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 2 });
        var retried = await bench.AskAsync(run, "retry", new { step = "a" });
        var view = await bench.FinishAsync(run);

        Assert.Equal((null, null, RunStatus.Completed), (migrated, retried, view.Status));
        Assert.Equal((0, 1), (bench.World.Count("first"), bench.World.Count("b")));
    }

    [Fact]
    public async Task Migrated_NewConnectionBeforeAJoin_IsNotWaitedFor()
    {
        JsonNode[] activities = [Studio.Say("s"), Studio.Activity("e", "Elsa.Event", "eventName=go"), Studio.Activity("join", "test.idempotent")];
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([.. activities.Select(each => each.DeepClone())], "s e", "e join")));
        await PublishAsync(bench, Version(2, Studio.Definition(Studio.Flow([.. activities.Select(each => each.DeepClone())], "s join", "s e", "e join"))));

        var refusal = await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 2 });
        await GoAsync(bench, run);

        Assert.Equal((null, RunStatus.Completed, 1), (refusal, (await bench.ViewAsync(run)).Status, bench.World.Count("join")));
    }

    [Fact]
    public async Task Migrated_TokensOnTheWay_AreOnTheirConnectionsInTheNewVersion()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([Studio.Say("s"), Studio.Activity("e", "Elsa.Event", "eventName=go")], "s e"), tokens: true));
        // The first connection is another there, and leads nowhere that is ever reached: a token on it would keep the flow open.
        await PublishAsync(bench, Version(2, Studio.Definition(Studio.Flow([Studio.Say("s"), Studio.Activity("e", "Elsa.Event", "eventName=go"), Studio.Say("p"), Studio.Say("q")], "p q", "s e"), tokens: true)));

        var refusal = await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 2 });
        await GoAsync(bench, run);

        Assert.Equal((null, RunStatus.Completed), (refusal, (await bench.ViewAsync(run)).Status));
    }

    [Fact]
    public async Task Migrated_WhileAStepRuns_ListsFollowAtOnceAndTheStepGoesOn()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Flow(
            [Studio.Say("s"), Studio.Activity("a", "test.idempotent"), Studio.Activity("b", "test.idempotent")], "s a", "a b")), settle: false);
        var second = await PublishAsync(bench, Version(2, Studio.Definition(Studio.Flow([Studio.Activity("c", "test.idempotent"), Studio.Activity("a", "test.idempotent"), Studio.Say("s")], "a c", "s a"))));

        var asked = bench.Engine.SendAsync("alter", run, JsonSerializer.SerializeToUtf8Bytes(new { type = "Migrate", targetVersion = 2 }), "alice", null, CancellationToken.None);
        var row = await bench.Store.FindRunAsync(run, CancellationToken.None);
        var view = await bench.FinishAsync(run);

        Assert.Equal((OperatorOutcome.Done, second), ((await asked).Outcome, row!.Definition));
        Assert.Equal((RunStatus.Completed, 1, 0, 1), (view.Status, bench.World.Count("a"), bench.World.Count("b"), bench.World.Count("c")));
    }

    [Fact]
    public async Task Migrated_VariableOfAnotherType_IsConverted()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Waiting(Studio.Say("after")));
        await bench.AskAsync(run, "alter", new { type = "ModifyVariable", variableId = "n", value = 5 });
        await PublishAsync(bench, Version(2, Studio.Definition(Studio.Flow([Studio.Activity("e", "Elsa.Event", "eventName=go"), Studio.Say("after")], "e after"), new JsonArray(Studio.Variable("n", "N", "String", "")))));

        var refusal = await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 2 });

        Assert.Equal((null, Value.Of("5")), (refusal, await VariableAsync(bench, run)));
    }

    [Fact]
    public async Task Migrated_SnapshotAndTailAtEveryPrefix_GiveWhatAllEventsGive()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(First(false));
        await PublishAsync(bench, Second(false));
        await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 2 });
        await GoAsync(bench, run);
        var rows = await bench.Store.ReadEventsAsync(run, 0, 1000, CancellationToken.None);
        var activities = Bench.Activities(new World());
        async Task<RunGraph> GraphOf(string hash) => new(DefinitionJson.Read((await bench.Store.ReadDefinitionAsync(hash, CancellationToken.None))!) with { Hash = hash }, activities);
        async Task<RunState> Folded(RunState? state, int from, int to)
        {
            for (var i = from; i < to; i++) state = await Running.JournalReader.FoldAsync(bench.Store, state, rows[i], GraphOf, null);
            return state!;
        }

        Assert.Contains(rows, row => row.Type == "RunMigrated");
        for (var taken = 1; taken <= rows.Count; taken++)
        {
            using var snapshot = JsonDocument.Parse(SnapshotCodec.Write(await Folded(null, 0, taken)));
            var hash = snapshot.RootElement.GetProperty("definition").GetString()!;
            var read = SnapshotCodec.Read(snapshot.RootElement, run, await GraphOf(hash), null);
            Assert.Equal(SnapshotCodec.Write(await Folded(null, 0, rows.Count)), SnapshotCodec.Write(await Folded(read, taken, rows.Count)));
        }
    }
}
