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
using static Orchestrator.Engine.Tests.Elsa.OpenFlows;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>What operators change in workflows made in Studio while they are open.</summary>
public sealed class StudioAlterTests
{
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

        var check = await bench.CheckAsync(run, ("alter", JsonSerializer.SerializeToUtf8Bytes(asked)));
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

        var check = await bench.CheckAsync(run, ("alter", cancel), ("alter", cancel), ("alter", cancel));

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
}
