using Orchestrator.Cli.Progress;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Tests.Progress;

public sealed class RunChangesTests
{
    private static readonly StepView Poll = Runs.Step("push", StepStatus.Waiting, "git.wait-push", 1) with
    {
        Wait = new WaitView("poll", "permission denied", Runs.At(6), Runs.At(901), Runs.At(1)),
    };

    [Fact]
    public void Between_NothingAndAStart_TellsTheStartAndWhatHappenedSince()
    {
        var run = Runs.Run(
            RunStatus.Running, Runs.Step("a", StepStatus.Completed, from: 0.1, to: 0.4) with { Changed = true }, Runs.Step("b", StepStatus.Running, from: 0.4),
            Runs.Step("c", StepStatus.Pending));

        Assert.Equal(
            ["   0.0s  run r1a2b3c4 of boot started", "   0.4s  a: completed in 0.3s, changed", "   0.4s  b: started"],
            Lines(null, run, 0.5));
    }

    [Fact]
    public void Between_TwoPollsWithTheSameReason_TellsNothing()
    {
        var later = Poll with { Wait = Poll.Wait! with { Next = Runs.At(11) } };

        Assert.Empty(Lines(Runs.Run(RunStatus.Waiting, Poll), Runs.Run(RunStatus.Waiting, later), 6));
    }

    [Fact]
    public void Between_PollsWithAnotherReason_TellsTheNewOne()
    {
        var later = Poll with { Wait = Poll.Wait! with { Reason = "host unreachable", Next = Runs.At(11), Since = Runs.At(6) } };

        Assert.Equal(
            ["   6.0s  push: waiting: host unreachable; next try in 5s; gives up in 14m55s"],
            Lines(Runs.Run(RunStatus.Waiting, Poll), Runs.Run(RunStatus.Waiting, later), 6));
    }

    [Fact]
    public void Between_AFailureThatIsTriedAgainAndTheEnd_TellsBoth()
    {
        var running = Runs.Run(RunStatus.Running, Runs.Step("deploy", StepStatus.Running, from: 1));
        var retrying = Runs.Run(RunStatus.Waiting, running.Steps[0] with
        {
            Status = StepStatus.Waiting, Failure = Runs.Refused, Wait = new WaitView("retry", "next attempt", Runs.At(5), null, Runs.At(2)),
        });
        var failed = Runs.Run(RunStatus.Failed, running.Steps[0] with { Status = StepStatus.Failed, Failure = Runs.Refused, CompletedAt = Runs.At(6) }) with
        {
            CompletedAt = Runs.At(6.1),
        };

        Assert.Equal(["   2.0s  deploy: retry 2 of 4 in 3s: http.refused: connection refused"], Lines(running, retrying, 2));
        Assert.Equal(["   6.0s  deploy: failed after 5.0s: http.refused: connection refused", "   6.1s  run failed"], Lines(retrying, failed, 7));
    }

    [Fact]
    public void Between_APollThatLooksAgain_TellsNothingUntilTheReasonChangesAndThenWhenThatWas()
    {
        var waiting = new RunSnapshot(Runs.Run(RunStatus.Waiting, Poll));
        var looking = Looking(Poll);
        var same = new RunSnapshot(Runs.Run(RunStatus.Waiting, Poll with { Wait = Poll.Wait! with { Next = Runs.At(11) } })) with { NewEvents = [Polled(6.2)] };
        var other = new RunSnapshot(Runs.Run(RunStatus.Waiting, Poll with { Wait = Poll.Wait! with { Reason = "host unreachable", Next = Runs.At(16) } })) with { NewEvents = [Polled(11.1)] };

        Assert.Empty(RunChanges.Between(waiting, looking, Runs.At(6)));
        Assert.Empty(RunChanges.Between(looking, same, Runs.At(6.3)));
        Assert.Equal(
            ["  11.1s  push: waiting: host unreachable; next try in 5s; gives up in 14m50s"],
            Text(RunChanges.Between(looking, other, Runs.At(11.4))));
    }

    [Fact]
    public void Between_APollThatIsDone_TellsTheEnd()
    {
        var done = Runs.Run(RunStatus.Running, Poll with { Status = StepStatus.Completed, Wait = null, CompletedAt = Runs.At(16.4), Changed = false });

        Assert.Equal(["  16.4s  push: completed in 15.4s, already so"], Text(RunChanges.Between(Looking(Poll), new RunSnapshot(done), Runs.At(16.5))));
    }

    [Fact]
    public void Between_ALaterAttempt_TellsWhenItStarted()
    {
        var retry = Runs.Step("deploy", StepStatus.Waiting, from: 1) with { Failure = Runs.Refused, Wait = new WaitView("retry", "next attempt", Runs.At(5), null, Runs.At(2)) };
        var again = new RunSnapshot(Runs.Run(RunStatus.Running, retry with { Status = StepStatus.Running, Attempt = 2 })) with
        {
            NewEvents = [new StoredEvent("r1a2b3c4", 9, "StepStarted", Runs.At(5.1), "deploy", 2, default)],
        };

        Assert.Equal(["   5.1s  deploy: started, attempt 2 of 4"], Text(RunChanges.Between(new RunSnapshot(Runs.Run(RunStatus.Waiting, retry)), again, Runs.At(5.4))));
    }

    [Fact]
    public void Between_AStepThatWasTriedAgainAndFailedAlikeBetweenTwoLooks_TellsIt()
    {
        var failed = Runs.Run(RunStatus.Failed, Runs.Step("deploy", StepStatus.Failed, from: 1, to: 2) with { Failure = Runs.Refused }) with { CompletedAt = Runs.At(2) };
        var again = Runs.Run(RunStatus.Failed, Runs.Step("deploy", StepStatus.Failed, from: 30, to: 31) with { Failure = Runs.Refused }) with { CompletedAt = Runs.At(31) };

        Assert.Equal(["  31.0s  deploy: failed after 1.0s: http.refused: connection refused", "  31.0s  run failed"], Lines(failed, again, 32));
    }

    [Fact]
    public void Between_ATerminatedRun_TellsTheStepsItCutOffBeforeItsEnd()
    {
        var nap = Runs.Step("nap", StepStatus.Waiting, "Orchestrator.Wait") with { Wait = new WaitView("timer", "the clock", Runs.At(3600), null, Runs.At(0)) };
        var cut = Runs.Run(RunStatus.Cancelled, nap with { Status = StepStatus.Cancelled, Wait = null }) with { CompletedAt = Runs.At(7) };

        Assert.Equal(["   7.0s  nap: cancelled", "   7.0s  run cancelled"], Lines(Runs.Run(RunStatus.Waiting, nap), cut, 7.4));
    }

    [Fact]
    public void Onwards_ARunThatFailed_StartsWithWhatIsNew()
    {
        var done = Runs.Step("a", StepStatus.Completed, from: 0, to: 1) with { Changed = true };
        var found = new RunSnapshot(Runs.Run(RunStatus.Failed, done, Runs.Step("b", StepStatus.Failed, from: 1, to: 2) with { Failure = Runs.Refused }) with { CompletedAt = Runs.At(2) });
        var after = new RunSnapshot(Runs.Run(RunStatus.Completed, done, Runs.Step("b", StepStatus.Completed, from: 60.1, to: 60.3) with { Changed = true }) with { CompletedAt = Runs.At(60.3) });

        Assert.Equal(
            ["  1m00s  run r1a2b3c4 of boot so far: failed, 1 of 2 steps done", "  1m00s  b: completed in 0.2s, changed", "  1m00s  run completed"],
            Text(RunChanges.Onwards(found, after, Runs.At(60.4))));
    }

    [Fact]
    public void Onwards_ARunThatWaits_TellsAgainWhatItWaitsFor()
    {
        var run = new RunSnapshot(Runs.Run(RunStatus.Waiting, Runs.Step("a", StepStatus.Completed, from: 0, to: 1), Poll)) with { NewEvents = [Polled(5.9)] };

        Assert.Equal(
            ["   8.0s  run r1a2b3c4 of boot so far: waiting, 1 of 2 steps done", "   5.9s  push: waiting: permission denied; next try in 1s; gives up in 14m56s"],
            Text(RunChanges.Onwards(run, run, Runs.At(8))));
    }

    [Fact]
    public void Between_AChildRunThatWaitsAndFails_NamesTheRunAndItsStepInTheParentsLine()
    {
        var call = Runs.Step("network", StepStatus.Waiting, "Orchestrator.Call", 1) with { ChildRunId = "child", Wait = new WaitView("child", "run child of net@1", null, null, Runs.At(1)) };
        var failure = Runs.Refused with { Code = "call.failed", Message = "run child failed: connection refused" };

        Assert.Equal(
            ["   1.0s  network: waiting: run child of net@1, at push: waiting: permission denied; next try in 5s; gives up in 15m00s"],
            Text(RunChanges.Between(new RunSnapshot(Runs.Run(RunStatus.Running)), Calling(call, Poll), Runs.At(1))).Take(1));
        Assert.Contains(
            "   3.0s  network: failed after 2.0s: call.failed: run child failed: connection refused (at net/push)",
            Text(RunChanges.Between(
                Calling(call, Poll), Calling(call with { Status = StepStatus.Failed, Wait = null, Failure = failure, CompletedAt = Runs.At(3) }, Poll with { Status = StepStatus.Failed, Wait = null, Failure = Runs.Refused, CompletedAt = Runs.At(3) }),
                Runs.At(3))));
    }

    private static RunSnapshot Calling(StepView call, StepView inner) => new RunSnapshot(Runs.Run(RunStatus.Waiting, call)) with
    {
        Children = new Dictionary<string, RunView> { ["child"] = Runs.Run(RunStatus.Waiting, inner) with { RunId = "child", Blueprint = "net" } },
    };

    /// <summary>While a poll looks, the step runs and still carries what it found before.</summary>
    private static RunSnapshot Looking(StepView poll) => new(Runs.Run(RunStatus.Running, poll with { Status = StepStatus.Running }));

    private static StoredEvent Polled(double second) => new("r1a2b3c4", (long)(second * 10), "StepPolled", Runs.At(second), "push", 1, default);

    private static IReadOnlyList<string> Text(IEnumerable<Cli.Terminals.TextLine> lines) => [.. lines.Select(line => line.ToString())];

    private static IReadOnlyList<string> Lines(RunView? before, RunView after, double second) =>
        [.. RunChanges.Between(before is null ? null : new RunSnapshot(before), new RunSnapshot(after), Runs.At(second)).Select(line => line.ToString())];
}
