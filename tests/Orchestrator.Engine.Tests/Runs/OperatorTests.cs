using System.Text.Json;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Elsa;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Runs;

public sealed class OperatorTests
{
    private static readonly Definition Pausing = Make.Definition(Make.Step("a"), Make.Step("b", "test.idempotent", "fails=9"), Make.Step("c", "test.idempotent", "value=steps.b.outputs.value")) with { OnFailure = OnFailure.Pause };

    [Fact]
    public async Task Retry_PausedStepWithEditedInput_RunsAgainAndCompletes()
    {
        await using var bench = await Bench.OpenAsync();
        var paused = await bench.FinishAsync(await bench.StartAsync(Pausing));
        Assert.Equal(RunStatus.Paused, paused.Status);
        Assert.Equal("test.failed", paused.Failure!.Code);

        Assert.Contains("did you mean `fails`", await bench.AskAsync(paused.RunId, "retry", new { inputs = new { fail = 0 } }));
        Assert.Null(await bench.AskAsync(paused.RunId, "retry", new { step = "b", inputs = new { fails = 0, value = 7 } }));

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(paused.RunId)).Status);
        Assert.Equal(Value.Of(7), (await bench.StepAsync(paused.RunId, "c")).Output!.Get("value"));
        Assert.Equal(1, bench.World.Count("a"));
    }

    [Fact]
    public async Task Skip_WithValue_LaterStepsSeeIt()
    {
        await using var bench = await Bench.OpenAsync();
        var paused = await bench.FinishAsync(await bench.StartAsync(Pausing));

        Assert.Null(await bench.AskAsync(paused.RunId, "skip", new { step = "b", value = new { value = "by hand" } }));

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(paused.RunId)).Status);
        Assert.Equal(StepStatus.Skipped, (await bench.StepAsync(paused.RunId, "b")).Status);
        Assert.Equal(Value.Of("by hand"), (await bench.StepAsync(paused.RunId, "c")).Output!.Get("value"));
    }

    [Fact]
    public async Task Retry_FailedRun_ReopensAtTheFailedStepInsideItsContainers()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Failures["inner"] = new Queue<Failure>([new Failure("test.broken", FailureKind.Permanent, "broken")]);
        var definition = Make.Definition(Make.Step("a"), Make.Block("box", [Make.Step("inner"), Make.Step("after")]), Make.Step("z"));
        var failed = await bench.FinishAsync(await bench.StartAsync(definition));
        Assert.Equal(RunStatus.Failed, failed.Status);

        Assert.Contains("is failed", await bench.AskAsync(failed.RunId, "cancel"));
        Assert.Null(await bench.AskAsync(failed.RunId, "retry"));

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(failed.RunId)).Status);
        Assert.Equal(["run a", "run inner", "run inner", "run after", "run z"], bench.World.Log);
    }

    [Fact]
    public async Task Cancel_RunningAttempt_StopsItAndRunsAlways()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='1h'"), Make.Step("b")) with { Always = Make.Sequence("always", Make.Step("clean")) };
        var run = await bench.StartAsync(definition);

        Assert.Null(await bench.AskAsync(run, "cancel", new { reason = "no more" }));

        var ended = await bench.FinishAsync(run);
        Assert.Equal(RunStatus.Cancelled, ended.Status);
        Assert.Equal(["run clean"], bench.World.Log);
        Assert.Equal("cancelled by alice: no more", ended.Failure!.Message);
    }

    [Fact]
    public async Task Terminate_AnyRun_EndsAtOnce()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='1h'")));

        Assert.Null(await bench.AskAsync(run, "terminate"));

        Assert.Equal(RunStatus.Cancelled, (await bench.ViewAsync(run)).Status);
        Assert.Null(await bench.Store.NextTimerAsync(CancellationToken.None));
        Assert.Contains("already", await bench.AskAsync(run, "terminate"));
    }

    [Fact]
    public async Task Signal_BeforeAndDuringTheWait_CountsOncePerKey()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.Node("pause", ActivityTypes.Wait, "duration='10s'"), Make.Node("first", ActivityTypes.Wait, "signal='go'"), Make.Node("second", ActivityTypes.Wait, "signal='go'"));
        var run = await bench.StartAsync(definition);

        Assert.Null(await bench.AskAsync(run, "signal", new { name = "go", payload = 1 }, "k1"));
        Assert.Contains("already", await bench.AskAsync(run, "signal", new { name = "go", payload = 1 }, "k1"));
        bench.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(Value.Of(1), (await bench.StepAsync(run, "first")).Output!.Get("payload"));
        Assert.Equal(RunStatus.Waiting, (await bench.ViewAsync(run)).Status);
        await bench.CrashAsync();
        Assert.Null(await bench.AskAsync(run, "signal", new { name = "go", payload = 2 }, "k2"));

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);
        Assert.Equal(Value.Of(2), (await bench.StepAsync(run, "second")).Output!.Get("payload"));
    }

    [Fact]
    public async Task Approve_GivenOrDenied_DecidesTheStep()
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.Node("ask", ActivityTypes.Approve, "message='ship it?'"), Make.Step("b"));
        var yes = await bench.StartAsync(definition);
        var no = await bench.StartAsync(definition);

        Assert.Null(await bench.AskAsync(yes, "approve", new { approved = true, comment = "fine" }));
        Assert.Null(await bench.AskAsync(no, "approve", new { approved = false }));

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(yes)).Status);
        Assert.Equal("approve.denied", (await bench.FinishAsync(no)).Failure!.Code);
        Assert.Contains("completed", await bench.AskAsync(yes, "approve"));
    }

    [Theory]
    [InlineData("alice", "operator", "['admin']", false)]
    [InlineData("alice", null, "['viewer']", false)]
    [InlineData("alice", "admin", "['operator']", true)]
    [InlineData("session:ann", "operator", "['admin', 'ann']", true)]
    [InlineData("session:anna", "operator", "['ann']", false)]
    [InlineData("token:admin", "operator", "['admin']", false)]
    [InlineData("token:ci", "operator", "['token:ci']", true)]
    [InlineData("session:ci", "operator", "['token:ci']", false)]
    public async Task Approve_BySomebody_OnlyTheyMayAnswerOrPassOver(string who, string? role, string by, bool may)
    {
        await using var bench = await Bench.OpenAsync();
        var blueprint = await bench.StartAsync(Make.Definition(Make.Node("ask", ActivityTypes.Approve, "message='?'", $"by={by}"), Make.Step("b")));
        var studio = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("ask", ActivityTypes.Approve, "message=?", $"by={by.Replace('\'', '"')}"), Studio.Activity("b", "test.idempotent"))));
        await bench.CrashAsync();

        foreach (var run in new[] { blueprint, studio })
        {
            if (!may) Assert.Contains("is to be answered by", await bench.AskAsync(run, "skip", new { step = "ask", role }, by: who));
            var refusal = await bench.AskAsync(run, "approve", new { approved = true, role }, by: who);
            if (may) Assert.Null(refusal);
            else Assert.Contains($"{who} has ", refusal);
            Assert.Equal(may ? RunStatus.Completed : RunStatus.Waiting, (await bench.ViewAsync(run)).Status);
        }
    }

    [Fact]
    public async Task Approve_DeniedAndRetriedInStudio_AsksTheSameAgain()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("ask", ActivityTypes.Approve, "message=ship it?", "by=[\"bob\"]", "timeout=1h"))));
        Assert.Null(await bench.AskAsync(run, "approve", new { approved = false }, by: "bob"));
        Assert.Contains("cannot be edited", await bench.AskAsync(run, "retry", new { step = "ask", inputs = new { by = "alice" } }));
        Assert.Null(await bench.AskAsync(run, "retry"));
        var asked = (await bench.ViewAsync(run)).Wait!;

        Assert.Equal("ask: ship it?", asked.Reason);
        Assert.NotNull(asked.Deadline);
        Assert.Contains("answered by bob", await bench.AskAsync(run, "approve", new { approved = true }));
        Assert.Null(await bench.AskAsync(run, "approve", new { approved = true }, by: "bob"));
        Assert.Equal(RunStatus.Completed, (await bench.ViewAsync(run)).Status);
    }

    [Theory]
    [InlineData("retry")]
    [InlineData("skip")]
    public async Task Requests_WithPlainTextForASecret_LeaveItInNoByteOfTheStore(string kind)
    {
        await using var bench = await Bench.OpenAsync();
        var definition = Make.Definition(Make.Step("b", "test.idempotent", "fails=9"), Make.Step("c", "test.idempotent", "token=steps.b.outputs.token", "fails=1")) with { OnFailure = OnFailure.Pause };
        var paused = await bench.FinishAsync(await bench.StartAsync(definition));
        var body = kind == "retry"
            ? JsonSerializer.SerializeToUtf8Bytes(new { step = "b", inputs = new { fails = 0, token = "canary-9b1e" } })
            : JsonSerializer.SerializeToUtf8Bytes(new { step = "b", value = new { token = "canary-9b1e" } });

        // As a process does that does not own the store: nobody takes it up yet.
        var posted = await Inbox.SendAsync(bench.Store, Bench.Seal, kind, paused.RunId, body, "alice", "k", bench.Time, CancellationToken.None, TimeSpan.Zero);

        Assert.Equal(OperatorOutcome.Posted, posted.Outcome);
        Assert.DoesNotContain("canary-9b1e", bench.StoredText());
        bench.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(paused.RunId)).Status);
        Assert.Contains("token", bench.StoredText()); // the dump does show what is stored
        Assert.DoesNotContain("canary-9b1e", bench.StoredText());
        Assert.Equal(2, bench.World.Count("c"));
    }

    [Fact]
    public async Task Request_SealedWithAnotherKey_IsRefused()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Node("w", ActivityTypes.Wait, "signal='go'")));
        var other = Bench.Seal with { Protect = _ => [1, 2, 3] };

        await Inbox.SendAsync(bench.Store, other, "signal", run, JsonSerializer.SerializeToUtf8Bytes(new { name = "go" }), "alice", "k", bench.Time, CancellationToken.None, TimeSpan.Zero);
        bench.Advance(TimeSpan.FromSeconds(2));

        Assert.Contains("cannot be read", await bench.Store.ReadInboxResultAsync(run, "k", CancellationToken.None));
        Assert.Equal(RunStatus.Waiting, (await bench.ViewAsync(run)).Status);
    }
}
