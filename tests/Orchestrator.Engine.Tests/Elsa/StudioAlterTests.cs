using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>What operators change in workflows made in Studio while they are open.</summary>
public sealed class StudioAlterTests
{
    private static readonly JsonObject Count = Studio.Variable("n", "N");

    [Fact]
    public async Task Variable_Modified_IsConvertedAndSeenByWhatFollows()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Waiting(Studio.Set("after", Count, "getN() + 1")));

        var refusal = await bench.AskAsync(run, "alter", new { type = "ModifyVariable", variableId = "n", value = "41" });
        await bench.CrashAsync();
        var held = await VariableAsync(bench, run);
        await GoAsync(bench, run);

        Assert.Null(refusal);
        Assert.Equal((Value.Of(41), Value.Of(42)), (held, await VariableAsync(bench, run)));
    }

    [Theory]
    [InlineData("""{"type":"ModifyVariable","variableId":"m","value":1}""", "nothing open declares no variable `m`; did you mean `n` (N)?")]
    [InlineData("""{"type":"ModifyVariable","variableId":"N","value":1}""", "nothing open declares no variable `N`; did you mean `n` (N)?")]
    [InlineData("""{"type":"ModifyVariable","variableId":"n","value":"many"}""", "variable `n` is of type Int32, which `many` cannot become")]
    [InlineData("""{"type":"ModifyVariable","value":1}""", "ModifyVariable needs a `variableId`")]
    [InlineData("""{"type":"CancelActivity","activityId":"after"}""", "no activity `after` is open; open are: e (RUN-3)")]
    [InlineData("""{"type":"CancelActivity","activityId":"flow"}""", "`flow` is the whole workflow: cancel the run")]
    [InlineData("""{"type":"CancelActivity"}""", "CancelActivity needs an `activityId` or an `activityInstanceId`")]
    [InlineData("""{"type":"ScheduleActivity","activityId":"e"}""", "`e` is open already (RUN-3); cancel it first")]
    [InlineData("""{"type":"ScheduleActivity","activityId":"aftr"}""", "the workflow has no activity `aftr`; did you mean `after`?")]
    [InlineData("""{"type":"Migrate"}""", "Migrate needs a `targetVersion`: the number of a version of the same definition")]
    [InlineData("""{"type":"Migrate","targetVersion":7}""", "`flow` has no version 7")]
    [InlineData("""{"type":"Migrat","targetVersion":7}""", "there is no alteration `Migrat`; did you mean `Migrate`?; there are: ModifyVariable, CancelActivity, ScheduleActivity, Migrate")]
    public async Task Refused_SaysWhy_AndChangesNothing(string body, string reason)
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Waiting(Studio.Set("after", Count, "1")));
        var events = await bench.EventsAsync(run);
        var asked = JsonSerializer.Deserialize<JsonElement>(body);

        var check = await bench.Engine.CheckAsync(run, [("alter", JsonSerializer.SerializeToUtf8Bytes(asked))], "alice", CancellationToken.None);
        var refusal = await bench.AskAsync(run, "alter", asked);

        Assert.Equal(reason.Replace("RUN", run, StringComparison.Ordinal), refusal);
        Assert.Equal([refusal], check);
        Assert.Equal(events, await bench.EventsAsync(run));
    }

    [Fact]
    public async Task Key_SentAgain_CountsOnce()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Waiting(Studio.Say("after")));
        await bench.AskAsync(run, "alter", new { type = "ModifyVariable", variableId = "n", value = 1 }, "k");

        var again = await bench.Engine.SendAsync("alter", run, JsonSerializer.SerializeToUtf8Bytes(new { type = "ModifyVariable", variableId = "n", value = 2 }), "alice", "k", CancellationToken.None);

        Assert.Equal((OperatorOutcome.Duplicate, Value.Of(1)), (again.Outcome, await VariableAsync(bench, run)));
    }

    [Fact]
    public async Task Check_OfSeveral_SeesWhatTheOnesBeforeWouldDo_AndChangesNothing()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Waiting(Studio.Say("after")));
        var stored = bench.StoredText();
        ReadOnlyMemory<byte> cancel = JsonSerializer.SerializeToUtf8Bytes(new { type = "CancelActivity", activityId = "e" });

        var check = await bench.Engine.CheckAsync(run, [("alter", cancel), ("alter", cancel), ("alter", cancel)], "alice", CancellationToken.None);

        Assert.Equal([null, "the run is completed; only one that is open or failed can be altered"], check);
        Assert.Equal(stored, bench.StoredText());
    }

    [Fact]
    public async Task SecretVariable_Modified_StaysASecret()
    {
        var mint = Studio.Activity("mint", "test.idempotent", "mints=1h");
        mint["token"] = new JsonObject { ["typeName"] = "String", ["memoryReference"] = new JsonObject { ["id"] = "t" } };
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(mint, Studio.Activity("e", "Elsa.Event", "eventName=go")), new JsonArray(Studio.Variable("t", "T", "String", ""))));

        var refusal = await bench.AskAsync(run, "alter", new { type = "ModifyVariable", variableId = "t", value = "hunter2-by-hand" });

        Assert.Null(refusal);
        Assert.DoesNotContain("hunter2", bench.StoredText(), StringComparison.Ordinal);
        Assert.Equal(Value.Of("********"), Assert.Single((await ReadAsync(bench, run)).Variables).Value);
    }

    [Fact]
    public async Task Activity_Cancelled_ItsBookmarkGoesAndTheSequenceGoesOn()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("e", "Elsa.Event", "eventName=never"), Studio.Activity("a", "test.idempotent"))));

        var refusal = await bench.AskAsync(run, "alter", new { type = "CancelActivity", activityId = "e" });
        var view = await bench.FinishAsync(run);

        Assert.Equal((null, RunStatus.Completed, 1), (refusal, view.Status, bench.World.Count("a")));
        Assert.Equal(ExecutionStatus.Canceled, (await ReadAsync(bench, run)).Activities.Single(each => each.ActivityId == "e").Status);
        Assert.Empty(await bench.Store.FindBookmarksAsync(new BookmarkQuery("Elsa.Event", "never", run, null), CancellationToken.None));
    }

    [Fact]
    public async Task Activity_Cancelled_ItsTimerGoesAndTheOtherBranchStays()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Flow(
            [Studio.Say("s"), Studio.Activity("d", "Elsa.Delay", "timeSpan=01:00:00"), Studio.Activity("after", "test.idempotent"), Studio.Activity("e", "Elsa.Event", "eventName=go")], "s d", "s e", "d after")));
        var delay = (await ReadAsync(bench, run)).Activities.Single(each => each.ActivityId == "d");

        var refusal = await bench.AskAsync(run, "alter", new { type = "CancelActivity", activityInstanceId = delay.Id });
        bench.Advance(TimeSpan.FromHours(2));
        var waiting = await bench.ViewAsync(run);
        await GoAsync(bench, run);

        Assert.Equal((null, RunStatus.Waiting, "signal"), (refusal, waiting.Status, waiting.Wait!.Kind));
        Assert.Equal((RunStatus.Completed, 0), ((await bench.ViewAsync(run)).Status, bench.World.Count("after")));
    }

    [Fact]
    public async Task Activity_CancelledWhileItsStepRuns_StopsTheAttempt()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Hanging.Add("a");
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("a", "test.idempotent"), Studio.Activity("b", "test.idempotent"))));

        var refusal = await bench.AskAsync(run, "alter", new { type = "CancelActivity", activityId = "a" });
        var view = await bench.EndAsync(run);

        Assert.Null(refusal);
        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.Equal((StepStatus.Cancelled, StepStatus.Completed), ((await bench.StepAsync(run, "a")).Status, (await bench.StepAsync(run, "b")).Status));
    }

    [Fact]
    public async Task EndedChildOfAFlowchart_Scheduled_RunsAgainAsANewExecution()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([Studio.Activity("a", "test.idempotent"), Studio.Activity("e", "Elsa.Event", "eventName=go")], "a e")));

        var refusal = await bench.AskAsync(run, "alter", new { type = "ScheduleActivity", activityId = "a" });

        Assert.Equal((null, 1, 1), (refusal, bench.World.Count("a"), bench.World.Count("a[2]")));
        Assert.Equal(2, (await ReadAsync(bench, run)).Activities.Count(each => each.ActivityId == "a"));
    }

    [Fact]
    public async Task FailedActivity_Scheduled_RunsAgainAndTheRunGoesOn()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["a"] = new Queue<Model.Failures.Failure>([new("test.no", Model.Failures.FailureKind.Permanent, "not today")]);
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("a", "test.idempotent"))));

        var refusal = await bench.AskAsync(run, "alter", new { type = "ScheduleActivity", activityId = "a" });

        Assert.Equal((null, RunStatus.Completed), (refusal, (await bench.FinishAsync(run)).Status));
    }

    [Theory]
    [InlineData("ask", "operator", "step `ask` is to be answered by admin; alice has the role operator")]
    [InlineData("ask", "admin", null)]
    [InlineData("box", "operator", "step `ask` is to be answered by admin; alice has the role operator")]
    [InlineData("+after", "operator", "`ask` says who approves, so only an admin may have an activity run anew")]
    [InlineData("+after", "admin", null)]
    public async Task Approval_ThatNamesWhoAnswers_CannotBeAlteredAway(string activity, string role, string? refusal)
    {
        var ask = Studio.Activity("ask", ActivityTypes.Approve, "message=ship it?", "by=[\"admin\"]");
        ask["by"]!["expression"]!["type"] = "Object";
        var box = Studio.Sequence(ask);
        box["id"] = "box";
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([box, Studio.Activity("after", "test.idempotent")], "box after")));

        var answer = await bench.AskAsync(run, "alter", new { type = activity[0] == '+' ? "ScheduleActivity" : "CancelActivity", activityId = activity.TrimStart('+'), role });

        Assert.Equal(refusal, answer);
        Assert.Equal(refusal is null ? 1 : 0, bench.World.Count("after"));
    }

    [Fact]
    public async Task Blueprint_IsRefusedWithWhatToDo()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "signal='go'")));

        Assert.Contains("belongs to a blueprint", await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 2 }), StringComparison.Ordinal);
    }

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

    [Theory]
    [InlineData("""{"type":"ModifyVariable","variableId":"n","value":3}""")]
    [InlineData("""{"type":"CancelActivity","activityId":"e"}""")]
    [InlineData("""{"type":"Migrate","targetVersion":2}""")]
    public async Task Crash_AtAnyCommitAroundAnAlteration_EndsAsWithoutOne(string body)
    {
        var plain = await PlayAsync(body, null, default);
        Assert.True(plain.Commits > 1);
        for (var commit = 1; commit <= plain.Commits; commit++)
            foreach (var fault in Enum.GetValues<CommitFault>())
                Assert.Equal(plain.End, (await PlayAsync(body, commit, fault)).End);
    }

    // The message is posted once; what follows must come from the store alone, whatever dies when.
    private static async Task<(string End, int Commits)> PlayAsync(string body, int? crash, CommitFault fault)
    {
        var (time, world, attempts) = (new Testing.ManualTime(), new World(), new Queue<Action>());
        await using var first = new FaultyStore(new FaultPlan());
        var (definition, second) = (DefinitionJson.Sealed(First(false)), DefinitionJson.Sealed(Second(false)));
        await first.CommitAsync(Published(second));
        var store = first;
        var engine = await OpenAsync();
        var run = (await engine.StartAsync(new StartRun(definition, Value.EmptyMap, null), CancellationToken.None)).RunId;
        Settle();
        Assert.True(await store.PostAsync(new InboxMessage(run, "alter", "alter", System.Text.Encoding.UTF8.GetBytes(body), "alice", time.GetUtcNow()), CancellationToken.None));
        await store.PostAsync(new InboxMessage(run, "go", "stimulus", """{"name":"Elsa.Event","match":"go"}"""u8.ToArray(), "alice", time.GetUtcNow()), CancellationToken.None);
        // From here on the plan counts: an engine opens what is left and dies at the commit that is asked for.
        attempts.Clear();
        store = store.Restart(new FaultPlan { Crashes = crash is { } at ? new Dictionary<int, CommitFault> { [at] = fault } : new Dictionary<int, CommitFault>() });
        var commits = 0;
        for (var life = 0; life < 3; life++)
        {
            engine = await OpenAsync();
            for (var turn = 0; turn < 20 && !store.Crashed.IsCompleted; turn++)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                Settle();
            }

            commits = Math.Max(commits, store.Commits);
            if (!store.Crashed.IsCompleted) break;
            attempts.Clear();
            store = store.Restart(new FaultPlan());
        }

        var view = (await RunViews.ReadAsync(store, run, CancellationToken.None))!;
        var execution = (await Executions.ReadAsync(store, run, CancellationToken.None))!;
        var altered = (await store.ReadEventsAsync(run, 0, 1000, CancellationToken.None)).Count(row => row.Type is "RunAltered" or "RunMigrated");
        var end = $"{view.Status} {view.Definition == second.Hash} altered {altered}\n{string.Join('\n', execution.Activities.Select(each => $"{each.ActivityId} {each.Status}"))}\n{string.Join(',', execution.Variables.Select(each => $"{each.Name}={each.Value}"))}";
        await engine.DisposeAsync();
        return (end, commits);

        Task<WorkflowEngine> OpenAsync() => WorkflowEngine.OpenAsync(
            new EngineOptions { Store = store, Activities = Bench.Activities(world), OpenTarget = Bench.OpenTarget, Seal = Bench.Seal, Time = time, Seed = 1, Dispatch = attempts.Enqueue }, CancellationToken.None);
        void Settle()
        {
            while (attempts.TryDequeue(out var attempt)) attempt();
        }
    }

    private static Definition Waiting(JsonNode after) => Studio.Definition(Studio.Flow([Studio.Activity("e", "Elsa.Event", "eventName=go"), after], "e after"), new JsonArray(Count.DeepClone()));

    public static Definition First(bool tokens) => Studio.Definition(
        Studio.Flow([Studio.Set("s", Count, "1"), Studio.Activity("e", "Elsa.Event", "eventName=go"), Studio.Activity("old", "test.idempotent")], "s e", "e old"), new JsonArray(Count.DeepClone()), tokens: tokens);

    // The order of the activities is another, so every place in the flow is.
    public static Definition Second(bool tokens) => Version(2, Studio.Definition(
        Studio.Flow([Studio.Activity("new", "test.idempotent"), Studio.Activity("e", "Elsa.Event", "eventName=go"), Studio.Set("s", Count, "1")], "e new", "s e"),
        new JsonArray(Count.DeepClone(), Studio.Variable("added", "Added", "Int32", "7")), tokens: tokens));

    private static Definition Version(int version, Definition definition)
    {
        var json = JsonNode.Parse(definition.Elsa!.Json.Span)!.AsObject();
        (json["version"], json["id"]) = (version, $"flow-v{version}");
        return DefinitionJson.Read(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    private static WriteSet Published(Definition made) => new()
    {
        Definitions = [new StoredDefinition(made.Hash, made.Name, made.Version, DefinitionJson.Write(made))],
        Workflows =
        [
            new StoredWorkflow(made.Elsa!.VersionId, made.Elsa.DefinitionId, made.Elsa.Version, made.Name, "", null, WorkflowOrigin.Studio, made.Hash, true, true, false, false, false, false, DateTimeOffset.UnixEpoch),
        ],
    };

    internal static async Task<string> PublishAsync(Bench bench, Definition definition)
    {
        var made = DefinitionJson.Sealed(definition);
        await bench.Store.CommitAsync(Published(made));
        return made.Hash;
    }

    private static async Task GoAsync(Bench bench, string run)
    {
        await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "go", Value.Null, RunId: run), "alice", null, CancellationToken.None);
        bench.Settle();
    }

    private static async Task<Execution> ReadAsync(Bench bench, string run) => (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;

    private static async Task<Value> VariableAsync(Bench bench, string run) => (await ReadAsync(bench, run)).Variables.Single(each => each.Name == "N").Value;
}
