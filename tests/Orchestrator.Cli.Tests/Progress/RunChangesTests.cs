using Orchestrator.Cli.Progress;
using Orchestrator.Engine.Runs;

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

    private static IReadOnlyList<string> Lines(RunView? before, RunView after, double second) =>
        [.. RunChanges.Between(before is null ? null : new RunSnapshot(before), new RunSnapshot(after), Runs.At(second)).Select(line => line.ToString())];
}
